import { MortiseError } from "@mortise/contract";
import { embeddedPostgres } from "@mortise/engine";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { migrate } from "../store/migrations.ts";
import type { Tables } from "../store/tables.ts";

/** Where a deployment's database is. */
export interface DatabasePlace {
  /** Folder of the embedded database. */
  readonly dataDir?: string;
  /** In place of the embedded one. */
  readonly databaseUrl?: string;
}

/** Opens a deployment's database beside servers and workers that may run. Throws `DATABASE_UNAVAILABLE`. */
export async function openDatabase({ dataDir, databaseUrl }: DatabasePlace) {
  const server = databaseUrl === undefined && dataDir !== undefined ? await embeddedPostgres({ dataDir }) : undefined;
  const remote = databaseUrl === undefined ? undefined : { connectionString: databaseUrl, connectionTimeoutMillis: 10_000 };
  const connection = server?.connection ?? remote;
  if (connection === undefined) throw new MortiseError("USAGE", "A data folder or a database URL is needed.");
  const pool = new pg.Pool({ application_name: "mortise-vault", ...connection, max: 4 });
  pool.on("error", () => {});
  const close = async () => {
    await pool.end();
    await server?.stop();
  };
  try {
    await migrate(pool);
  } catch (cause) {
    await close();
    throw new MortiseError("DATABASE_UNAVAILABLE", `The database cannot be used: ${(cause as Error).message}`, { cause });
  }
  return { pool, db: new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema("mortise"), close };
}
