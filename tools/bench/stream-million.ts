/** One process that streams a large CSV file through a workflow and reports its rows a second and its largest RSS. */
import { execFile } from "node:child_process";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import files from "@mortise/connector-files";
import { memoryEngine, openRunner } from "@mortise/engine";
import { createRuntime } from "@mortise/runtime";
import type { Workflow } from "@mortise/workflow";
import { parse } from "csv-parse";

const rows = Number(process.argv[2] ?? 1_000_000);
const folder = await mkdtemp(join(tmpdir(), "mortise-million-"));
const file = join(folder, "rows.csv");

const workflow: Workflow = {
  format: "mortise.workflow/1",
  name: "Stream",
  trigger: { use: "manual" },
  nodes: {
    read: { use: "files/readCsv", connection: "data", with: { path: file } },
    each: {
      use: "core/for-each",
      after: ["read"],
      with: {
        items: { $cel: "steps.read.output.rows" },
        batch: 1_000,
        concurrency: 2,
        collect: { rejected: { $cel: "steps.check.output.rejectedCount" } },
        nodes: {
          check: {
            use: "core/validate",
            with: { items: { $cel: "batch" }, rules: [{ rule: "pattern", field: "zip", pattern: "^[0-9]{5}$" }] },
          },
          shape: {
            use: "core/map",
            after: ["check"],
            with: {
              value: {
                $map: [{ from: { $cel: "steps.check.output.valid" } }, { cast: { fields: { cost: "number", date: "date" } } }],
              },
            },
          },
          keep: {
            use: "files/appendRows",
            connection: "data",
            after: ["shape"],
            with: { path: join(folder, "out.jsonl"), format: "jsonl", rows: { $cel: "steps.shape.output" } },
          },
        },
      },
    },
  },
  output: { rows: { $cel: "steps.each.output.count" } },
};

/** csv-parse counting rows and nothing else: rows a second. */
async function parseAlone(): Promise<number> {
  const start = performance.now();
  let parsed = 0;
  for await (const _ of createReadStream(file).pipe(parse({ columns: true }))) parsed++;
  return parsed / ((performance.now() - start) / 1_000);
}

try {
  // In a process of its own: what it allocates must not count.
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, "generate-csv.ts"), file, String(rows)]);
  const baseline = process.argv.includes("--baseline") ? await parseAlone() : undefined;

  const runtime = createRuntime({
    connectors: [files],
    connections: async (name) => ({ name, connector: "files", settings: {}, auth: "none" }),
    files: { roots: [folder] },
  });
  const runner = await openRunner({ runtime, engine: memoryEngine() });
  let largest = 0;
  const watch = setInterval(() => {
    largest = Math.max(largest, process.memoryUsage.rss());
  }, 100);
  const start = performance.now();
  const ended = await runner.run(workflow);
  const seconds = (performance.now() - start) / 1_000;
  clearInterval(watch);
  await runner.close();
  await runtime.close();
  const perSecond = Math.round(rows / seconds);
  console.log(
    JSON.stringify({
      rows,
      ended: ended.status,
      output: ended.output,
      error: ended.error,
      seconds: Number(seconds.toFixed(1)),
      rowsPerSecond: perSecond,
      ...(baseline === undefined
        ? {}
        : { csvParseAlone: Math.round(baseline), ratio: Number((baseline / perSecond).toFixed(2)) }),
      largestRssMb: Math.round(largest / 1e6),
    }),
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
