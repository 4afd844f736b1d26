// Pins: answers that are kept until the memory is full, however few they are.
import type { Json } from "@mortise/contract";
import { describe, expect, it } from "vitest";
import { AnswerCache, type CachePlace } from "../../src/cache/answer-cache.ts";
import { jsonBytes } from "../../src/cache/json-bytes.ts";
import { virtualClock } from "../virtual-clock.ts";

const MB = 1024 * 1024;
const place = (shelf: string, key: string): CachePlace => ({ shelf, key, ttlMs: 60_000, maxEntries: 1_000 });
const fetched = (output: Json) => async () => ({ output });

describe("answers that are kept for a time", () => {
  it("take no more than 64 MB together; what was not asked for the longest goes first (A1)", async () => {
    const cache = new AnswerCache(virtualClock("2026-11-22T00:00:00Z"));
    const large = (name: string): Json => `${name}${"x".repeat(0.9 * MB)}`;
    for (let at = 0; at < 71; at++) await cache.get(place(`shelf ${at % 3}`, `${at}`), fetched(large(`${at}`)));
    const there = (at: number): boolean => cache.peek(place(`shelf ${at % 3}`, `${at}`)) !== undefined;
    expect([there(0), there(1), there(70)]).toEqual([true, true, true]);
    // 71 of them take all that there is; the one that was just looked at stays.
    await cache.get(place("shelf 0", "one more"), fetched(large("one more")));
    expect([there(0), there(1), there(2), there(70)]).toEqual([true, true, false, true]);
  });

  it("are of 1 MB each at most; a larger one takes the place of what was there (A1)", async () => {
    const clock = virtualClock("2026-11-22T00:00:00Z");
    const cache = new AnswerCache(clock);
    await cache.get(place("a", "b"), fetched("small"));
    expect(cache.peek(place("a", "b"))).toEqual({ output: "small" });
    await clock.sleep(61_000);
    await cache.get(place("a", "b"), fetched("x".repeat(MB)));
    expect(cache.peek(place("a", "b"))).toBeUndefined();
    expect(await cache.get(place("a", "b"), fetched("new"))).toEqual({ output: "new" });
  });

  it("give room back when they are replaced, and when a shelf goes", async () => {
    const cache = new AnswerCache(virtualClock("2026-11-22T00:00:00Z"));
    const two = (key: string): CachePlace => ({ ...place("small shelf", key), maxEntries: 2 });
    const large = "x".repeat(0.9 * MB);
    for (let at = 0; at < 300; at++) await cache.get(two(`${at}`), fetched(large));
    await cache.get(place("other", "kept"), fetched(large));
    for (let at = 0; at < 60; at++) await cache.get(place("other", `${at}`), fetched(large));
    expect(cache.peek(two("299"))).toBeDefined();
    expect(cache.peek(place("other", "kept"))).toBeDefined();
    // A thousand shelves more: the first of them are gone, and so is what was on them.
    for (let at = 0; at < 1_001; at++) await cache.get(place(`shelf ${at}`, "x"), fetched("small"));
    expect(cache.peek(two("299"))).toBeUndefined();
    for (let at = 0; at < 70; at++) await cache.get(place("shelf 1000", `${at}`), fetched(large));
    expect(cache.peek(place("shelf 1000", "0"))).toBeDefined();
  });
});

it("the size of a value is that of its JSON, about, and is not counted on for ever", () => {
  for (const value of [null, 1, "text", [1, [2, "three"]], { a: { b: ["c"] } }] as const) {
    expect(Math.abs(jsonBytes(value, 1_000) - JSON.stringify(value).length)).toBeLessThan(30);
  }
  expect(
    jsonBytes(
      Array.from({ length: 1_000_000 }, () => "x"),
      1_000,
    ),
  ).toBeLessThanOrEqual(1_000_002);
  expect(jsonBytes({ a: "x".repeat(5_000), b: 1 }, 1_000)).toBeGreaterThan(1_000);
});
