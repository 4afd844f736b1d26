import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { MortiseError } from "@mortise/contract";
import { builtInConnectors } from "@mortise/server/connectors";
import { usage } from "../failure.ts";
import type { Output } from "../output.ts";
import type { CommandDefinition } from "../program.ts";
import type { TestFileReport, TestReport } from "../run-test-file.ts";

const SUFFIX = ".test.json";

/** `mortise test [PATH…]` */
export const testCommand: CommandDefinition = (program, start) => {
  program
    .command("test")
    .description("run the tests of workflows: their systems are played by the test, nothing is called")
    .argument("[path...]", `files that end in ${SUFFIX}, or folders to look for them in`, ["."])
    .action((paths: readonly string[]) =>
      start(async (out) => {
        const files = paths.flatMap(testFiles);
        if (files.length === 0)
          throw usage(
            `There is no ${SUFFIX} file in ${paths.join(", ")}.`,
            "Record one: mortise run WORKFLOW.json --record WORKFLOW.test.json",
          );
        const { runTestFile } = await import("../run-test-file.ts");
        const reports: TestFileReport[] = [];
        for (const file of files) {
          const report = await runTestFile(file, builtInConnectors);
          reports.push(report);
          show(out, report);
        }
        const tests = reports.flatMap((report) => report.tests);
        const failed = tests.filter(({ ok }) => !ok).length;
        out.result({ ok: failed === 0, passed: tests.length - failed, failed, files: reports }, "");
        if (!out.json) out.log(`${tests.length - failed} passed, ${failed} failed`);
        return failed === 0 ? 0 : 1;
      }),
    );
};

function testFiles(path: string): readonly string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new MortiseError("UNREADABLE_FILE", `${path} does not exist.`, { path });
  if (!stat.isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.name === "node_modules" || entry.name.startsWith(".")) return [];
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return testFiles(inner);
      return entry.isFile() && entry.name.endsWith(SUFFIX) ? [inner] : [];
    });
}

function show(out: Output, { file, tests }: TestFileReport): void {
  if (out.json) return;
  out.log(file);
  for (const test of tests) out.log(lines(test));
}

function lines({ ok, title, faults, durationMs }: TestReport): string {
  const shown = faults.map(({ path, message, expected, actual }) =>
    [
      `      ${message} (${path})`,
      ...(expected === undefined ? [] : [`        expected ${JSON.stringify(expected)}`]),
      ...(actual === undefined ? [] : [`        actual   ${JSON.stringify(actual)}`]),
    ].join("\n"),
  );
  return [`  ${ok ? "✓" : "✗"} ${title} (${durationMs} ms)`, ...shown].join("\n");
}
