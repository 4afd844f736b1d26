import type { AuthorizationPending, PlainCredential, TokenQuery } from "@mortise/auth";
import { type Contract, type ErrorData, type Json, MortiseError, type OAuth2Scheme } from "@mortise/contract";
import type { Connection, ConnectionRef } from "../runtime.ts";
import type { Services } from "../services.ts";
import { asError } from "../stages/record.ts";
import { findConnection } from "./find-connection.ts";
import { connectionSettings } from "./kept-settings.ts";
import { type OpenConnection, openConnection } from "./open-connection.ts";
import { tokenTransport } from "./token-transport.ts";

/** A connection that is being made or ended. */
export interface ConnectingConnection {
  readonly connection: Connection;
  readonly contract: Contract;
  readonly open: OpenConnection;
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
  const { connection, contract } = await findConnection(services, ref, tenant, client);
  const open = openConnection(contract, connection, tenant, { isConnecting: true });
  const all = open.scheme.kind === "all" ? open.scheme.of : [open.scheme];
  for (const scheme of all) {
    if (scheme.kind !== "oauth2" || !grants.includes(scheme.grant)) continue;
    const { credential, settings } = open;
    const query = { scheme, credential, settings, transport: tokenTransport(services, open), nowMs: services.clock.now() };
    const admit = (kept: PlainCredential) =>
      connectionSettings({ contract, connection, fields: { ...connection.credential, ...kept }, isConnecting: true });
    return { connection, contract, open, scheme, query, admit };
  }
  throw new MortiseError(
    "MISCONFIGURED",
    `The connection "${connection.name}" signs in without a person's consent by ${grants.join(" or ")} (${open.scheme.kind}).`,
  );
}

/** An error of a sign-in without a secret in it. */
export function hidden(thrown: unknown, { redactor }: OpenConnection): MortiseError {
  const { code, data } = asError(thrown);
  const { message, code: _, ...rest } = redactor.json(data as unknown as Json) as unknown as ErrorData;
  return new MortiseError(code, message, rest);
}
