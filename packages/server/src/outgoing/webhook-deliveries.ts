import { randomUUID } from "node:crypto";
import type { Json } from "@mortise/contract";
import { type Kysely, sql } from "kysely";
import type { TriggerTables } from "../triggers/store/trigger-tables.ts";
import type { EventType } from "./webhook-endpoints.ts";

/** One attempt to deliver, as its log keeps it. */
export interface DeliveryAttempt {
  readonly atMs: number;
  readonly durationMs: number;
  /** Absent: no answer came. */
  readonly status?: number;
  /** Absent: it was taken. */
  readonly error?: string;
}

/** A message on its way to one endpoint. */
export interface Delivery {
  readonly id: string;
  readonly endpointId: string;
  readonly messageId: string;
  readonly type: string;
  readonly state: "waiting" | "delivered" | "failed";
  readonly attempts: readonly DeliveryAttempt[];
  /** Absent: it is not tried again. */
  readonly nextAtMs?: number;
  readonly createdAtMs: number;
}

/** A delivery that is due, in the hands of this process. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly url: string;
  readonly messageId: string;
  readonly body: string;
  readonly attempts: number;
  readonly claim: string;
}

/** A process that dies with a delivery in its hands holds it up as long. */
const HOLD_MS = 120_000;
const KEPT = "30 days";

/**
 * Messages and where they are still to go.
 *
 * Owns: the rows of `webhook_messages` and `webhook_deliveries`.
 * Invariants:
 *   W1. A message is stored once by its id, together with a delivery for each endpoint that asks for its type.
 *   W2. A delivery is in the hands of one process; what a process that was too slow says of it is ignored.
 */
export class WebhookDeliveries {
  readonly #db: Kysely<TriggerTables>;
  readonly #tenant: string;
  readonly #now: () => number;

  constructor(db: Kysely<TriggerTables>, tenant: string, now: () => number) {
    this.#db = db;
    this.#tenant = tenant;
    this.#now = now;
  }

