// Pins: a stream that piles up in memory. A durable run of 1,000,000 rows must fit under 300 MB, however long it goes on.
import { execFile } from "node:child_process";
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { root, startMortise } from "../world/mortise-process.ts";
import { largestMb } from "../world/process-memory.ts";

const ROWS = 1_000_000;
const LIMIT_MB = 300;

const folder = mkdtempSync(join(tmpdir(), "mortise-memory-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const workflow = {
  format: "mortise.workflow/1",
  name: "Million",
  trigger: { use: "manual" },
  nodes: {
    read: { use: "files/readCsv", connection: "data", with: { path: "rows.csv" } },
    each: {
      use: "core/for-each",
      after: ["read"],
      with: {
        items: { $cel: "steps.read.output.rows" },
        batch: 2_000,
        nodes: {
          shape: {
            use: "core/map",
            with: { value: { $map: [{ from: { $cel: "batch" } }, { cast: { fields: { cost: "number", date: "date" } } }] } },
          },
          keep: {
            use: "files/appendRows",
            connection: "data",
            after: ["shape"],
            with: { path: "out.jsonl", rows: { $cel: "steps.shape.output" } },
          },
        },
      },
    },
  },
  output: { rows: { $cel: "steps.each.output.count" } },
};

async function countLines(file: string): Promise<number> {
  let lines = 0;
  for await (const chunk of createReadStream(file)) for (const byte of chunk as Buffer) if (byte === 10) lines++;
  return lines;
}

test(`a durable run streams ${ROWS.toLocaleString("en")} rows through the command in less than ${LIMIT_MB} MB`, async () => {
  const generate = join(root, "tools", "bench", "generate-csv.ts");
  await promisify(execFile)(process.execPath, [generate, join(folder, "rows.csv"), String(ROWS)]);
  writeFileSync(join(folder, "million.json"), JSON.stringify(workflow));
  writeFileSync(join(folder, "connections.json"), JSON.stringify({ data: { connector: "files", settings: {}, auth: "none" } }));
  writeFileSync(join(folder, "mortise.config.json"), JSON.stringify({ files: { roots: [folder] } }));

  const started = performance.now();
  const running = startMortise(
    ["run", "million.json", "--connections", "connections.json", "--data", join(folder, "journal"), "--json"],
    { cwd: folder },
  );
  const largest = await largestMb(running);
  const { code, stdout, stderr } = await running.finished;
  const seconds = (performance.now() - started) / 1_000;

  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, output: { rows: ROWS } });
  expect(await countLines(join(folder, "out.jsonl"))).toBe(ROWS);
  console.log(
    `${Math.round(ROWS / seconds).toLocaleString("en")} rows/s, ${Math.round(largest)} MB at most, ${seconds.toFixed(1)} s`,
  );
  // Less than this is no Node process: the one watched was not the command's.
  expect(largest).toBeGreaterThan(50);
  expect(largest).toBeLessThan(LIMIT_MB);
}, 120_000);
