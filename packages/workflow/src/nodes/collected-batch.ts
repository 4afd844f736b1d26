import type { Json } from "@mortise/contract";

/** What is being collected under one key. */
export interface Collection {
  /** Number of the batch that is open. */
  readonly batch: number;
  readonly items: readonly { readonly by: string; readonly item: Json }[];
  readonly closesAtMs?: number;
  /** Batches that a run has taken and not yet journaled. */
  readonly taken: { readonly [owner: string]: readonly Json[] };
  /** The last whose item went into a batch that is gone. */
  readonly seen: readonly string[];
}

/** What a run is told. */
export type Collected =
  | { readonly is: "complete"; readonly items: readonly Json[] }
  | { readonly is: "collected" }
  /** The first of a batch: it comes back when the window is over. */
  | { readonly is: "first"; readonly batch: number; readonly closesAtMs: number };

/** When a batch is complete. */
export interface BatchRules {
  readonly count?: number | undefined;
  readonly windowMs?: number | undefined;
}

/** Characters of JSON at which a batch is complete, whatever its rules say. */
const LARGEST_BATCH = 160 * 1_024;
const MOST_ITEMS = 10_000;
const MOST_SEEN = 200;
/** Whoever should have closed a batch may be gone. */
const OVERDUE_MS = 60_000;

const EMPTY: Collection = { batch: 1, items: [], taken: {}, seen: [] };

/** Adds an item. The same run asked again gets the same answer, also when it had died before it could note the first one. */
export function addItem(
  found: Collection | undefined,
  { by, item, isLast }: { readonly by: string; readonly item: Json; readonly isLast: boolean },
  { count, windowMs }: BatchRules,
  nowMs: number,
): { readonly told: Collected; readonly next: Collection } {
  const now = found ?? EMPTY;
  const mine = now.taken[by];
  if (mine) return { told: { is: "complete", items: mine }, next: now };
  const first = now.items[0];
  if (first?.by === by && now.closesAtMs !== undefined)
    return { told: { is: "first", batch: now.batch, closesAtMs: now.closesAtMs }, next: now };
  if (now.seen.includes(by) || now.items.some((each) => each.by === by)) return { told: { is: "collected" }, next: now };
  const items = [...now.items, { by, item }];
  const closesAtMs = now.closesAtMs ?? (windowMs === undefined ? undefined : nowMs + windowMs);
  const isFull = items.length >= Math.min(count ?? MOST_ITEMS, MOST_ITEMS) || JSON.stringify(items).length >= LARGEST_BATCH;
  const isOverdue = closesAtMs !== undefined && closesAtMs + OVERDUE_MS < nowMs;
  const next: Collection = { ...now, items, ...(closesAtMs === undefined ? {} : { closesAtMs }) };
  if (isLast || isFull || isOverdue) return takeItems(next, by);
  if (first === undefined && closesAtMs !== undefined) return { told: { is: "first", batch: now.batch, closesAtMs }, next };
  return { told: { is: "collected" }, next };
}

/** Takes a batch at the end of its window, unless it was complete before. */
export function closeBatch(found: Collection | undefined, by: string, batch: number): { told: Collected; next?: Collection } {
  const mine = found?.taken[by];
  if (mine) return { told: { is: "complete", items: mine } };
  if (found === undefined || found.batch !== batch || found.items.length === 0) return { told: { is: "collected" } };
  return takeItems(found, by);
}

/** Forgets a batch that its run has journaled. */
export function forgetTaken(found: Collection, by: string): Collection {
  const { [by]: _, ...taken } = found.taken;
  return { ...found, taken };
}

function takeItems(
  { batch, items, taken, seen }: Collection,
  by: string,
): { readonly told: Collected; readonly next: Collection } {
  const values = items.map(({ item }) => item);
  const next: Collection = {
    batch: batch + 1,
    items: [],
    taken: { ...taken, [by]: values },
    seen: [...seen, ...items.map((each) => each.by)].slice(-MOST_SEEN),
  };
  return { told: { is: "complete", items: values }, next };
}
