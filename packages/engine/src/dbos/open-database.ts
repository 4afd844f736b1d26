import { MortiseError } from "@mortise/contract";
import type pg from "pg";
import { embeddedPostgres } from "../embedded/embedded-postgres.ts";
import { DbosEngine, type DbosEngineOptions, type EngineDatabase } from "./dbos-engine.ts";
import { withLaunchLock } from "./launch-lock.ts";
import { preparedPool } from "./prepared-pool.ts";
import { createSchema } from "./schema.ts";

/** Where the engine keeps its journal: an embedded PostgreSQL in a folder, or a server of the deployment. */
export type EngineTarget = { readonly dataDir: string } | { readonly databaseUrl: string };

/**
 * Connects the durable engine to its database and makes its tables; `open` then starts the work.
 * Throws `DATABASE_UNAVAILABLE` with what to do.
 */
export async function dbosEngine(target: EngineTarget, options: DbosEngineOptions = {}): Promise<DbosEngine> {
  const database =
    "dataDir" in target ? await embeddedDatabase(target.dataDir, options) : remoteDatabase(target.databaseUrl, options);
  try {
    await withLaunchLock(database.pool, createSchema);
  } catch (error) {
    await database.release();
    throw unavailable(error);
  }
  return new DbosEngine(database, options);
}

async function embeddedDatabase(dataDir: string, options: DbosEngineOptions): Promise<EngineDatabase> {
  const server = await embeddedPostgres({ dataDir });
  const pool = preparedPool({ connection: server.connection, max: options.poolSize, prepare: options.prepare });
  return {
    pool,
    release: async () => {
      await endPool(pool);
      await server.stop();
    },
  };
}

function remoteDatabase(databaseUrl: string, options: DbosEngineOptions): EngineDatabase {
  const pool = preparedPool({
    connection: { connectionString: databaseUrl, connectionTimeoutMillis: 10_000 },
    max: options.poolSize,
    prepare: options.prepare,
  });
  return { pool, release: () => endPool(pool) };
}

/** A connection that a stuck query holds does not hold up the end. */
async function endPool(pool: pg.Pool): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 2_000);
  });
  await Promise.race([pool.end(), late]);
  clearTimeout(timer);
}

/** The driver's messages name host and user, never a password. */
function unavailable(error: unknown): unknown {
  if (error instanceof MortiseError) return error;
  const reason = error instanceof AggregateError ? error.errors.map(String).join("; ") : (error as Error).message;
  return new MortiseError("DATABASE_UNAVAILABLE", `The database cannot be used: ${reason}`, { cause: error });
}
