/** Longest wait that an answer can ask for: 24 h. */
export const MAX_RETRY_AFTER_MS = 86_400_000;

/**
 * The wait that a `Retry-After` asks for, ms (RFC 9110 §10.2.3): seconds, or an HTTP date minus the answer's own `Date` (`nowMs` where
 * it has none). Negative and past → 0; more than 24 h → 24 h; junk → undefined.
 */
export function retryAfterMs(header: string | undefined, date: string | undefined, nowMs: number): number | undefined {
  const asked = askedWaitMs(header, date, nowMs);
  return asked === undefined ? undefined : Math.min(asked, MAX_RETRY_AFTER_MS);
}

/** The same however long it is, ten years included. */
export function askedWaitMs(header: string | undefined, date: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return positive(Number(text) * 1_000);
  const at = httpDate(text);
  if (at === undefined) return undefined;
  return positive(at - (httpDate(date?.trim() ?? "") ?? nowMs));
}

/** Epoch ms of an IMF-fixdate or one of its two obsolete forms (RFC 9110 §5.6.7); undefined for anything else. */
export function httpDate(text: string): number | undefined {
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(text) || !/\d\d:\d\d:\d\d/.test(text)) return undefined;
  const parsed = Date.parse(text.includes("GMT") ? text : `${text} GMT`);
  return Number.isNaN(parsed) ? undefined : parsed;
}

const positive = (ms: number): number => Math.max(0, Math.round(ms));
