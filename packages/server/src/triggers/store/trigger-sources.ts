import type { Json } from "@mortise/contract";
import { MortiseError } from "@mortise/contract";
import { type Kysely, sql, type Transaction } from "kysely";
import type { TriggerTables } from "./trigger-tables.ts";

/** How long a process that says nothing keeps a source. As PostgreSQL says intervals. */
const LEASE = "30 seconds";

/** The right to read a source, and what was kept of it. */
export interface SourceLease {
  readonly workflowId: string;
  readonly epoch: number;
  readonly state: Json;
}

/** Why a source gives nothing. */
export interface SourceFault {
  readonly code: string;
  readonly message: string;
  readonly atMs: number;
}

/** A source as a person sees it. */
export interface SourceStatus {
  readonly isHeld: boolean;
  /** Whether something is kept of it, after a first look. */
  readonly isRead: boolean;
  readonly fault: SourceFault | null;
  readonly updatedAtMs: number;
}

/**
 * Which process reads a source of events, and what it keeps between two looks.
 *
 * Owns: the rows of `trigger_sources`.
 * Invariants:
 *   S1. One process holds a source; its epoch only grows.
 *   S2. Whoever was taken over keeps nothing more: what it writes names its epoch.
 *   S3. Times are the database's.
 */
export class TriggerSources {
  readonly #db: Kysely<TriggerTables>;
  readonly #tenant: string;
  readonly #holder: string;

  constructor(db: Kysely<TriggerTables>, tenant: string, holder: string) {
    this.#db = db;
    this.#tenant = tenant;
    this.#holder = holder;
  }

  /** Takes a source that nobody holds. Undefined: somebody does. */
  async take(workflowId: string, revision: number): Promise<SourceLease | undefined> {
    const { rows } = await sql<{ epoch: string; state: Json }>`
      insert into mortise.trigger_sources as s (tenant, workflow_id, revision, holder, lease_until, epoch)
      values (${this.#tenant}, ${workflowId}, ${revision}, ${this.#holder}, now() + ${LEASE}::interval, 1)
      on conflict (tenant, workflow_id) do update
        set holder = excluded.holder, lease_until = excluded.lease_until, epoch = s.epoch + 1, revision = excluded.revision
        where s.lease_until is null or s.lease_until < now() or s.holder = excluded.holder
      returning epoch, state`.execute(this.#db);
    const [row] = rows;
    return row && { workflowId, epoch: Number(row.epoch), state: row.state };
  }

  /** Holds on to a source. False: somebody else has it. */
  async renew({ workflowId, epoch }: SourceLease): Promise<boolean> {
    const done = await this.#held(this.#db, workflowId, epoch)
      .set({ lease_until: sql<Date>`now() + ${LEASE}::interval` })
      .executeTakeFirst();
    return done.numUpdatedRows > 0n;
  }

  /** Keeps a state, in the transaction of what it goes with; a fault is over with that. Throws `CONFLICT` where somebody else has the source. */
  async keep(
    { workflowId, epoch }: SourceLease,
    state: Json,
    transaction: Kysely<TriggerTables> | Transaction<TriggerTables> = this.#db,
  ): Promise<void> {
    const done = await this.#held(transaction, workflowId, epoch)
      .set({ state: JSON.stringify(state), fault: null, updated_at: new Date() })
      .executeTakeFirst();
    if (done.numUpdatedRows === 0n) throw new MortiseError("CONFLICT", "Another process reads this source by now.");
  }

  async fail({ workflowId, epoch }: SourceLease, fault: SourceFault): Promise<void> {
    await this.#held(this.#db, workflowId, epoch)
      .set({ fault: JSON.stringify(fault), updated_at: new Date() })
      .execute();
  }

  /** Lets go of a source. */
  async leave({ workflowId, epoch }: SourceLease): Promise<void> {
    await this.#held(this.#db, workflowId, epoch).set({ holder: null, lease_until: null }).execute();
  }

  async remove({ workflowId, epoch }: SourceLease): Promise<void> {
    await this.#db
      .deleteFrom("trigger_sources")
      .where("tenant", "=", this.#tenant)
      .where("workflow_id", "=", workflowId)
      .where("epoch", "=", String(epoch))
      .execute();
  }

  /** What is kept of a source, whoever holds it. */
  async stateOf(workflowId: string): Promise<Json> {
    const row = await this.#row(workflowId).select("state").executeTakeFirst();
    return (row?.state ?? null) as Json;
  }

  async status(workflowId: string): Promise<SourceStatus | undefined> {
    const row = await this.#row(workflowId)
      .select([
        "fault",
        "updated_at",
        sql<boolean>`lease_until is not null and lease_until >= now()`.as("held"),
        sql<boolean>`state is not null`.as("read"),
      ])
      .executeTakeFirst();
    return row && { isHeld: row.held, isRead: row.read, fault: row.fault, updatedAtMs: row.updated_at.getTime() };
  }

  /** Sources of workflows that are off or gone, and that nobody holds. */
  async abandoned(): Promise<readonly string[]> {
    const { rows } = await sql<{ workflow_id: string }>`
      select s.workflow_id from mortise.trigger_sources s left join mortise.workflows w on w.tenant = s.tenant and w.id = s.workflow_id
      where s.tenant = ${this.#tenant} and not coalesce(w.active, false) and (s.lease_until is null or s.lease_until < now())`.execute(
      this.#db,
    );
    return rows.map(({ workflow_id }) => workflow_id);
  }

  #row(workflowId: string) {
    return this.#db.selectFrom("trigger_sources").where("tenant", "=", this.#tenant).where("workflow_id", "=", workflowId);
  }

  #held(db: Kysely<TriggerTables> | Transaction<TriggerTables>, workflowId: string, epoch: number) {
    return db
      .updateTable("trigger_sources")
      .where("tenant", "=", this.#tenant)
      .where("workflow_id", "=", workflowId)
      .where("epoch", "=", String(epoch))
      .where("holder", "=", this.#holder);
  }
}
