import { type KekProvider, Vault } from "@mortise/auth";
import { Kysely, PostgresDialect } from "kysely";
import type { Pool } from "pg";
import { type SecretBox, secretBox } from "../connect/secret-box.ts";
import { CredentialRotations } from "../vault/credential-rotations.ts";
import { SecretLeases } from "../vault/secret-leases.ts";
import { AuditLog } from "./audit-log.ts";
import { CodeValues } from "./code-values.ts";
import { ConnectionAccounts } from "./connection-accounts.ts";
import { ConnectionStore } from "./connection-store.ts";
import { CredentialRows } from "./credential-rows.ts";
import { DeliveryAddresses } from "./delivery-addresses.ts";
import { IdempotentRequests } from "./idempotent-requests.ts";
import { LifecycleStore } from "./lifecycle-store.ts";
import { migrate } from "./migrations.ts";
import { OauthClients } from "./oauth-clients.ts";
import { PendingAuthorizations } from "./pending-authorizations.ts";
import { revocationsSince } from "./revocations.ts";
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
  /** Where other systems deliver codes. */
  readonly deliveries: DeliveryAddresses;
  readonly runs: RunIndex;
  readonly sessions: SessionStore;
  /** Requests with an `Idempotency-Key`, and what they were answered. */
  readonly idempotent: IdempotentRequests;
  /** What code of connectors keeps. */
  readonly codeValues: CodeValues;
  readonly audit: AuditLog;
  /** Replaces static credentials. */
  readonly rotations: CredentialRotations;
  /** What may run. */
  readonly lifecycle: LifecycleStore;
  /** Seals what belongs to triggers and to outgoing webhooks. */
  readonly box: SecretBox;
  /** Of the secrets that this process uses; closed before the pool ends. */
  readonly leases: SecretLeases;
}

/** The one tenant of this version. */
export const TENANT = "default";

/** Opens the store on the engine's pool, which stays the engine's. Keys are asked for at the first secret. */
export async function openStore(pool: Pool, keys: KekProvider, now: () => number): Promise<Store> {
  await migrate(pool);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema("mortise");
  const vault = new Vault({ keys, now });
  const box = secretBox(TENANT, vault);
  const rows = new CredentialRows(db, TENANT, vault, now);
  const forget = (connection: string) => vault.forget(TENANT, connection);
  const audit = new AuditLog(db, TENANT, now);
  const leases = new SecretLeases({
    audit,
    revokedSince: (seq) => revocationsSince(db, TENANT, seq),
    onRevoked: forget,
    now,
  });
  return {
    workflows: new WorkflowStore(db, TENANT),
    connections: new ConnectionStore(db, TENANT, { rows, leases, forget }),
    accounts: new ConnectionAccounts(db, TENANT),
    clients: new OauthClients(db, TENANT, box, { leases, log: audit }),
    pending: new PendingAuthorizations(db, TENANT, box, now),
    deliveries: new DeliveryAddresses(db, TENANT),
    runs: new RunIndex(db, TENANT),
    sessions: new SessionStore(db, now),
    idempotent: new IdempotentRequests(db),
    codeValues: new CodeValues(db),
    audit,
    rotations: new CredentialRotations({ rows, now }),
    lifecycle: new LifecycleStore(db, TENANT, now),
    box,
    leases,
  };
}
