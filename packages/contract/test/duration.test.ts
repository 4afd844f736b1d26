// Pins: a limit that is a thousand times too long, or a typing error taken for a length of time.
import { describe, expect, it } from "vitest";
import { parseDuration } from "../src/index.ts";

describe("parseDuration", () => {
  it.each([
    ["250ms", 250],
    ["30s", 30_000],
    ["1m", 60_000],
    ["1.5h", 5_400_000],
    ["2d", 172_800_000],
    ["1w", 604_800_000],
    ["PT1M30S", 90_000],
    ["P2D", 172_800_000],
    ["P1W", 604_800_000],
    ["PT0.25S", 250],
    ["0s", 0],
  ])("reads %s as %d ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["", "P", "PT", "P1M", "P1Y", "5", "s", "-1s", "1 minute", "PT1D", "1s2", "Infinitys"])("refuses %j", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
