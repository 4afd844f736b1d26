/**
 * Events that were accepted and are still to become runs. Accepting is an insert, so an event that was accepted is lost in no crash.
 *
 * Owns: the rows of `trigger_marks` and `trigger_events`.
 * Does not own: runs, where events are from, when somebody looks.
 * Invariants:
 *   I1. Of all that come with one mark within {@link KEPT}, at once or one after the other, one is accepted: marks are inserted first.
 *   I2. An event is claimed by one process; where that dies, by another after {@link HELD}, for a run of the same id.
 *   I3. Never more than `concurrency` runs of a trigger are under way, and of the events of one key never two.
 *   I4. Events of one key are claimed in the order in which they were accepted.
 *   I5. Times are the database's.
 */
import { type Json, MortiseError } from "@mortise/contract";
import { type Kysely, sql, type Transaction } from "kysely";
import type { TriggerTables } from "./trigger-tables.ts";

/** How long a mark is known, and how long whoever claimed an event may take to start it. As PostgreSQL says intervals. */
const KEPT = "7 days";
const HELD = "60 seconds";

/** One event, before it is accepted. */
export interface Arrival {
  readonly workflowId: string;
  readonly runId: string;
  /** What repeats of it are known by. Empty: it is like no other. */
  readonly marks: readonly string[];
  readonly kind: string;
  /** The trigger, `body` and what is beside it. */
  readonly payload: { readonly [part: string]: Json };
  /** Its marks are known together or not at all; a repeat with other ones is refused. Absent: one that is known makes it a repeat. */
  readonly isExact?: boolean;
  readonly orderKey?: string | undefined;
  /** Absent: 0. */
  readonly depth?: number;
}

/** What accepting came to; a repeat has the run of the first one. */
export type Acceptance = { readonly runId: string; readonly isFirst: boolean };

/** An event that is to become a run now. */
export interface ClaimedEvent {
  readonly seq: string;
  readonly runId: string;
  readonly kind: string;
  readonly payload: { readonly [part: string]: Json };
  readonly depth: number;
  readonly tries: number;
}

/** How many runs at once, and in which order. */
export interface FlowLimits {
  readonly concurrency: number | undefined;
  readonly isOrdered: boolean;
  /** How long a run holds up those behind it, ms. Absent: until it ends. */
  readonly patienceMs: number | undefined;
}

/** Events that wait. */
export interface Backlog {
  readonly waiting: number;
  readonly waitingOfKey: number;
}

const LOCK_SPACE = 6_837_471;

export class TriggerInbox {
  readonly #db: Kysely<TriggerTables>;
  readonly #tenant: string;

  constructor(db: Kysely<TriggerTables>, tenant: string) {
    this.#db = db;
    this.#tenant = tenant;
  }

  /**
   * Accepts events, all or none, together with what `also` writes. With `delivery` marks, all of them are one delivery, which is a repeat
   * as a whole. Throws `INVALID_INPUT` for a repeat that is not the same. `isHeld`: the events count as claimed, and whoever accepts them starts them.
   */
  async accept(
    arrivals: readonly Arrival[],
    options: {
      readonly isHeld?: boolean;
      readonly delivery?: { readonly workflowId: string; readonly marks: readonly string[] };
      readonly also?: (transaction: Transaction<TriggerTables>) => Promise<void>;
    } = {},
  ): Promise<readonly (Acceptance & { readonly seq: string | undefined })[]> {
    const { isHeld = false, delivery, also } = options;
    return await this.#db.transaction().execute(async (transaction) => {
      if (delivery !== undefined && delivery.marks.length > 0) {
        const runId = arrivals[0]?.runId ?? "";
        const known = await this.#mark(transaction, { ...delivery, runId });
        if (known !== undefined) return arrivals.map(() => ({ runId: known, isFirst: false, seq: undefined }));
      }
      const accepted: (Acceptance & { readonly seq: string | undefined })[] = [];
      for (const arrival of arrivals) {
        const known = arrival.marks.length === 0 ? undefined : await this.#mark(transaction, arrival);
        if (known === undefined)
          accepted.push({ runId: arrival.runId, isFirst: true, seq: await this.#insert(transaction, arrival, isHeld) });
        else accepted.push({ runId: known, isFirst: false, seq: undefined });
      }
      await also?.(transaction);
      return accepted;
    });
  }

