// Pins: a benchmark that no longer runs, a ratio the wrong way round, and a benchmark that nobody explains.
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { ratioOf, rounded } from "./figure.ts";
import { median, quantile } from "./quantile.ts";

const main = join(import.meta.dirname, "main.ts");

test("a benchmark prints its figures beside a baseline of the same run", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [main, "mapping", "--json"]);
  const [{ figures }] = JSON.parse(stdout).results;
  expect(figures).toHaveLength(1);
  expect(figures[0].value).toBeGreaterThan(0);
  expect(figures[0].ratio).toBeCloseTo(figures[0].value / figures[0].baseline.value);
});

test("a name that is no benchmark is refused with those that are", async () => {
  await expect(promisify(execFile)(process.execPath, [main, "chekc"])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining("call-overhead"),
  });
});

test("README.md says of every benchmark how to read it", () => {
  const readme = readFileSync(join(import.meta.dirname, "README.md"), "utf8");
  for (const file of readdirSync(join(import.meta.dirname, "benchmarks")))
    expect(readme).toContain(`| \`${file.replace(/\.ts$/, "")}\` |`);
});

test("quantiles, ratios and rounding are what they say", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(quantile([5, 1, 4, 2, 3], 0.95)).toBe(5);
  expect(() => median([])).toThrow("nothing");
  expect(ratioOf({ what: "", unit: "", value: 6, baseline: { what: "", value: 2 } })).toBe(3);
  expect([0.123456, 12.3456, 27_230.9].map(rounded)).toEqual(["0.123", "12.3", "27,231"]);
});
