import { Kysely, PostgresDialect } from "kysely";
import type { Pool } from "pg";
import { secretBox } from "../connect/secret-box.ts";
import type { WrappingKey } from "../vault/envelope.ts";
import { ConnectionAccounts } from "./connection-accounts.ts";
import { ConnectionStore } from "./connection-store.ts";
import { migrate } from "./migrations.ts";
import { OauthClients } from "./oauth-clients.ts";
import { PendingAuthorizations } from "./pending-authorizations.ts";
import { RunIndex } from "./run-index.ts";
import { SessionStore } from "./session-store.ts";
import type { Tables } from "./tables.ts";
import { WorkflowStore } from "./workflow-store.ts";

/** What the server keeps in its database. */
export interface Store {
  readonly workflows: WorkflowStore;
  readonly connections: ConnectionStore;
  readonly accounts: ConnectionAccounts;
  readonly clients: OauthClients;
  readonly pending: PendingAuthorizations;
  readonly runs: RunIndex;
  readonly sessions: SessionStore;
}

/** The one tenant of this version. */
export const TENANT = "default";

/** Opens the store on the engine's pool, which stays the engine's. */
export async function openStore(pool: Pool, key: WrappingKey, now: () => number): Promise<Store> {
  await migrate(pool);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema("mortise");
  const box = secretBox(TENANT, key);
  return {
    workflows: new WorkflowStore(db, TENANT),
    connections: new ConnectionStore(db, TENANT, key),
    accounts: new ConnectionAccounts(db, TENANT),
    clients: new OauthClients(db, TENANT, box),
    pending: new PendingAuthorizations(db, TENANT, box, now),
    runs: new RunIndex(db, TENANT),
    sessions: new SessionStore(db, now),
  };
}
