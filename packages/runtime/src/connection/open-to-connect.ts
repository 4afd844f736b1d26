import type { AuthorizationPending, PlainCredential, TokenQuery } from "@mortise/auth";
import { type Contract, type ErrorData, type Json, MortiseError, type OAuth2Scheme } from "@mortise/contract";
import type { Connection, ConnectionRef } from "../runtime.ts";
import type { Services } from "../services.ts";
import { asError } from "../stages/record.ts";
import { findConnection } from "./find-connection.ts";
import { connectionSettings } from "./kept-settings.ts";
import { type OpenConnection, openConnection } from "./open-connection.ts";
import { tokenTransport } from "./token-transport.ts";

/** A connection that is being made or ended, whoever takes part in it. */
export interface OpenToConnect {
  readonly connection: Connection;
  readonly contract: Contract;
  readonly open: OpenConnection;
}

/** One that a person takes part in with OAuth 2.0. */
export interface ConnectingConnection extends OpenToConnect {
  /** The scheme that a person takes part in. */
  readonly scheme: OAuth2Scheme;
  readonly query: TokenQuery;
  /** Checks what connecting tells (`kept.<setting>`) and returns the settings with it. Throws `MISCONFIGURED`. */
  readonly admit: NonNullable<AuthorizationPending["admit"]>;
}

/** Opens a connection whose person is asked, or was, by one of these grants (absent: a browser that comes back). Throws `MISCONFIGURED` where nobody is, and as {@link findConnection} does. */
export async function openToConnect(
  services: Services,
  ref: ConnectionRef,
  tenant: string,
  client: PlainCredential = {},
  grants: readonly OAuth2Scheme["grant"][] = ["authorization_code"],
): Promise<ConnectingConnection> {
  return withGrant(services, await openAnyToConnect(services, ref, tenant, client), grants);
}

/** Opens a connection that is being made. Throws as `findConnection` does, what opening a connection throws, and why the connector must not run. */
export async function openAnyToConnect(
  services: Services,
  ref: ConnectionRef,
  tenant: string,
  client: PlainCredential = {},
): Promise<OpenToConnect> {
  const { connection, contract } = await findConnection(services, ref, tenant, client);
  await services.lifecycle.ready();
  services.lifecycle.checkContract(contract, undefined, { connection: connection.name, tenant });
  return { connection, contract, open: openConnection(contract, connection, tenant, { isConnecting: true }) };
}

/** The part of a connection that a person takes part in with OAuth 2.0. Throws `MISCONFIGURED` where there is none. */
export function withGrant(
  services: Services,
  { connection, contract, open }: OpenToConnect,
  grants: readonly OAuth2Scheme["grant"][] = ["authorization_code"],
): ConnectingConnection {
  const all = open.scheme.kind === "all" ? open.scheme.of : [open.scheme];
  for (const scheme of all) {
    if (scheme.kind !== "oauth2" || !grants.includes(scheme.grant)) continue;
    const { credential, settings } = open;
    const query = { scheme, credential, settings, transport: tokenTransport(services, open), nowMs: services.clock.now() };
    const admit = (kept: PlainCredential) => admitKept({ connection, contract, open }, kept);
    return { connection, contract, open, scheme, query, admit };
  }
  throw new MortiseError(
    "MISCONFIGURED",
    `The connection "${connection.name}" signs in without a person's consent by ${grants.join(" or ")} (${open.scheme.kind}).`,
  );
}

/** Checks what connecting tells (`kept.<setting>`) and returns the settings with it. Throws `MISCONFIGURED`. */
export function admitKept({ connection, contract }: OpenToConnect, kept: PlainCredential): ReturnType<typeof connectionSettings> {
  return connectionSettings({ contract, connection, fields: { ...connection.credential, ...kept }, isConnecting: true });
}

/** An error of a sign-in without a secret in it. */
export function hidden(thrown: unknown, { redactor }: OpenConnection): MortiseError {
  const { code, data } = asError(thrown);
  const { message, code: _, ...rest } = redactor.json(data as unknown as Json) as unknown as ErrorData;
  return new MortiseError(code, message, rest);
}
