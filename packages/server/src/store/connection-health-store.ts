/**
 * Keeps the health of connections in the database, and an event whenever one needs its owner.
 *
 * Owns: the rows of `connection_health` and `connection_events`.
 * Does not own: who finds out, what an owner is told and how (`onEvent`), time (`now`).
 * Talks to: PostgreSQL.
 * Invariants:
 *   H1. A state and the event of it are written in one transaction, whichever process found out first.
 *   H2. Its owner is told of each state once until the connection is ok again, or was changed by its owner; of calls that are refused and
 *       accepted in turn, once in ten minutes.
 *   H3. What was found out of a credential that has been replaced since changes nothing.
 *   H4. Findings of one connection are taken in the order in which this process made them.
 */
import {
  type HealthChange,
  type HealthFinding,
  type HealthReport,
  type HealthReporter,
  needsOwner,
  nextHealth,
  type TokenLife,
  unknownHealth,
} from "@mortise/auth";
import { type Kysely, sql, type Transaction } from "kysely";
import {
  type ConnectionEvent,
  currentVersion,
  type DueConnection,
  type DueRow,
  type EventRow,
  eventOf,
  type HealthRow,
  healthOf,
  isOutdated,
  lifeColumns,
  type StoredHealth,
  shown,
} from "./connection-health-rows.ts";
import type { Tables } from "./tables.ts";

/** Options of {@link ConnectionHealthStore}. */
export interface ConnectionHealthOptions {
  readonly db: Kysely<Tables>;
  readonly tenant: string;
  readonly now: () => number;
  readonly log: (line: string) => void;
  /** Called after an event was stored. Absent: nobody is told. */
  readonly onEvent?: (event: ConnectionEvent) => void;
  /** Called after a change of state was stored. */
  readonly onChange?: (change: HealthChange) => void;
  /** Whether events are to be delivered outside of the server as well. */
  readonly isNotified?: boolean;
}

/** How often a connection that works is written down again, ms. */
const STILL_OK_MS = 60_000;
const MAX_KNOWN = 10_000;
/** Of calls that are refused and accepted in turn, an owner is told so often at most, ms. */
const FLAPPING_MS = 600_000;
const DAY_MS = 86_400_000;

export class ConnectionHealthStore implements HealthReporter {
  readonly #options: ConnectionHealthOptions;
  /** The end of the line, by connection. */
  readonly #lines = new Map<string, Promise<void>>();
  /** When a call on a connection that was ok was last written down. Epoch ms. */
  readonly #notedOk = new Map<string, number>();

  constructor(options: ConnectionHealthOptions) {
    this.#options = options;
  }

