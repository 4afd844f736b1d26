// Pins: a builder page that its content security policy stops, because the main entry pulled in a library that generates code.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const src = join(import.meta.dirname, "../src");

function reached(file: string, seen: Map<string, readonly string[]> = new Map()): ReadonlyMap<string, readonly string[]> {
  if (seen.has(file)) return seen;
  const specifiers = [...readFileSync(file, "utf8").matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)"/gms)].map(
    (match) => match[1] ?? "",
  );
  seen.set(file, specifiers);
  for (const specifier of specifiers.filter((each) => each.startsWith("."))) reached(join(dirname(file), specifier), seen);
  return seen;
}

describe("the main entry", () => {
  const packages = (entry: string) => [...reached(join(src, entry)).values()].flat().filter((each) => !each.startsWith("."));

  it("reaches nothing that generates code or needs Node", () => {
    expect(new Set(packages("index.ts"))).toEqual(new Set(["fastest-levenshtein", "jsonc-parser"]));
  });

  it("leaves ajv to the entry for validation", () => {
    expect(packages("validation/index.ts").some((each) => each.startsWith("ajv"))).toBe(true);
  });
});
