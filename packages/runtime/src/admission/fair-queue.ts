/**
 * Calls that wait for a place: the urgent before the less urgent, and in each rank every tenant in turn.
 *
 * Owns: who waits, in which order, whose turn it is.
 * Does not own: places (Slots), time.
 * Invariants:
 *   Q1. A call of a rank is taken only when nobody of a more urgent rank could be.
 *   Q2. Inside of a rank tenants take turns (deficit round robin, one call for each unit of weight), however many calls each has waiting.
 *   Q3. Where one has to go, it is the oldest of the tenant with the most waiting, in the least urgent rank there is.
 *   Q4. A tenant's own calls leave in the order of their coming, or the newest first where that is asked for.
 */
import type { Rank } from "./priority.ts";

/** A call that waits. */
export interface Waiter {
  readonly rank: Rank;
  readonly tenant: string;
  readonly sinceMs: number;
  /** From here on it is of no use to start, ms on the same clock. */
  readonly untilMs: number;
  /** It waits no more: it has a place, or was turned away, or its caller has gone. */
  isGone: boolean;
  readonly grant: () => void;
  readonly refuse: (because: "expired" | "displaced") => void;
}

/** How the next one is chosen. */
export interface Choice {
  readonly nowMs: number;
  /** Who has waited for longer than this has expired, ms. */
  readonly patienceMs: (rank: Rank) => number;
  readonly newestFirst: boolean;
  /** Whether a call of this rank, or of this tenant, may have a place now. */
  readonly hasRoom: (rank: Rank) => boolean;
  readonly mayHave: (tenant: string) => boolean;
}

/** The calls of one tenant in one rank, the oldest first. */
interface Lane {
  readonly tenant: string;
  readonly waiters: Waiter[];
  /** Place of the oldest; those before it are gone. */
  head: number;
  live: number;
  deficit: number;
}

const RANKS: readonly Rank[] = [0, 1, 2, 3];
/** Turns that a lane of little weight may have to wait for one call. */
const LIGHTEST = 0.1;

export class FairQueue {
  readonly #ranks: readonly Map<string, Lane>[] = RANKS.map(() => new Map());
  readonly #weightOf: (tenant: string) => number;
  #size = 0;

  /** @param weightOf Calls of a tenant in one turn. Absent: 1; between 0.1 and 100. */
  constructor(weightOf: (tenant: string) => number = () => 1) {
    this.#weightOf = (tenant) => Math.min(100, Math.max(LIGHTEST, weightOf(tenant)));
  }

  get size(): number {
    return this.#size;
  }

  push(waiter: Waiter): void {
    const lanes = this.#lanes(waiter.rank);
    const lane = lanes.get(waiter.tenant) ?? { tenant: waiter.tenant, waiters: [], head: 0, live: 0, deficit: 0 };
    lanes.set(waiter.tenant, lane);
    lane.waiters.push(waiter);
    lane.live++;
    this.#size++;
  }

  /** Its caller has gone. */
  leave(waiter: Waiter): void {
    if (!waiter.isGone) this.#forget(waiter);
  }

  /** Takes the next one out, for it to have a place; who has expired is turned away on the way. */
  take(choice: Choice): Waiter | undefined {
    for (const rank of RANKS) {
      const lanes = this.#lanes(rank);
      if (lanes.size === 0 || !choice.hasRoom(rank)) continue;
      const found = this.#nextOf(lanes, choice, choice.patienceMs(rank));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Turns away whom invariant Q3 names. */
  displace(): void {
    for (const rank of [...RANKS].reverse()) {
      let longest: Lane | undefined;
      for (const lane of this.#lanes(rank).values()) if (lane.live > (longest?.live ?? 0)) longest = lane;
      const oldest = longest === undefined ? undefined : oldestOf(longest);
      if (oldest === undefined) continue;
      this.#forget(oldest);
      oldest.refuse("displaced");
      return;
    }
  }

  /** Turns away who has expired. */
  sweep(nowMs: number, patienceMs: (rank: Rank) => number): void {
    for (const rank of RANKS) for (const lane of [...this.#lanes(rank).values()]) this.#expire(lane, nowMs, patienceMs(rank));
  }

  #lanes(rank: Rank): Map<string, Lane> {
    return this.#ranks[rank] as Map<string, Lane>;
  }

  #nextOf(lanes: Map<string, Lane>, { nowMs, newestFirst, mayHave }: Choice, patienceMs: number): Waiter | undefined {
    for (let turns = Math.ceil(lanes.size / LIGHTEST); turns > 0 && lanes.size > 0; turns--) {
      const lane = lanes.values().next().value as Lane;
      this.#expire(lane, nowMs, patienceMs);
      if (lane.live === 0) continue;
      if (lane.deficit < 1 && mayHave(lane.tenant)) lane.deficit += this.#weightOf(lane.tenant);
      if (lane.deficit < 1 || !mayHave(lane.tenant)) {
        toTheEnd(lanes, lane);
        continue;
      }
      const waiter = newestFirst ? newestOf(lane) : oldestOf(lane);
      if (waiter === undefined) return undefined;
      lane.deficit--;
      this.#forget(waiter);
      if (lane.live > 0 && lane.deficit < 1) toTheEnd(lanes, lane);
      return waiter;
    }
    return undefined;
  }

  #expire(lane: Lane, nowMs: number, patienceMs: number): void {
    for (let oldest = oldestOf(lane); oldest !== undefined; oldest = oldestOf(lane)) {
      if (nowMs < oldest.untilMs && nowMs - oldest.sinceMs <= patienceMs) return;
      this.#forget(oldest);
      oldest.refuse("expired");
    }
  }

  #forget(waiter: Waiter): void {
    waiter.isGone = true;
    this.#size--;
    const lanes = this.#lanes(waiter.rank);
    const lane = lanes.get(waiter.tenant);
    if (lane === undefined) return;
    lane.live--;
    if (lane.live === 0) lanes.delete(waiter.tenant);
  }
}

/** Longest row of those who have gone that a lane keeps. */
const MAX_GONE = 64;

function oldestOf(lane: Lane): Waiter | undefined {
  while (lane.waiters[lane.head]?.isGone) lane.head++;
  if (lane.head > MAX_GONE && lane.head * 2 > lane.waiters.length) {
    lane.waiters.splice(0, lane.head);
    lane.head = 0;
  }
  return lane.waiters[lane.head];
}

function newestOf(lane: Lane): Waiter | undefined {
  while (lane.waiters.at(-1)?.isGone) lane.waiters.pop();
  return lane.waiters.at(-1);
}

function toTheEnd(lanes: Map<string, Lane>, lane: Lane): void {
  lanes.delete(lane.tenant);
  lanes.set(lane.tenant, lane);
}
