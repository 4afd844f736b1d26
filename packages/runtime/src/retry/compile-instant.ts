import { linearPattern, parseTimestamp } from "@mortise/builders";
import { getPointer, type InstantForm, type InstantSource, type Json, MortiseError } from "@mortise/contract";
import { parseSpan } from "./parse-span.ts";
import { httpDate, MAX_RETRY_AFTER_MS, retryAfterMs } from "./retry-after.ts";

/** The parts of an answer that a moment is read from. Header names are in lower case. */
export interface Told {
  readonly headers: { readonly [name: string]: string };
  readonly body: Json;
}

/** Reads the wait, ms, that an answer tells; undefined where it tells none or junk. Past → 0, more than 24 h → 24 h. */
export type Instant = (answer: Told, nowMs: number) => number | undefined;

/** Longest text that a figure is looked for in. */
const MAX_TEXT = 10_000;

/**
 * Compiles a place where answers tell when to go on. Points in time count from the answer's own `Date`, so that clocks which differ do
 * no harm. Throws `INVALID_VALUE` for a pattern that RE2 does not know.
 */
export function compileInstant({ header, body, pattern, as }: InstantSource): Instant {
  const search = pattern === undefined ? undefined : linearPattern(pattern);
  if (typeof search === "string") throw new MortiseError("INVALID_VALUE", `${JSON.stringify(pattern)}: ${search}.`);
  const name = header?.toLowerCase();
  return (answer, nowMs) => {
    const found = name === undefined ? getPointer(answer.body, body ?? "") : answer.headers[name];
    if (typeof found !== "string" && typeof found !== "number") return undefined;
    const whole = String(found).slice(0, MAX_TEXT);
    const text = (search === undefined ? whole : search.first(whole))?.trim() ?? "";
    if (text === "") return undefined;
    const date = answer.headers.date;
    const ms = READ[as](text, httpDate(date?.trim() ?? "") ?? nowMs, date);
    return ms === undefined ? undefined : Math.min(Math.max(0, Math.round(ms)), MAX_RETRY_AFTER_MS);
  };
}

/** How each form is read: the text, the moment of the answer, its `Date`. */
const READ: { readonly [form in InstantForm]: (text: string, hereMs: number, date?: string) => number | undefined } = {
  epoch_s: (text, hereMs) => number(text, (seconds) => seconds * 1_000 - hereMs),
  epoch_ms: (text, hereMs) => number(text, (ms) => ms - hereMs),
  delta_s: (text) => number(text, (seconds) => seconds * 1_000),
  delta_ms: (text) => number(text, (ms) => ms),
  http_date: (text, hereMs) => since(httpDate(text), hereMs),
  date_time: (text, hereMs) => since(parseTimestamp(text)?.getTime(), hereMs),
  duration: (text) => parseSpan(text),
  auto: (text, hereMs, date) => retryAfterMs(text, date, hereMs),
};

function number(text: string, toMs: (number: number) => number): number | undefined {
  const read = Number(text);
  return Number.isFinite(read) ? toMs(read) : undefined;
}

const since = (atMs: number | undefined, hereMs: number): number | undefined => (atMs === undefined ? undefined : atMs - hereMs);
