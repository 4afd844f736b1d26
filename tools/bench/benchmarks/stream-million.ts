/** A workflow that checks, shapes and writes 1,000,000 rows of a CSV file against csv-parse that reads them and does nothing. */
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
import { report } from "../figure.ts";

const ROWS = 1_000_000;

/** What one process says about itself. */
interface Measured {
  readonly rowsPerSecond: number;
  readonly largestMb: number;
}

const [role, folder] = process.argv.slice(2);
if (role === undefined || folder === undefined) await measureBoth();
else console.log(JSON.stringify(await measure(role === "workflow" ? runWorkflow : parseAlone, folder)));

/** Both in processes of their own, as their memory counts; with the flags of this one. */
async function measureBoth(): Promise<void> {
  const made = await mkdtemp(join(tmpdir(), "mortise-million-"));
  const start = promisify(execFile);
  const inProcess = async (name: string): Promise<Measured> => {
    const { stdout } = await start(process.execPath, [...process.execArgv, import.meta.filename, name, made]);
    return JSON.parse(stdout) as Measured;
  };
  try {
    await start(process.execPath, [join(import.meta.dirname, "..", "generate-csv.ts"), join(made, "rows.csv"), String(ROWS)]);
    const parsed = await inProcess("parse");
    const ran = await inProcess("workflow");
    report([
      {
        what: "rows through a workflow",
        unit: "1/s",
        value: ran.rowsPerSecond,
        baseline: { what: "csv-parse alone", value: parsed.rowsPerSecond },
      },
      {
        what: "largest resident memory",
        unit: "MB",
        value: ran.largestMb,
        baseline: { what: "csv-parse alone", value: parsed.largestMb },
      },
    ]);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

async function measure(work: (folder: string) => Promise<number>, inFolder: string): Promise<Measured> {
  const started = performance.now();
  const rows = await work(inFolder);
  const seconds = (performance.now() - started) / 1_000;
  if (rows !== ROWS) throw new Error(`${rows} rows came through, expected ${ROWS}.`);
  return { rowsPerSecond: rows / seconds, largestMb: (process.resourceUsage().maxRSS * 1_024) / 1e6 };
}

async function parseAlone(inFolder: string): Promise<number> {
  let parsed = 0;
  for await (const _ of createReadStream(join(inFolder, "rows.csv")).pipe(parse({ columns: true }))) parsed++;
  return parsed;
}

async function runWorkflow(inFolder: string): Promise<number> {
  const runtime = createRuntime({
    connectors: [files],
    connections: async (name) => ({ name, connector: "files", settings: { root: inFolder }, auth: "none" }),
    files: { roots: [inFolder] },
  });
  const runner = await openRunner({ runtime, engine: memoryEngine() });
  const { status, output, error } = await runner.run(workflow());
  await runner.close();
  await runtime.close();
  if (status !== "succeeded") throw new Error(JSON.stringify(error));
  return Number(output);
}

function workflow(): Workflow {
  const rules = [{ rule: "pattern", field: "zip", pattern: "^[0-9]{5}$" }];
  return {
    format: "mortise.workflow/1",
    name: "Stream",
    trigger: { use: "manual" },
    nodes: {
      read: { use: "files/readCsv", connection: "data", with: { path: "rows.csv" } },
      each: {
        use: "core/for-each",
        after: ["read"],
        with: {
          items: { $cel: "steps.read.output.rows" },
          batch: 1_000,
          concurrency: 2,
          collect: { rejected: { $cel: "steps.check.output.rejectedCount" } },
          nodes: {
            check: { use: "core/validate", with: { items: { $cel: "batch" }, rules } },
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
              with: { path: "out.jsonl", rows: { $cel: "steps.shape.output" } },
            },
          },
        },
      },
    },
    output: { $cel: "steps.each.output.count" },
  };
}
