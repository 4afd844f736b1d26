// Pins: a library that finds its way into what the builder loads before it shows anything.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const dist = join(import.meta.dirname, "..", "dist");
const assets = join(dist, "assets");
/** Scripts that the builder loads first, gzipped, in kB of 1,000 bytes. */
const BUDGET_KB = 350;

/** The scripts of the pages with all that they import at once, and not only when it is asked for. */
function withImports(entries: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...entries];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const script = readFileSync(join(assets, name), "utf8");
    for (const [, imported = ""] of script.matchAll(/(?:from|^import|[;}]import)"\.\/([^"]+\.js)"/g)) open.push(imported);
  }
  return found;
}

test("the builder loads no more than its budget of scripts", () => {
  expect(existsSync(dist), "the pages are not built").toBe(true);
  const page = readFileSync(join(dist, "index.html"), "utf8");
  const entries = [...page.matchAll(/(?:src|href)="\/assets\/([^"]+\.js)"/g)].map(([, name = ""]) => name);
  const builder = readdirSync(assets).filter((name) => /^builder-page-.*\.js$/.test(name));
  expect(builder).toHaveLength(1);
  const scripts = [...withImports([...entries, ...builder])];
  const kilobytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0) / 1_000;
  console.log(`${kilobytes.toFixed(0)} kB in ${scripts.length} scripts`);
  // Less than this is not all of it: React alone is larger.
  expect(kilobytes).toBeGreaterThan(100);
  expect(kilobytes).toBeLessThan(BUDGET_KB);
});
