import { isPersonal, revoke, type TokenQuery } from "@mortise/auth";
import type { CallResult, ErrorData, JsonObject, OAuth2Scheme } from "@mortise/contract";
import type { OperationRunner } from "../call.ts";
import type { Connection, ConnectionRef } from "../runtime.ts";
import type { Services } from "../services.ts";
import { asError } from "../stages/record.ts";
import { stepsOf } from "./connect-steps.ts";
import { findConnection } from "./find-connection.ts";
import { type OpenConnection, openConnection } from "./open-connection.ts";
import { hidden } from "./open-to-connect.ts";
import { tokenTransport } from "./token-transport.ts";

/** What ending a connection at the vendor came to. */
export interface Disconnection {
  /** What ran before, in order (`preDelete`). */
  readonly steps: readonly DisconnectStep[];
  /**
   * `revoked`: the vendor has taken the credential back. `failed`: it was asked to and did not; the credential may still be good there.
   * `none`: there is no way to ask it, and `message` says why.
   */
  readonly revocation: { readonly outcome: "revoked" | "failed" | "none"; readonly message: string; readonly error?: ErrorData };
}

/** One operation before the end. */
export interface DisconnectStep {
  readonly operation: string;
  readonly isDone: boolean;
  /** Absent: it was done. */
  readonly error?: ErrorData;
}

/** How a connection is ended. */
export interface DisconnectOptions {
  /** Nothing was ever done with it, so that `preDelete` has nothing to clear away and does not run. Absent: false. */
  readonly isUnused?: boolean;
}

type Revocation = Disconnection["revocation"];

/**
 * Ends a connection at the vendor: runs `preDelete`, then has the credential taken back, by the common `revoke` or at the revocation endpoint
 * (RFC 7009). What fails is told and holds nothing up. Deletes nothing here. Throws `CONNECTION_NOT_FOUND`, `CONNECTOR_NOT_FOUND` only.
 */
export async function disconnect(
  services: Services,
  ref: ConnectionRef,
  tenant: string,
  runner: OperationRunner,
  { isUnused = false }: DisconnectOptions = {},
): Promise<Disconnection> {
  const { connection, contract } = await findConnection(services, ref, tenant);
  let open: OpenConnection;
  try {
    open = openConnection(contract, connection, tenant, { isConnecting: true });
  } catch (thrown) {
    const { data: error } = asError(thrown);
    return { steps: [], revocation: { outcome: "failed", message: error.message, error } };
  }
  const call = (operation: string, input: JsonObject = {}) =>
    runner.call(`${contract.name}@${contract.version}/${operation}`, { connection, tenant, input, isConnecting: true });
  const steps: DisconnectStep[] = [];
  for (const { operation, input } of isUnused ? [] : stepsOf(open.scheme, "preDelete")) {
    const result = await call(operation, input);
    steps.push({ operation, ...(result.outcome === "success" ? { isDone: true } : { isDone: false, error: result.error }) });
  }
  return { steps, revocation: await takeBack(services, open, connection, call) };
}

async function takeBack(
  services: Services,
  open: OpenConnection,
  connection: Connection,
  call: (operation: string, input?: JsonObject) => Promise<CallResult>,
): Promise<Revocation> {
  const parts = open.scheme.kind === "all" ? open.scheme.of : [open.scheme];
  const endpoint = parts.find((part) => part.kind === "oauth2" && (part.revokeUrl ?? part.issuer) !== undefined);
  if (endpoint?.kind === "oauth2" && isPersonal(endpoint)) {
    const revocation = await atEndpoint(services, open, endpoint, connection);
    if (revocation.outcome !== "none") return revocation;
  }
  const said = open.scheme.revoke ?? parts.find((part) => part.revoke !== undefined)?.revoke;
  if (said === undefined) return { outcome: "none", message: "The contract does not say how its credentials are taken back." };
  if ("none" in said) return { outcome: "none", message: said.none };
  const result = await call(said.operation, said.input);
  if (result.outcome === "success") return { outcome: "revoked", message: `${said.operation} has taken the credential back.` };
  return { outcome: "failed", message: result.error.message, error: result.error };
}

/** Has the tokens taken back, those first that can make new ones. */
async function atEndpoint(
  services: Services,
  open: OpenConnection,
  scheme: OAuth2Scheme,
  { credential = {} }: Connection,
): Promise<Revocation> {
  const query: TokenQuery = {
    scheme,
    credential: open.credential,
    settings: open.settings,
    transport: tokenTransport(services, open),
    nowMs: services.clock.now(),
  };
  const named = (kind: string) => Object.keys(credential).filter((name) => name === kind || name.startsWith(`${kind}.`));
  const fields = [...named("refreshToken"), ...named("accessToken")].filter((name) => (credential[name] ?? "") !== "");
  if (fields.length === 0) return { outcome: "none", message: "The connection holds no token." };
  try {
    let isAsked = false;
    for (const name of fields) {
      const hint = name.startsWith("refresh") ? "refresh_token" : "access_token";
      isAsked = (await revoke(query, credential[name] ?? "", hint)) || isAsked;
    }
    if (!isAsked) return { outcome: "none", message: "The provider names no revocation endpoint." };
    return { outcome: "revoked", message: "The tokens were taken back." };
  } catch (thrown) {
    const { data } = hidden(thrown, open);
    return { outcome: "failed", message: data.message, error: data };
  }
}
