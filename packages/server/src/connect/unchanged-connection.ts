import type { JsonObject } from "@mortise/contract";
import { canonicalJson } from "@mortise/workflow";
import type { Host } from "../host/open-host.ts";
import type { StoredConnection } from "../store/connection-store.ts";
import { hashed, type PendingAuthorization } from "../store/pending-authorizations.ts";
import { personScheme } from "./person-scheme.ts";

/** What settings are remembered by while a person is away. */
export function settingsHash(settings: JsonObject): string {
  return hashed(canonicalJson(settings));
}

/**
 * The connection, if it is still the one that the sign-in began for: connector, way to sign in, and settings, as they say where the person is
 * sent and where what comes back goes.
 */
export async function unchangedConnection(
  host: Pick<Host, "store" | "contract">,
  { connection: name, request }: PendingAuthorization,
): Promise<StoredConnection | undefined> {
  const connection = await host.store.connections.find(name);
  if (connection === undefined || connection.connector !== request.connector) return undefined;
  if (settingsHash(connection.settings) !== request.settingsHash) return undefined;
  const contract = host.contract(connection.connector);
  return contract && personScheme(contract, connection.auth)?.id === request.scheme ? connection : undefined;
}
