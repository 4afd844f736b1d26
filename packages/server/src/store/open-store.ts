import { Kysely, PostgresDialect } from "kysely";
import type { Pool } from "pg";
import type { WrappingKey } from "../vault/envelope.ts";
import { ConnectionStore } from "./connection-store.ts";
import { migrate } from "./migrations.ts";
import { RunIndex } from "./run-index.ts";
import { SessionStore } from "./session-store.ts";
import type { Tables } from "./tables.ts";
import { WorkflowStore } from "./workflow-store.ts";

/** What the server keeps in its database. */
export interface Store {
  readonly workflows: WorkflowStore;
  readonly connections: ConnectionStore;
  readonly runs: RunIndex;
  readonly sessions: SessionStore;
}

/** The one tenant of this version. */
export const TENANT = "default";

/** Opens the store on the engine's pool, which stays the engine's. */
export async function openStore(pool: Pool, key: WrappingKey, now: () => number): Promise<Store> {
  await migrate(pool);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema("mortise");
  return {
    workflows: new WorkflowStore(db, TENANT),
    connections: new ConnectionStore(db, TENANT, key),
    runs: new RunIndex(db, TENANT),
    sessions: new SessionStore(db, now),
  };
}
