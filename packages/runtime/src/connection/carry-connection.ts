import { compileValue } from "@mortise/builders";
import { migrateAuth, migrateSettings, migrationChain } from "@mortise/compat";
import type { Contract } from "@mortise/contract";
import type { Connection } from "../runtime.ts";

/**
 * A connection that was made for an older major version, as the installed one wants it: settings and choice of auth go through the
 * migrations. Any other connection stays as it is. Throws `MIGRATION_FAILED` where its settings cannot be carried over.
 */
export function carryConnection(contract: Contract, connection: Connection | undefined): Connection | undefined {
  if (connection === undefined) return undefined;
  const [name, version] = connection.connector.split("@");
  const from = version === undefined ? Number.NaN : Number.parseInt(version, 10);
  if (name !== contract.name || Number.isNaN(from) || !(migrationChain(contract, from)?.length ?? 0)) return connection;
  const { settings, auth } = connection;
  const carried = settings === undefined ? undefined : migrateSettings(settings, { contract, from, compile: compileValue });
  return {
    ...connection,
    connector: `${name}@${contract.version}`,
    ...(isObject(carried) ? { settings: carried } : {}),
    ...(auth === undefined ? {} : { auth: migrateAuth(auth, { contract, from }) }),
  };
}

function isObject(value: unknown): value is NonNullable<Connection["settings"]> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
