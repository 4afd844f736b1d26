import { parseDuration } from "@mortise/contract";
import type { TokenScheme } from "../tokens/token-source.ts";

/** The part of a life after which a renewal ahead of need is due. */
const DUE = 0.8;
/** Renewals are spread over this part of the time before they are due. */
const SPREAD = 0.1;
const DAY_MS = 86_400_000;
const MARGIN_MS = 60_000;

/** What is known of a token and of the refresh token beside it. */
export interface KnownLife {
  /** Epoch ms; when it came, or when it was first seen. */
  readonly startsAtMs: number;
  readonly endsAtMs: number | undefined;
  readonly refreshEndsAtMs: number | undefined;
}

/**
 * When a token that can be renewed is renewed ahead of need, epoch ms: at four fifths of its life, of the refresh token's and of the
 * time that a refresh token may lie idle, whichever is first; where no such time is known, within a day, as many vendors let an unused
 * refresh token die without a word. Up to a tenth earlier by chance, so that connections made together are not renewed together.
 */
export function nextRefresh(scheme: TokenScheme, known: KnownLife, random: () => number): number {
  const { startsAtMs, endsAtMs, refreshEndsAtMs } = known;
  const idle = scheme.kind === "oauth2" && scheme.expiry?.idle !== undefined ? parseDuration(scheme.expiry.idle) : undefined;
  const lives = [endsAtMs, refreshEndsAtMs].map((end) => (end === undefined ? undefined : (end - startsAtMs) * DUE));
  const waits = [...lives, idle === undefined ? DAY_MS : idle * DUE].filter((wait) => wait !== undefined);
  return startsAtMs + Math.max(0, Math.min(...waits)) * (1 - SPREAD * random());
}

/** When a token is renewed before it is used, epoch ms: before its end by the contract's margin, and by a fifth of its life at most. */
export function renewalBefore(scheme: TokenScheme, startsAtMs: number, endsAtMs: number): number {
  const said = scheme.kind === "oauth2" && scheme.margin !== undefined ? parseDuration(scheme.margin) : undefined;
  return endsAtMs - Math.min(said ?? MARGIN_MS, (endsAtMs - startsAtMs) / 5);
}
