import { compileValue } from "@mortise/builders";
import { migrateAuth, migrateSettings, migrationChain } from "@mortise/compat";
import type { Contract } from "@mortise/contract";
import type { Connection } from "../runtime.ts";
import type { Services } from "../services.ts";

/**
 * A connection that was made for an older major version, as the installed one wants it: settings and choice of auth go through the
 * migrations. Any other connection stays as it is. Throws `MIGRATION_FAILED` where its settings cannot be carried over.
 */
export function carryConnection(contract: Contract, connection: Connection): Connection {
  if (connection.connector === contract.name) return connection;
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

/** The contract that a connection is for: of its own version, or of the highest one where migrations lead there. Undefined where there is none. */
export function contractFor({ registry }: Pick<Services, "registry">, { connector }: Connection): Contract | undefined {
  const own = registry.get(connector)?.contract;
  if (own !== undefined) return own;
  const [name = "", version = ""] = connector.split("@");
  const highest = registry.get(name)?.contract;
  return highest !== undefined && migrationChain(highest, Number.parseInt(version, 10)) !== undefined ? highest : undefined;
}

function isObject(value: unknown): value is NonNullable<Connection["settings"]> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
