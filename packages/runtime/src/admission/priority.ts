/** How urgent a call is: somebody waits for it; an event started it; a clock did; it catches up on what can wait. */
export type Priority = (typeof PRIORITIES)[number];

/** The most urgent first; where there is too much to do, the last are turned away first. */
export const PRIORITIES = Object.freeze(["interactive", "webhook", "scheduled", "backfill"] as const);

/** Place in {@link PRIORITIES}; 0 is the most urgent. */
export type Rank = 0 | 1 | 2 | 3;

const RANKS: { readonly [name in Priority]: Rank } = Object.freeze({ interactive: 0, webhook: 1, scheduled: 2, backfill: 3 });

/** Absent, and what is no priority at all: interactive. */
export function rankOf(priority: Priority | undefined): Rank {
  return priority === undefined ? 0 : (RANKS[priority] ?? 0);
}

/** Share of all places that calls of a rank may fill, so that there is room left for the more urgent. */
export const SHARES: { readonly [rank in Rank]: number } = Object.freeze({ 0: 1, 1: 0.95, 2: 0.9, 3: 0.8 });

/** When to come back that a call is told which was turned away, ms: the less urgent, the later. */
export const COME_BACK_MS: { readonly [rank in Rank]: number } = Object.freeze({ 0: 1_000, 1: 2_000, 2: 5_000, 3: 10_000 });
