// Pins: a code that is thrown and has no remedy, and a catalogue that promises codes which nothing emits.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../src/index.ts";

const root = join(import.meta.dirname, "../../..");

const sources = ["packages", "connectors"].flatMap((area) =>
  readdirSync(join(root, area)).flatMap((name) => filesBelow(join(root, area, name, "src"))),
);

function filesBelow(path: string): readonly string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return /\.tsx?$/.test(path) && !path.endsWith("error-catalogue.ts") ? [path] : [];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}

describe("the error catalogue", () => {
  const texts = sources.map((path) => ({ path, text: readFileSync(path, "utf8") }));

  it("holds every code that a source emits", () => {
    const emitted = texts.flatMap(({ path, text }) =>
      [...text.matchAll(/(?:new MortiseError\(\s*|\bcode:\s*)"([A-Z][A-Z0-9]*_[A-Z0-9_]+)"/g)].map((match) => ({
        path,
        code: match[1] ?? "",
      })),
    );
    expect(emitted.length).toBeGreaterThan(20);
    expect(emitted.filter(({ code }) => !Object.hasOwn(CATALOGUE, code))).toEqual([]);
  });

  it("promises no code that nothing emits", () => {
    const words = new Set(texts.flatMap(({ text }) => text.match(/[A-Z][A-Z0-9]*(_[A-Z0-9]+)*/g) ?? []));
    const silent = Object.entries(CATALOGUE).filter(([code, entry]) => !("retired" in entry) && !words.has(code));
    expect(silent.map(([code]) => code)).toEqual([]);
  });

  it("says of every code what it means and what to do, each as a sentence", () => {
    const blunt = Object.entries(CATALOGUE).filter(
      ([, { meaning, remedy }]) => ![meaning, remedy].every((text) => /^[A-Z].*[.!]$/.test(text)),
    );
    expect(blunt).toEqual([]);
  });
});
