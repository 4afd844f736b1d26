// Pins: a start that reads every contract, and a runtime that fills memory with connectors which nobody calls.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root } from "../world/mortise-process.ts";

const LIMIT_MB = 300;

interface Measured {
  readonly what: string;
  readonly value: number;
}

test(`10,000 connectors take less than ${LIMIT_MB} MB of memory`, async () => {
  const bench = join(root, "tools", "bench", "main.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [bench, "registry", "--json"]);
  const figures: readonly Measured[] = JSON.parse(stdout).results[0].figures;
  for (const { what, value } of figures) console.log(`${what}: ${value.toFixed(1)}`);
  const memory = figures.find(({ what }) => what.startsWith("resident memory"))?.value;
  expect(memory).toBeGreaterThan(50);
  expect(memory).toBeLessThan(LIMIT_MB);
}, 180_000);
