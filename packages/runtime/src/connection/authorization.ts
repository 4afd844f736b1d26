import { type AuthorizationStart, authorizationUrl, exchangeCode, type PlainCredential } from "@mortise/auth";
import { type ErrorData, type Json, MortiseError, type OAuth2Scheme } from "@mortise/contract";
import type { Connection, ConnectionRef } from "../runtime.ts";
import type { Services } from "../services.ts";
import { asError } from "../stages/record.ts";
import { carryConnection, contractFor } from "./carry-connection.ts";
import { type OpenConnection, openConnection } from "./open-connection.ts";
import { tokenTransport } from "./token-transport.ts";

/** Whom a person is asked to grant access to. */
export interface AuthorizationRequest {
  /** Its credential holds `clientId`, and `clientSecret` where the client has one. */
  readonly connection: ConnectionRef;
  /** Where the browser comes back to, as it is registered at the other system. */
  readonly redirectUri: string;
  /** Beyond what the contract always asks for. Absent: none. */
  readonly scopes?: readonly string[];
  readonly tenant?: string;
}

/** The browser is back. */
export interface AuthorizationReply {
  readonly connection: ConnectionRef;
  readonly redirectUri: string;
  /** The address that the browser came back to, with its query. */
  readonly callbackUrl: string;
  /** What the start gave, kept with the session of that browser. */
  readonly state: string;
  readonly codeVerifier: string | undefined;
  readonly tenant?: string;
}

/** The address to send a person's browser to. Throws `MISCONFIGURED`, `CONNECTION_NOT_FOUND`, `AUTH_FAILED`. */
export async function startAuthorization(
  services: Services,
  { connection, redirectUri, scopes = [] }: AuthorizationRequest,
  tenant: string,
): Promise<AuthorizationStart> {
  const { open, scheme } = await opened(services, connection, tenant);
  const clientId = open.credential.clientId?.reveal() ?? "";
  return authorizationUrl(scheme, { clientId, redirectUri, settings: open.settings, scopes });
}

/**
 * Exchanges the code that a browser brought back, on the same way out as every token. Returns the connection's credential with the
 * tokens in it, for the caller to store. Throws `AUTH_FAILED`, `MISCONFIGURED`, `TARGET_SICK`, `THROTTLED`, `EGRESS_DENIED`.
 */
export async function finishAuthorization(
  services: Services,
  { connection, redirectUri, callbackUrl, state, codeVerifier }: AuthorizationReply,
  tenant: string,
): Promise<PlainCredential> {
  const { open, scheme } = await opened(services, connection, tenant);
  const url = URL.parse(callbackUrl);
  if (url === null) throw new MortiseError("INVALID_VALUE", "The address that the browser came back to is no URL.");
  const { credential, settings, redactor } = open;
  if (codeVerifier !== undefined) redactor.learn([codeVerifier]);
  const query = { scheme, credential, settings, transport: tokenTransport(services, open), nowMs: services.clock.now() };
  try {
    return await exchangeCode(query, { callbackUrl: url, redirectUri, state, codeVerifier });
  } catch (thrown) {
    const { code, data } = asError(thrown);
    const { message, code: _, ...rest } = redactor.json(data as unknown as Json) as unknown as ErrorData;
    throw new MortiseError(code, message, rest);
  }
}

async function opened(
  { registry, connections }: Services,
  ref: ConnectionRef,
  tenant: string,
): Promise<{ readonly open: OpenConnection; readonly scheme: OAuth2Scheme }> {
  const connection: Connection | undefined = typeof ref === "string" ? await connections?.(ref, tenant) : ref;
  if (connection === undefined)
    throw new MortiseError("CONNECTION_NOT_FOUND", `No connection of the name "${String(ref)}" exists.`);
  const contract = contractFor({ registry }, connection);
  if (contract === undefined) throw new MortiseError("CONNECTOR_NOT_FOUND", `No connector ${connection.connector} is installed.`);
  const open = openConnection(contract, carryConnection(contract, connection), tenant);
  const all = open.scheme.kind === "all" ? open.scheme.of : [open.scheme];
  for (const scheme of all) {
    if (scheme.kind === "oauth2" && scheme.grant === "authorization_code") return { open, scheme };
  }
  throw new MortiseError(
    "MISCONFIGURED",
    `The connection "${connection.name}" signs in without a person's consent (${open.scheme.kind}).`,
  );
}