  report(report: HealthReport): void {
    const { connection, finding } = report;
    // Whoever renewed it says so, and that a renewal is going on shows in the rows of `token_renewals`.
    if (finding.kind === "token_renewing" || (finding.kind === "token_ok" && finding.isTakenOver === true)) return;
    if (finding.kind === "call_ok" && this.#isNoted(connection)) return;
    if (finding.kind !== "call_ok" && finding.kind !== "token_ok") this.#notedOk.delete(connection);
    const line = (this.#lines.get(connection) ?? Promise.resolve())
      .then(() => this.#take(report))
      .catch((error: Error) => this.#options.log(`The health of connection "${connection}" was not noted: ${error.message}`))
      .finally(() => {
        if (this.#lines.get(connection) === line) this.#lines.delete(connection);
      });
    this.#lines.set(connection, line);
  }

  /** Resolves when everything that was reported so far is stored. */
  async settled(): Promise<void> {
    await Promise.all(this.#lines.values());
  }

  /** Notes what a test said, after what was reported so far. */
  async tested(connection: string, finding: HealthFinding, message: string): Promise<void> {
    const { db, tenant, now } = this.#options;
    this.#notedOk.delete(connection);
    this.report({ tenant, connection, finding });
    await this.settled();
    await sql`update mortise.connection_health set tested_at_ms = ${now()}, test_message = ${message}
      where tenant = ${tenant} and connection = ${connection}`.execute(db);
  }

  /** The owner has changed the connection: nothing is known of it. */
  async replaced(connection: string): Promise<void> {
    const { db, tenant } = this.#options;
    this.#notedOk.delete(connection);
    await sql`delete from mortise.connection_health where tenant = ${tenant} and connection = ${connection}`.execute(db);
  }

  /** What is known, by connection; those that nothing is known of are left out. */
  async all(): Promise<ReadonlyMap<string, StoredHealth>> {
    const { db, tenant, now } = this.#options;
    const { rows } = await sql<HealthRow & { readonly renewing_since_ms: number | null }>`
      select h.*, c.version as current_version, o.updated_at as changed_at,
        extract(epoch from r.sent_at)::float8 * 1000 as renewing_since_ms
      from mortise.connection_health h join mortise.connections o on o.tenant = h.tenant and o.name = h.connection
      left join mortise.credentials c on c.tenant = h.tenant and c.connection = h.connection and c.state = 'active'
      left join mortise.token_renewals r on r.tenant = h.tenant and r.connection = h.connection and r.version = c.version
      where h.tenant = ${tenant}`.execute(db);
    return new Map(rows.map((row) => [row.connection, shown(row, row.renewing_since_ms, now())]));
  }

  /** What owners were told of after an event, oldest first. */
  async events(after: number, limit: number): Promise<readonly ConnectionEvent[]> {
    const { db, tenant } = this.#options;
    const { rows } = await sql<EventRow>`
      select id, connection, from_state, to_state, reason, at from mortise.connection_events
      where tenant = ${tenant} and id > ${after} order by id limit ${limit}`.execute(db);
    return rows.map((row) => eventOf(row, tenant));
  }

  /**
   * Connections whose tokens are due to be renewed ahead of need, or of which nobody knows when they are; none of them is given to anybody
   * else for `holdMs`.
   */
  async claimDue(limit: number, holdMs: number): Promise<readonly DueConnection[]> {
    const { db, tenant, now } = this.#options;
    const nowMs = now();
    const { rows } = await sql<DueRow>`
      insert into mortise.connection_health as h (tenant, connection, state, since_ms, swept_until_ms)
      select o.tenant, o.name, 'unknown', ${nowMs}, ${nowMs + holdMs} from mortise.connections o
        join mortise.credentials c on c.tenant = o.tenant and c.connection = o.name and c.state = 'active'
        left join mortise.connection_health k on k.tenant = o.tenant and k.connection = o.name
        where o.tenant = ${tenant} and coalesce(k.swept_until_ms, 0) < ${nowMs} and (k.planned_version is distinct from c.version
          or (k.next_refresh_ms <= ${nowMs} and k.state not in ('needs_reauth', 'revoked', 'misconfigured')))
        order by k.next_refresh_ms nulls last limit ${limit}
      on conflict (tenant, connection) do update set swept_until_ms = excluded.swept_until_ms where h.swept_until_ms < ${nowMs}
      returning h.connection, h.expires_at_ms, h.next_refresh_ms, h.planned_version,
        (select version from mortise.credentials c where c.tenant = h.tenant and c.connection = h.connection and c.state = 'active')
          as current_version`.execute(db);
    return rows.map(({ connection, expires_at_ms: expiresAtMs, next_refresh_ms: nextMs, planned_version, current_version }) => ({
      connection,
      isDue: planned_version !== null && planned_version === current_version && nextMs !== null && nextMs <= nowMs,
      ...(expiresAtMs === null ? {} : { expiresAtMs }),
    }));
  }

  /** Notes when the tokens of a connection end and are due again. */
  async plan(connection: string, life: TokenLife): Promise<void> {
    const { db, tenant } = this.#options;
    await sql`update mortise.connection_health set ${lifeColumns(life, currentVersion(tenant, connection))}
      where tenant = ${tenant} and connection = ${connection}`.execute(db);
  }

  /** Events to be delivered outside now, each given to nobody else for `holdMs`. None are left after a day. */
  async claimEvents(limit: number, holdMs: number): Promise<readonly ConnectionEvent[]> {
    const { db, tenant, now } = this.#options;
    const nowMs = now();
    const { rows } = await sql<EventRow>`
      update mortise.connection_events set notify_after = ${new Date(nowMs + holdMs)} where tenant = ${tenant} and id in (
        select id from mortise.connection_events where tenant = ${tenant} and notified_at is null and notify_after <= ${new Date(nowMs)}
          and at > ${new Date(nowMs - DAY_MS)} order by id limit ${limit} for update skip locked)
      returning id, connection, from_state, to_state, reason, at`.execute(db);
    return rows.map((row) => eventOf(row, tenant));
  }

  /** An event has been delivered. */
  async notified(id: number): Promise<void> {
    const { db, tenant, now } = this.#options;
    await sql`update mortise.connection_events set notified_at = ${new Date(now())} where tenant = ${tenant} and id = ${id}`.execute(
      db,
    );
  }

  async #take({ connection, finding, version }: HealthReport): Promise<void> {
    if ((finding.kind === "call_ok" || finding.kind === "token_ok") && (await this.#stillOk(connection, finding))) return;
    const taken = await this.#options.db.transaction().execute((trx) => this.#move(trx, connection, finding, version));
    if (taken === undefined) return;
    if (taken.change.to === "ok") this.#noteOk(connection);
    this.#options.onChange?.(taken.change);
    if (taken.event !== undefined) this.#options.onEvent?.(taken.event);
  }

  /** The common case in one statement: ok before, ok now. */
  async #stillOk(connection: string, finding: HealthFinding & { readonly kind: "call_ok" | "token_ok" }): Promise<boolean> {
    const { db, tenant, now } = this.#options;
    const version = currentVersion(tenant, connection);
    const life = finding.kind === "token_ok" ? sql`, ${lifeColumns(finding.life, version)}` : sql``;
    const done = await sql`
      update mortise.connection_health set last_success_ms = ${now()}, version = ${version}${life}
      where tenant = ${tenant} and connection = ${connection} and state = 'ok'`.execute(db);
    if (done.numAffectedRows !== 1n) return false;
    this.#noteOk(connection);
    return true;
  }

  async #move(trx: Transaction<Tables>, connection: string, finding: HealthFinding, version: number | undefined) {
    const { tenant, now, isNotified } = this.#options;
    const nowMs = now();
    await sql`
      insert into mortise.connection_health (tenant, connection, state, since_ms)
      select tenant, name, 'unknown', ${nowMs} from mortise.connections where tenant = ${tenant} and name = ${connection}
      on conflict do nothing`.execute(trx);
    const { rows } = await sql<HealthRow>`
      select h.*, ${currentVersion(tenant, connection)} as current_version, o.updated_at as changed_at
      from mortise.connection_health h join mortise.connections o on o.tenant = h.tenant and o.name = h.connection
      where h.tenant = ${tenant} and h.connection = ${connection} for update of h`.execute(trx);
    const row = rows[0];
    if (row === undefined) return undefined;
    const current = row.current_version;
    if (version !== undefined && current !== null && version < Number(current)) return undefined;
    const isOfOld = isOutdated(row);
    const before = isOfOld ? unknownHealth(nowMs) : healthOf(row);
    const after = nextHealth(before, finding, nowMs);
    const told = isOfOld || after.state === "ok" || after.state === "unknown" ? [] : row.told;
    const topic = after.reason?.code === "ambiguous" ? "ambiguous" : after.state;
    const toldAtMs = isOfOld ? null : row.told_at_ms;
    const isFlapping = finding.kind === "call_refused" && toldAtMs !== null && nowMs - toldAtMs < FLAPPING_MS;
    const isNews = needsOwner(after.state) && !told.includes(topic) && !isFlapping;
    const reason = after.reason === undefined ? null : JSON.stringify(after.reason);
    const life = finding.kind === "token_ok" ? sql`, ${lifeColumns(finding.life, sql`${current}`)}` : sql``;
    await sql`
      update mortise.connection_health set version = ${current}, state = ${after.state}, reason = ${reason}, since_ms = ${after.sinceMs},
        last_success_ms = ${after.lastSuccessMs ?? null}, told = ${isNews ? [...told, topic] : told}, told_at_ms = ${isNews ? nowMs : toldAtMs}${life}
      where tenant = ${tenant} and connection = ${connection}`.execute(trx);
    const why = after.reason === undefined ? {} : { reason: after.reason };
    const change: HealthChange = { tenant, connection, from: before.state, to: after.state, ...why };
    if (!isNews) return before.state === after.state ? undefined : { change, event: undefined };
    const at = new Date(nowMs);
    const inserted = await sql<{ readonly id: string }>`
      insert into mortise.connection_events (tenant, connection, from_state, to_state, reason, at, notify_after)
      values (${tenant}, ${connection}, ${change.from}, ${change.to}, ${reason}, ${at}, ${isNotified === true ? at : null})
      returning id`.execute(trx);
    return { change, event: { ...change, id: Number(inserted.rows[0]?.id), atMs: nowMs } satisfies ConnectionEvent };
  }

  #isNoted(connection: string): boolean {
    const atMs = this.#notedOk.get(connection);
    const forMs = atMs === undefined ? Number.POSITIVE_INFINITY : this.#options.now() - atMs;
    return forMs >= 0 && forMs < STILL_OK_MS;
  }

  #noteOk(connection: string): void {
    if (this.#notedOk.size >= MAX_KNOWN) this.#notedOk.clear();
    this.#notedOk.set(connection, this.#options.now());
  }
}
