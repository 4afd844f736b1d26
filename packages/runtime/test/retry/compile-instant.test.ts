// Pins: a moment in an answer that is read in the wrong unit, so that a vendor is hammered or a call waits for years.
import type { InstantForm, Json } from "@mortise/contract";
import { expect, it } from "vitest";
import { compileInstant } from "../../src/retry/compile-instant.ts";
import { parseSpan } from "../../src/retry/parse-span.ts";

const NOW = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const date = (ms: number) => new Date(ms).toUTCString();

it.each<readonly [InstantForm, Json, number | undefined]>([
  ["epoch_s", String(NOW / 1_000 + 4), 4_000],
  ["epoch_s", NOW / 1_000 + 4, 4_000],
  ["epoch_s", `${NOW / 1_000}.5`, 500],
  ["epoch_s", String(NOW / 1_000 - 90), 0],
  ["epoch_ms", String(NOW + 40), 40],
  ["epoch_ms", String(NOW + 40 * DAY), DAY],
  ["delta_s", "30", 30_000],
  ["delta_s", 1.5, 1_500],
  ["delta_s", "-3", 0],
  ["delta_s", "thirty", undefined],
  ["delta_s", "", undefined],
  ["delta_s", true, undefined],
  ["delta_ms", "250", 250],
  ["http_date", date(NOW + 9_000), 9_000],
  ["http_date", "2026-01-01T00:00:09Z", undefined],
  ["date_time", "2026-01-01T00:00:09Z", 9_000],
  ["date_time", "2026-01-01T02:00:09.500+02:00", 9_500],
  ["date_time", "tomorrow", undefined],
  ["duration", "1m30s", 90_000],
  ["duration", "PT2M", 120_000],
  ["duration", "17ms", 17],
  ["duration", "1 fortnight", undefined],
  ["auto", "12", 12_000],
  ["auto", date(NOW + 3_000), 3_000],
  ["auto", "soon", undefined],
])("reads %s %j as %j ms, from a header and from the body", (as, value, expected) => {
  if (typeof value === "string")
    expect(compileInstant({ header: "X-Reset", as })({ headers: { "x-reset": value }, body: null }, NOW)).toBe(expected);
  expect(compileInstant({ body: "/limit/at", as })({ headers: {}, body: { limit: { at: value } } }, NOW)).toBe(expected);
});

it("counts points in time from the answer's own Date, as clocks differ", () => {
  const headers = { "x-reset": String(NOW / 1_000 + 3_605), date: date(NOW + 3_600_000) };
  expect(compileInstant({ header: "X-Reset", as: "epoch_s" })({ headers, body: null }, NOW)).toBe(5_000);
});

it("reads the first group of a pattern, the whole match without one, and nothing where it does not match", () => {
  const read = (pattern: string, text: string) =>
    compileInstant({ body: "/message", pattern, as: "date_time" })({ headers: {}, body: { message: text } }, NOW);
  expect(read("Retry after ([0-9TZ:.-]+)", "User-rate limit exceeded. Retry after 2026-01-01T00:00:07.000Z")).toBe(7_000);
  expect(read("[0-9]{4}-[0-9TZ:.-]+", "until 2026-01-01T00:00:07Z, please")).toBe(7_000);
  expect(read("Retry after (.+)", "Not found")).toBeUndefined();
});

it("reads a figure among others in one header", () => {
  const reset = compileInstant({ header: "RateLimit", pattern: "reset=([0-9]+)", as: "delta_s" });
  expect(reset({ headers: { ratelimit: "limit=100, remaining=0, reset=50" }, body: null }, NOW)).toBe(50_000);
});

it.each([
  ["6m0s", 360_000],
  ["1h2m3.5s", 3_723_500],
  ["8.64s", 8_640],
  ["120us", 0],
  ["1m 30s", undefined],
  ["90", undefined],
  ["", undefined],
  ["-5s", undefined],
])("reads the span %j as %j ms", (text, expected) => {
  expect(parseSpan(text)).toBe(expected);
});
