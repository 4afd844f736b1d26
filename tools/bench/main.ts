/**
 * `npm run bench -- NAME… [--json|--markdown]`: runs benchmarks, all where none is named, each in a process of its own.
 *
 * `--json` prints one JSON document. `--markdown` writes the table into README.md beside this file.
 */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { basename, join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { type Figure, ratioOf, rounded } from "./figure.ts";

const BENCHMARKS: readonly string[] = readdirSync(join(import.meta.dirname, "benchmarks")).map((file) => basename(file, ".ts"));
const COMMAND = join(import.meta.dirname, "..", "..", "packages", "cli", "bin");
const MARKED = /<!-- figures -->[\s\S]*<!-- \/figures -->/;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean" }, markdown: { type: "boolean" } },
});
const unknown = positionals.filter((name) => !BENCHMARKS.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark "${unknown[0]}". There are: ${BENCHMARKS.join(", ")}.`);
  process.exit(2);
}

const heapFlags = JSON.parse(readFileSync(join(COMMAND, "heap-flags.json"), "utf8")) as readonly string[];
const machine = {
  cpus: availableParallelism(),
  loadBefore: Number((loadavg()[0] ?? 0).toFixed(1)),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
};
const results: { readonly benchmark: string; readonly figures: readonly Figure[] }[] = [];
for (const benchmark of positionals.length === 0 ? BENCHMARKS : positionals) {
  const file = join(import.meta.dirname, "benchmarks", `${benchmark}.ts`);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...heapFlags, file]);
  process.stderr.write(stderr);
  const figures = JSON.parse(stdout) as readonly Figure[];
  results.push({ benchmark, figures });
  if (!flags.json) for (const figure of figures) console.log(line(benchmark, figure));
}

if (flags.json) {
  const withRatios = results.map(({ benchmark, figures }) => ({
    benchmark,
    figures: figures.map((figure) => ({ ...figure, ratio: ratioOf(figure) })),
  }));
  console.log(JSON.stringify({ date: today(), machine, results: withRatios }, null, 2));
}
if (flags.markdown) writeTable();

function line(benchmark: string, figure: Figure): string {
  const { what, unit, value, baseline } = figure;
  const ratio = `× ${rounded(ratioOf(figure))}`;
  return `${benchmark.padEnd(15)} ${what.padEnd(46)} ${`${rounded(value)} ${unit}`.padStart(14)}   ${ratio.padStart(8)} of ${rounded(baseline.value)} ${unit} (${baseline.what})`;
}

function writeTable(): void {
  const readme = join(import.meta.dirname, "README.md");
  const rows = results.flatMap(({ benchmark, figures }) =>
    figures.map((figure) => {
      const { what, unit, value, baseline } = figure;
      return `| ${benchmark} | ${what} | ${rounded(value)} ${unit} | ${baseline.what}: ${rounded(baseline.value)} ${unit} | ${rounded(ratioOf(figure))} |`;
    }),
  );
  const head = `Measured on ${today()}: ${machine.cpus} cores (load ${machine.loadBefore} before the start), ${machine.platform}, Node ${machine.node}.`;
  const table = ["| benchmark | what | figure | baseline | ratio |", "|---|---|---|---|---|", ...rows].join("\n");
  const text = readFileSync(readme, "utf8");
  writeFileSync(
    readme,
    text.replace(MARKED, () => `<!-- figures -->\n${head}\n\n${table}\n<!-- /figures -->`),
  );
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
