import {
  type AuthorizationPending,
  type AuthorizationStart,
  askedScopes,
  askForCode,
  exchangeCode,
  type PlainCredential,
  registerClient,
  wrapCredential,
} from "@mortise/auth";
import { MortiseError } from "@mortise/contract";
import type { OperationRunner } from "../call.ts";
import type { ConnectionRef } from "../runtime.ts";
import type { Services } from "../services.ts";
import { startInstallation, takeInstallation } from "./app-installation.ts";
import { runConnectSteps } from "./connect-steps.ts";
import { exchangeOAuth1, startOAuth1 } from "./oauth1-authorization.ts";
import {
  admitKept,
  type ConnectingConnection,
  hidden,
  type OpenToConnect,
  openAnyToConnect,
  withGrant,
} from "./open-to-connect.ts";

/** Whom a person is asked to grant access to. */
export interface AuthorizationRequest {
  /** Its credential holds `clientId`, and `clientSecret` where the client has one; not where the client is the deployment's or registered. */
  readonly connection: ConnectionRef;
  /** Where the browser comes back to, as it is registered at the other system. */
  readonly redirectUri: string;
  /** Beyond what the contract always asks for. Absent: none. */
  readonly scopes?: readonly string[];
  /** Scopes that the person took away; those that are required stay. Absent: none. */
  readonly withoutScopes?: readonly string[];
  /** What people are shown as the name of a client that is registered on the way. Absent: `Mortise`. */
  readonly clientName?: string;
  /** Address of this deployment's client metadata, which is its client id where the contract registers by such a document. Absent: there is none. */
  readonly clientMetadataUrl?: string;
  readonly tenant?: string;
}

/** Where to send a person's browser, and what to keep until it comes back. */
export interface ConnectionStart extends AuthorizationStart {
  /** The scopes that are asked for. */
  readonly scopes: readonly string[];
  /** The client that was registered on the way, as fields of the credential; it holds secrets. Absent: none was. */
  readonly client?: PlainCredential;
}

/** What is kept of the start while a person decides. */
export interface AuthorizationKept {
  readonly connection: ConnectionRef;
  readonly redirectUri: string;
  /** What the start gave, kept with the session of that browser. */
  readonly state: string;
  readonly codeVerifier: string | undefined;
  /** What the start gave. Absent: what the contract asks for by itself. */
  readonly scopes?: readonly string[];
  /** What the start gave. Absent: none was registered. */
  readonly client?: PlainCredential | undefined;
  readonly tenant?: string;
}

/** The browser is back. */
export interface AuthorizationReply extends AuthorizationKept {
  /** The address that the browser came back to, with its query. */
  readonly callbackUrl: string;
}

/**
 * The address to send a person's browser to. Throws `MISCONFIGURED`, `CONNECTION_NOT_FOUND`, `AUTH_FAILED`, and where the provider is asked
 * for its metadata, registers the client or takes the request beforehand also `TARGET_SICK`, `THROTTLED`, `EGRESS_DENIED`.
 */
export async function startAuthorization(
  services: Services,
  request: AuthorizationRequest,
  tenant: string,
): Promise<ConnectionStart> {
  const { connection, redirectUri, scopes = [], withoutScopes = [] } = request;
  const opened = await openAnyToConnect(services, connection, tenant);
  const first = (await startOAuth1(services, opened, redirectUri)) ?? startInstallation(services, opened);
  if (first !== undefined) return first;
  const connecting = withGrant(services, opened);
  const { open, scheme, query } = connecting;
  try {
    const known = open.credential.clientId?.reveal() ?? "";
    const client = known === "" ? await newClient(connecting, request) : undefined;
    const credential = client === undefined ? query.credential : { ...query.credential, ...wrapCredential(client) };
    const asked = { clientId: client?.clientId ?? known, redirectUri, scopes, withoutScopes };
    const start = await askForCode({ ...query, credential }, asked);
    return Object.freeze({ ...start, scopes: askedScopes(scheme, asked), ...(client === undefined ? {} : { client }) });
  } catch (thrown) {
    throw hidden(thrown, open);
  }
}

/** The client of a connection that has none, where the contract has one registered on the way. */
async function newClient(
  { scheme, query, open }: ConnectingConnection,
  { redirectUri, clientName = "Mortise", clientMetadataUrl }: AuthorizationRequest,
): Promise<PlainCredential | undefined> {
  if (scheme.registration === "dynamic") {
    const client = await registerClient(query, { redirectUri, name: clientName });
    open.redactor.learn([client.clientSecret, client.registrationToken].filter((secret) => secret !== undefined));
    return client;
  }
  if (scheme.registration !== "metadata_document")
    throw new MortiseError("AUTH_FAILED", "The credential has no clientId.", { path: "/credential/clientId" });
  if (clientMetadataUrl !== undefined) return { clientId: clientMetadataUrl };
  throw new MortiseError(
    "MISCONFIGURED",
    "The client id is the address of the deployment's client metadata, and nobody said it.",
    {
      remedy: "Start the sign-in with clientMetadataUrl.",
    },
  );
}

/**
 * Exchanges the code that a browser brought back, on the same way out as every token, and runs what the contract has run then. Returns the
 * connection's credential with all that came, for the caller to store. Throws `AUTH_FAILED`, `MISCONFIGURED`, `TARGET_SICK`, `THROTTLED`,
 * `EGRESS_DENIED`, and what a step came to.
 */
export async function finishAuthorization(
  services: Services,
  reply: AuthorizationReply,
  tenant: string,
  runner: OperationRunner,
): Promise<PlainCredential> {
  const opened = await openAnyToConnect(services, reply.connection, tenant, reply.client ?? {});
  const callbackUrl = URL.parse(reply.callbackUrl);
  if (callbackUrl === null) throw new MortiseError("INVALID_VALUE", "The address that the browser came back to is no URL.");
  const back = { ...reply, callbackUrl };
  const exchange = exchangeOAuth1(services, opened, back) ?? takeInstallation(services, opened, back);
  if (exchange !== undefined) return finish(opened, runner, tenant, exchange);
  const connecting = withGrant(services, opened);
  const code = callbackUrl.searchParams.get(connecting.scheme.codeParam ?? "code");
  connecting.open.redactor.learn([reply.codeVerifier, code].filter((secret) => typeof secret === "string"));
  return finish(connecting, runner, tenant, () =>
    exchangeCode(connecting.query, { ...pendingOf(connecting, reply), callbackUrl }),
  );
}

/** What the exchange of a code needs of what was kept. */
export function pendingOf(
  { admit }: ConnectingConnection,
  { redirectUri, state, codeVerifier, scopes }: AuthorizationKept,
): AuthorizationPending {
  return { redirectUri, state, codeVerifier, admit, ...(scopes === undefined ? {} : { scopes }) };
}

/** Exchanges a code, checks what came with the tokens, then runs `postConnect` with it. */
export async function finish(
  opened: OpenToConnect,
  runner: OperationRunner,
  tenant: string,
  exchange: () => Promise<PlainCredential>,
): Promise<PlainCredential> {
  const { connection, contract, open } = opened;
  let credential: PlainCredential;
  try {
    credential = await exchange();
    admitKept(opened, credential);
  } catch (thrown) {
    throw hidden(thrown, open);
  }
  return runConnectSteps({ ...connection, credential }, contract, open.scheme, tenant, runner);
}
