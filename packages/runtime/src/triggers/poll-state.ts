import { type Json, MortiseError } from "@mortise/contract";

/** What a poll leaves to keep: the identities that it has seen, and the state of an incremental source. */
export interface PollState {
  readonly seen: readonly string[];
  readonly read: Json;
}

/** Reads a state back. Undefined for null, which is the state before the first poll. Throws `INVALID_VALUE` for anything else. */
export function readPollState(state: Json): PollState | undefined {
  if (state === null) return undefined;
  if (typeof state === "object" && !Array.isArray(state) && "poll" in state && state.poll === 1) {
    const { seen, read = null } = state as { readonly [key: string]: Json };
    if (Array.isArray(seen) && seen.every((id): id is string => typeof id === "string")) return { seen, read: read ?? null };
  }
  throw new MortiseError("INVALID_VALUE", "The state is none that a poll has left.", {
    path: "/state",
    remedy: "Give back what the last poll returned, or none to start anew.",
  });
}
