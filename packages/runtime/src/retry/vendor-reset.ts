import { httpDate } from "./retry-after.ts";

/** Epochs start here: a smaller figure is a length of time. 2001-09-09 in s, in ms. */
const EPOCH_S = 1_000_000_000;
const EPOCH_MS = 1_000_000_000_000;
/** Names that vendors give the end of a window, besides the draft's own. */
const NAMES = Object.freeze(["ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset", "x-ratelimit-requests-reset"]);

/**
 * The wait, ms, that a refusal without `Retry-After` tells where its contract declares no place for it: `RateLimit: "policy";r=0;t=30`
 * (draft-ietf-httpapi-ratelimit-headers §4, s until the window ends), or one of the usual names, as s from now, or an epoch in s or ms which
 * counts from the answer's own `Date`. Undefined where none is there, or is junk.
 */
export function vendorResetMs(headers: { readonly [name: string]: string }, nowMs: number): number | undefined {
  const field = headers.ratelimit;
  const left = field === undefined ? undefined : /;\s*t=(\d{1,12})(?![\d.])/.exec(field.slice(0, 1_000))?.[1];
  if (left !== undefined) return Number(left) * 1_000;
  for (const name of NAMES) {
    const text = headers[name]?.trim();
    if (text === undefined || !/^-?\d{1,15}(?:\.\d{1,9})?$/.test(text)) continue;
    const figure = Number(text);
    const hereMs = httpDate(headers.date?.trim() ?? "") ?? nowMs;
    const ms = figure >= EPOCH_MS ? figure - hereMs : figure >= EPOCH_S ? figure * 1_000 - hereMs : figure * 1_000;
    return Math.max(0, Math.round(ms));
  }
  return undefined;
}