  /** Inserts the marks; the run of whoever was there before. One mark that is known makes all of them a repeat. */
  async #mark(
    transaction: Transaction<TriggerTables>,
    { workflowId, marks, runId, isExact = false }: Pick<Arrival, "workflowId" | "marks" | "runId" | "isExact">,
  ): Promise<string | undefined> {
    const sorted = [...new Set(marks)].toSorted();
    const { rows: fresh } = await sql<{ mark: string }>`
      insert into mortise.trigger_marks as m (tenant, workflow_id, mark, run_id)
      select ${this.#tenant}, ${workflowId}, unnest(${sorted}::text[]), ${runId}
      on conflict (tenant, workflow_id, mark) do update set run_id = excluded.run_id, seen_at = now()
        where m.seen_at < now() - ${KEPT}::interval
      returning mark`.execute(transaction);
    if (fresh.length === sorted.length) return undefined;
    const added = fresh.map(({ mark }) => mark);
    if (isExact && added.length > 0)
      throw new MortiseError("INVALID_INPUT", "This key was used for another payload.", {
        remedy: "Send the same payload again, or use a new key.",
      });
    const known = await transaction
      .selectFrom("trigger_marks")
      .select("run_id")
      .where("tenant", "=", this.#tenant)
      .where("workflow_id", "=", workflowId)
      .where("mark", "in", sorted)
      .where("mark", "not in", added.length === 0 ? [""] : added)
      .executeTakeFirst();
    const first = known?.run_id ?? runId;
    if (added.length > 0)
      await transaction
        .updateTable("trigger_marks")
        .set({ run_id: first })
        .where("tenant", "=", this.#tenant)
        .where("workflow_id", "=", workflowId)
        .where("mark", "in", added)
        .execute();
    return first;
  }

  async #insert(transaction: Transaction<TriggerTables>, arrival: Arrival, isHeld: boolean): Promise<string> {
    const { workflowId, runId, kind, payload, orderKey, depth = 0 } = arrival;
    const held = isHeld ? { state: "starting" as const, hold_until: sql<Date>`now() + ${HELD}::interval` } : { hold_until: null };
    const row = await transaction
      .insertInto("trigger_events")
      .values({
        tenant: this.#tenant,
        workflow_id: workflowId,
        run_id: runId,
        kind,
        payload: JSON.stringify(payload),
        order_key: orderKey ?? null,
        depth,
        started_at: null,
        ...held,
      })
      .returning("seq")
      .executeTakeFirstOrThrow();
    return row.seq;
  }

  /** How many events of a trigger wait, counted up to `limit`. */
  async backlog(workflowId: string, limit: number, orderKey?: string): Promise<Backlog> {
    const { rows } = await sql<{ waiting: string; of_key: string }>`
      select count(*) as waiting, count(*) filter (where order_key = ${orderKey ?? null}) as of_key from (
        select order_key from mortise.trigger_events
        where tenant = ${this.#tenant} and workflow_id = ${workflowId} and state = 'waiting' limit ${limit}) w`.execute(this.#db);
    return { waiting: Number(rows[0]?.waiting ?? 0), waitingOfKey: Number(rows[0]?.of_key ?? 0) };
  }

  /** Workflows that have events to start, also those of a process that died. */
  async pending(): Promise<readonly string[]> {
    const { rows } = await sql<{ workflow_id: string }>`
      select distinct workflow_id from mortise.trigger_events
      where tenant = ${this.#tenant} and (state = 'waiting' or (state = 'starting' and hold_until < now()))`.execute(this.#db);
    return rows.map(({ workflow_id }) => workflow_id);
  }

  /** Claims events that may start now, oldest first. */
  async claim(workflowId: string, limits: FlowLimits, most: number): Promise<readonly ClaimedEvent[]> {
    return await this.#db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(${LOCK_SPACE}, hashtext(${`${this.#tenant}/${workflowId}`}))`.execute(transaction);
      let room = most;
      if (limits.concurrency !== undefined || limits.isOrdered) {
        await sql`delete from mortise.trigger_events e using mortise.runs r
          where e.tenant = ${this.#tenant} and e.workflow_id = ${workflowId} and e.state = 'started'
            and r.tenant = e.tenant and r.id = e.run_id and r.ended_at is not null`.execute(transaction);
        if (limits.concurrency !== undefined)
          room = Math.min(most, limits.concurrency - (await this.#underWay(transaction, workflowId)));
      }
      if (room <= 0) return [];
      const patience = limits.patienceMs === undefined ? null : `${limits.patienceMs} milliseconds`;
      const blocked = sql<boolean>`exists (
        select 1 from mortise.trigger_events b where b.tenant = e.tenant and b.workflow_id = e.workflow_id and b.order_key = e.order_key and b.seq < e.seq
          and (b.state <> 'started' or ${patience}::interval is null or b.started_at > now() - ${patience}::interval))`;
      const { rows } = await sql<{
        seq: string;
        run_id: string;
        kind: string;
        payload: ClaimedEvent["payload"];
        depth: number;
        tries: number;
      }>`
        update mortise.trigger_events set state = 'starting', hold_until = now() + ${HELD}::interval, tries = tries + 1
        where tenant = ${this.#tenant} and seq in (
          select seq from mortise.trigger_events e
          where e.tenant = ${this.#tenant} and e.workflow_id = ${workflowId}
            and (e.state = 'waiting' or (e.state = 'starting' and e.hold_until < now()))
            and not ${limits.isOrdered ? blocked : sql<boolean>`false`}
          order by seq limit ${room})
        returning seq, run_id, kind, payload, depth, tries`.execute(transaction);
      return rows
        .map(({ run_id, ...row }) => ({ ...row, runId: run_id }))
        .toSorted((a, b) => (BigInt(a.seq) < BigInt(b.seq) ? -1 : 1));
    });
  }

  async #underWay(transaction: Transaction<TriggerTables>, workflowId: string): Promise<number> {
    const { rows } = await sql<{ count: string }>`
      select count(*) from mortise.trigger_events
      where tenant = ${this.#tenant} and workflow_id = ${workflowId}
        and (state = 'started' or (state = 'starting' and hold_until >= now()))`.execute(transaction);
    return Number(rows[0]?.count ?? 0);
  }

  /** An event has become a run. With limits it stays until that has ended, else it is done with. */
  async started(seq: string, isLimited: boolean): Promise<void> {
    if (isLimited)
      await this.#db
        .updateTable("trigger_events")
        .set({ state: "started", started_at: sql<Date>`now()`, hold_until: null, payload: "{}" })
        .where("tenant", "=", this.#tenant)
        .where("seq", "=", seq)
        .execute();
    else await this.drop(seq);
  }

  /** Gives an event back, to be claimed again after a while. */
  async putOff(seq: string, ms: number): Promise<void> {
    await this.#db
      .updateTable("trigger_events")
      .set({ state: "starting", hold_until: sql<Date>`now() + ${`${ms} milliseconds`}::interval` })
      .where("tenant", "=", this.#tenant)
      .where("seq", "=", seq)
      .execute();
  }

  async drop(seq: string): Promise<void> {
    await this.#db.deleteFrom("trigger_events").where("tenant", "=", this.#tenant).where("seq", "=", seq).execute();
  }

  /** Forgets marks that are too old to count, and the events of workflows that are gone. */
  async purge(): Promise<void> {
    await sql`delete from mortise.trigger_marks where seen_at < now() - ${KEPT}::interval`.execute(this.#db);
    await sql`delete from mortise.trigger_events e where tenant = ${this.#tenant} and not exists (
      select 1 from mortise.workflows w where w.tenant = e.tenant and w.id = e.workflow_id)`.execute(this.#db);
  }
}
