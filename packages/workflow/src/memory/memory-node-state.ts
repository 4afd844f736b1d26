import { type Json, MortiseError } from "@mortise/contract";
import {
  LARGEST_STATE_BYTES,
  type NodeStateStore,
  type StateChange,
  type StateEntry,
  type StateKey,
  type StateLimits,
} from "../ports/node-state.ts";

interface Kept extends StateEntry {
  readonly endsAtMs: number;
}

const MOST_SPACES = 10_000;

/** What nodes remember, in this process: for runs that need not survive it. */
export class MemoryNodeState implements NodeStateStore {
  readonly #spaces = new Map<string, Map<string, Kept>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async update<T extends Json>(
    { space, key }: StateKey,
    change: (entry: StateEntry | undefined, nowMs: number) => StateChange<T>,
    limits: StateLimits = {},
  ): Promise<T> {
    const nowMs = this.#now();
    const entries = this.#space(space);
    const kept = entries.get(key);
    const entry = kept !== undefined && kept.endsAtMs > nowMs ? kept : undefined;
    const { result, next } = change(entry && { value: entry.value, version: entry.version }, nowMs);
    if (next === null) entries.delete(key);
    else if (next !== undefined) {
      checkSize(next.value);
      if (kept === undefined) makeRoom(space, entries, nowMs, limits);
      entries.set(key, {
        value: structuredClone(next.value) as Json,
        version: (entry?.version ?? 0) + 1,
        endsAtMs: nowMs + next.ttlMs,
      });
    }
    return result;
  }

  #space(space: string): Map<string, Kept> {
    const known = this.#spaces.get(space);
    if (known) return known;
    const [oldest] = this.#spaces.keys();
    if (this.#spaces.size >= MOST_SPACES && oldest !== undefined) this.#spaces.delete(oldest);
    const entries = new Map<string, Kept>();
    this.#spaces.set(space, entries);
    return entries;
  }
}

/** Throws `LIMIT_EXCEEDED` for a value that no store keeps. */
export function checkSize(value: Json): void {
  const { length } = JSON.stringify(value);
  if (length > LARGEST_STATE_BYTES)
    throw new MortiseError(
      "LIMIT_EXCEEDED",
      `What is to be remembered has ${length} characters of JSON, allowed are ${LARGEST_STATE_BYTES}.`,
      {
        remedy: "Remember less, for example an id instead of a document.",
      },
    );
}

/** The error of a space that holds as much as it may. */
export function spaceIsFull(space: string, most: number): MortiseError {
  return new MortiseError("LIMIT_EXCEEDED", `"${space}" remembers ${most} keys, which is as many as it may.`, {
    remedy: "Choose a shorter window or a coarser key.",
  });
}

/** Entries that a space may hold where nobody says otherwise. */
export const MOST_ENTRIES = 10_000;

function makeRoom(
  space: string,
  entries: Map<string, Kept>,
  nowMs: number,
  { entries: most = MOST_ENTRIES, whenFull }: StateLimits,
): void {
  if (entries.size < most) return;
  for (const [key, { endsAtMs }] of entries) if (endsAtMs <= nowMs) entries.delete(key);
  if (entries.size < most) return;
  if (whenFull !== "evict") throw spaceIsFull(space, most);
  const [first] = [...entries].sort(([, a], [, b]) => a.endsAtMs - b.endsAtMs);
  if (first) entries.delete(first[0]);
}