  /** Stores a message for all endpoints that are on and ask for it, or for one. Returns how many; 0 also where the message is known. */
  async publish(id: string, type: EventType, body: string, only?: string): Promise<number> {
    const { rows } = await sql<{ id: string }>`
      with message as (
        insert into mortise.webhook_messages (tenant, id, type, body, created_at)
        select ${this.#tenant}, ${id}, ${type}, ${body}, ${new Date(this.#now())} where exists (
          select 1 from mortise.webhook_endpoints where tenant = ${this.#tenant} and enabled and (${only ?? null}::text is null or id = ${only ?? null}))
        on conflict (tenant, id) do nothing returning id)
      insert into mortise.webhook_deliveries (tenant, endpoint_id, message_id, next_at_ms, created_at)
      select ${this.#tenant}, e.id, m.id, ${this.#now()}, ${new Date(this.#now())} from message m, mortise.webhook_endpoints e
      where e.tenant = ${this.#tenant} and e.enabled and (
        (${only ?? null}::text is null and (json_array_length(e.events) = 0 or e.events::jsonb ? ${type})) or e.id = ${only ?? null})
      returning id`.execute(this.#db);
    return rows.length;
  }

  /** Claims what is due, of each endpoint that is not in `busy` beyond its share at most `share`, the oldest first. */
  async claim(most: number, share: number, busy: ReadonlyMap<string, number>): Promise<readonly ClaimedDelivery[]> {
    const claim = randomUUID();
    const now = this.#now();
    const taken = JSON.stringify(Object.fromEntries(busy));
    const { rows } = await sql<{
      id: string;
      endpoint_id: string;
      url: string;
      message_id: string;
      body: string;
      attempts: number;
    }>`
      with due as (
        select d.id, d.endpoint_id, d.next_at_ms, row_number() over (partition by d.endpoint_id order by d.next_at_ms, d.id) as place
        from mortise.webhook_deliveries d join mortise.webhook_endpoints e on e.tenant = d.tenant and e.id = d.endpoint_id
        where d.tenant = ${this.#tenant} and d.state = 'waiting' and e.enabled and d.next_at_ms <= ${now}
          and coalesce(d.hold_until_ms, 0) <= ${now}),
      chosen as (
        select id from due where place <= ${share} - coalesce((${taken}::jsonb ->> endpoint_id)::int, 0) order by next_at_ms, id limit ${most}),
      locked as (
        select d.id from mortise.webhook_deliveries d join chosen c on c.id = d.id
        where d.tenant = ${this.#tenant} and coalesce(d.hold_until_ms, 0) <= ${now} for update of d skip locked)
      update mortise.webhook_deliveries d set claim = ${claim}, hold_until_ms = ${now + HOLD_MS}
      from locked l, mortise.webhook_endpoints e, mortise.webhook_messages m
      where d.id = l.id and d.tenant = ${this.#tenant} and e.tenant = d.tenant and e.id = d.endpoint_id and m.tenant = d.tenant and m.id = d.message_id
      returning d.id, d.endpoint_id, e.url, d.message_id, m.body, d.attempts`.execute(this.#db);
    return rows.map(({ endpoint_id, message_id, ...row }) => ({ ...row, endpointId: endpoint_id, messageId: message_id, claim }));
  }

  /** Notes an attempt, and what becomes of the delivery. */
  async settle(
    { id, claim }: ClaimedDelivery,
    attempt: DeliveryAttempt,
    next: { readonly state: "delivered" | "failed" } | { readonly state: "waiting"; readonly atMs: number },
  ): Promise<void> {
    await sql`update mortise.webhook_deliveries set attempts = attempts + 1, state = ${next.state}, claim = null, hold_until_ms = null,
        next_at_ms = ${next.state === "waiting" ? next.atMs : this.#now()}, log = (log::jsonb || ${JSON.stringify([attempt])}::jsonb)::json
      where tenant = ${this.#tenant} and id = ${id} and claim = ${claim}`.execute(this.#db);
  }

  /** The next moment at which something is due; undefined: never. */
  async nextAtMs(): Promise<number | undefined> {
    const { rows } = await sql<{ at: number | null }>`
      select min(greatest(d.next_at_ms, coalesce(d.hold_until_ms, 0))) as at from mortise.webhook_deliveries d
      join mortise.webhook_endpoints e on e.tenant = d.tenant and e.id = d.endpoint_id
      where d.tenant = ${this.#tenant} and d.state = 'waiting' and e.enabled`.execute(this.#db);
    return rows[0]?.at ?? undefined;
  }

  /** The last deliveries of an endpoint, newest first. */
  async list(endpointId: string, limit: number): Promise<readonly Delivery[]> {
    const rows = await this.#db
      .selectFrom("webhook_deliveries")
      .innerJoin("webhook_messages", (join) =>
        join
          .onRef("webhook_messages.tenant", "=", "webhook_deliveries.tenant")
          .onRef("webhook_messages.id", "=", "webhook_deliveries.message_id"),
      )
      .select(["webhook_deliveries.id", "endpoint_id", "message_id", "type", "state", "log", "next_at_ms"])
      .select("webhook_deliveries.created_at")
      .where("webhook_deliveries.tenant", "=", this.#tenant)
      .where("endpoint_id", "=", endpointId)
      .orderBy(sql`webhook_deliveries.id`, "desc")
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      endpointId: row.endpoint_id,
      messageId: row.message_id,
      type: row.type,
      state: row.state,
      attempts: row.log as readonly Json[] as unknown as readonly DeliveryAttempt[],
      ...(row.state === "waiting" ? { nextAtMs: row.next_at_ms } : {}),
      createdAtMs: row.created_at.getTime(),
    }));
  }

  /** Delivers again what failed, or was delivered: one, or all that failed since a moment. The message keeps its id. Returns how many. */
  async replay(endpointId: string, which: { readonly id: string } | { readonly failedSinceMs: number }): Promise<number> {
    const chosen =
      "id" in which
        ? sql<boolean>`id = ${which.id} and state <> 'waiting'`
        : sql<boolean>`state = 'failed' and created_at >= ${new Date(which.failedSinceMs)}`;
    const done =
      await sql`update mortise.webhook_deliveries set state = 'waiting', attempts = 0, next_at_ms = ${this.#now()}, claim = null, hold_until_ms = null
      where tenant = ${this.#tenant} and endpoint_id = ${endpointId} and ${chosen}`.execute(this.#db);
    return Number(done.numAffectedRows ?? 0n);
  }

  /** Forgets messages that are older than 30 days, with their deliveries. */
  async purge(): Promise<void> {
    await sql`delete from mortise.webhook_messages where tenant = ${this.#tenant} and created_at < now() - ${KEPT}::interval`.execute(
      this.#db,
    );
  }
}
