/**
 * Counts calls by tenant, connector, minute and whose doing their end was, for all processes together.
 *
 * Owns: counts of this process that are not in the database yet.
 * Does not own: what is made of the rows (burnRates), metrics (which have no tenants).
 * Invariants:
 *   U1. A call is in the rows at most once. It is missing only where it ended while its process stopped, or was killed before the next flush, or
 *       where the database was away for so long that `MOST_KEYS` were waiting.
 *   U2. Counting is two look-ups and no allocation for who was counted before in the minute. Memory is bounded.
 *   U3. Rows are added up in one order, so that processes that flush together do not block each other for good.
 */
import { MortiseError } from "@mortise/contract";
import { ATTRIBUTIONS, type Attribution, type CallTally } from "@mortise/runtime";
import { type Kysely, sql } from "kysely";
import type { Tables } from "../store/tables.ts";
import type { LoopClock } from "./loop-clock.ts";

/** Options of {@link CallRollups}. */
export interface CallRollupsOptions {
  readonly db: Kysely<Tables>;
  /** Epoch ms. */
  readonly now: () => number;
  readonly clock: LoopClock;
  readonly log: (line: string) => void;
  /** Between two flushes, ms. Absent: 10,000. */
  readonly everyMs?: number;
}

interface Row {
  readonly tenant: string;
  readonly connector: string;
  readonly minuteMs: number;
  readonly attribution: Attribution;
  readonly calls: number;
}

const EVERY_MS = 10_000;
const MINUTE_MS = 60_000;
/** A tenant and connector of one minute. */
const MOST_KEYS = 100_000;
/** The budget is one of 30 days. */
const KEPT_DAYS = 32;
const FLUSHES_BETWEEN_CLEANINGS = 360;
const INDEX_OF = new Map(ATTRIBUTIONS.map((attribution, index) => [attribution, index]));

export class CallRollups implements CallTally {
  readonly #options: CallRollupsOptions;
  readonly #closing = new AbortController();
  #counts = new Map<string, Map<string, number[]>>();
  #minuteMs = 0;
  #keys = 0;
  #waiting: readonly Row[] = [];
  #lost = 0;
  #flushes = 0;
  #running: Promise<void> | undefined;

  constructor(options: CallRollupsOptions) {
    this.#options = options;
  }

  count(tenant: string, connector: string, attribution: Attribution): void {
    const nowMs = this.#options.now();
    if (nowMs - this.#minuteMs >= MINUTE_MS || nowMs < this.#minuteMs) this.#turn(nowMs);
    const found = this.#counts.get(tenant)?.get(connector) ?? this.#enter(tenant, connector);
    const index = INDEX_OF.get(attribution) ?? 0;
    if (found === undefined) this.#lost++;
    else found[index] = (found[index] ?? 0) + 1;
  }

  /** Flushes from now on, until {@link CallRollups.close}. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Adds what was counted to the rows. What could not be added is added the next time. */
  async flush(): Promise<void> {
    this.#turn(this.#minuteMs);
    const rows = this.#waiting;
    if (rows.length === 0) return;
    this.#waiting = [];
    this.#keys = 0;
    try {
      await sql`
        insert into mortise.call_rollups (tenant, connector, minute, attribution, calls)
        select tenant, connector, to_timestamp(minute_ms / 1000), attribution, sum(calls) from unnest(
          ${rows.map(({ tenant }) => tenant)}::text[], ${rows.map(({ connector }) => connector)}::text[],
          ${rows.map(({ minuteMs }) => minuteMs)}::float8[], ${rows.map(({ attribution }) => attribution)}::text[],
          ${rows.map(({ calls }) => calls)}::bigint[]) as counted (tenant, connector, minute_ms, attribution, calls)
        group by 1, 2, 3, 4 order by 1, 2, 3, 4
        on conflict (tenant, connector, minute, attribution) do update set calls = call_rollups.calls + excluded.calls`.execute(
        this.#options.db,
      );
    } catch (error) {
      this.#waiting = [...rows, ...this.#waiting];
      this.#keys = this.#waiting.length;
      throw error;
    }
    if (this.#lost > 0) this.#options.log(`${this.#lost} calls were not counted by tenant: too many tenants in one minute.`);
    this.#lost = 0;
    if (this.#flushes++ % FLUSHES_BETWEEN_CLEANINGS === 0)
      await sql`delete from mortise.call_rollups where minute < now() - ${KEPT_DAYS} * interval '1 day'`.execute(
        this.#options.db,
      );
  }

  /** Flushes what is left. */
  async close(): Promise<void> {
    this.#closing.abort(new MortiseError("CALL_CANCELLED", "The process stops."));
    await this.#running;
    await this.flush().catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { clock, log, everyMs = EVERY_MS } = this.#options;
    const { signal } = this.#closing;
    let isTroubled = false;
    while (!signal.aborted) {
      await clock.sleep(everyMs, signal);
      try {
        await this.flush();
        isTroubled = false;
      } catch (error) {
        if (!isTroubled) log(`Counts of calls wait, as the database does not take them: ${(error as Error).message}`);
        isTroubled = true;
      }
    }
  }

  #enter(tenant: string, connector: string): number[] | undefined {
    if (this.#keys >= MOST_KEYS) return undefined;
    this.#keys++;
    const fresh = ATTRIBUTIONS.map(() => 0);
    const known = this.#counts.get(tenant);
    if (known === undefined) this.#counts.set(tenant, new Map([[connector, fresh]]));
    else known.set(connector, fresh);
    return fresh;
  }

  /** Puts the counts of a minute aside. */
  #turn(nowMs: number): void {
    const minuteMs = this.#minuteMs;
    const rows: Row[] = [...this.#waiting];
    for (const [tenant, connectors] of this.#counts) {
      for (const [connector, counts] of connectors) {
        for (const [index, calls] of counts.entries()) {
          const attribution = ATTRIBUTIONS[index];
          if (calls > 0 && attribution !== undefined) rows.push({ tenant, connector, minuteMs, attribution, calls });
        }
      }
    }
    this.#waiting = rows;
    this.#counts = new Map();
    this.#minuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  }
}
