/**
 * `npm test`: installs what is missing, then lint, types, the pages and all tests. Ends with `N passed, N failed`.
 *
 * `npm test -- PATH…` runs the tests of these files only, without the checks before them.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildStudio } from "./build-studio.mjs";
import { ensureInstalled, root, run } from "./node24.mjs";
import { ensureSystemPackages } from "./system-packages.mjs";

ensureInstalled();
const only = process.argv.slice(2);
const unavailable = [...ensureSystemPackages(), ...missingCorpora()];
const modules = join(root, "node_modules");
const tally = { passed: 0, failed: 0 };

/** Folders of tests that change nothing of the process that they run in. */
const SHARING = [
  ...["auth", "builders", "certify", "compat", "contract", "openapi", "registry", "sdk", "simulator", "workflow"].map(
    (name) => `packages/${name}/test`,
  ),
  ...[
    ...["admission", "attempts", "breaker", "cache", "dynamic", "egress", "idempotency", "jobs", "native"],
    ...["operation", "outcome", "paging", "probe", "reading", "retry", "stages"],
  ].map((name) => `packages/runtime/test/${name}`),
  ...["builder", "canvas", "connections", "document", "forms", "runs", "text"].map((name) => `packages/studio/test/${name}`),
  ...["files", "http", "smtp"].map((name) => `connectors/${name}/test`),
  "test/quirks",
  "test/vocabulary",
];

/** Real documents that lie beside a checkout and are no part of it. */
function missingCorpora() {
  const folder = join(root, "..", "shared", "corpora", "openapi");
  if (existsSync(folder)) return [];
  return [{ name: "the corpus of real documents", tests: "corpus", reason: `it is not beside this checkout (${folder})` }];
}

async function check(title, work) {
  const started = process.hrtime.bigint();
  const code = await work();
  const seconds = (Number(process.hrtime.bigint() - started) / 1e9).toFixed(1);
  if (code === 0) tally.passed++;
  else tally.failed++;
  console.log(`${code === 0 ? "✓" : "✗"} ${title} (${seconds} s)`);
}

if (only.length === 0) {
  await check("lint", () => run([join(modules, "@biomejs", "biome", "bin", "biome"), "check", "--error-on-warnings", "."]));
  await check("types", () => run([join(modules, "typescript", "bin", "tsc"), "--noEmit"]));
}
await check("the pages build", buildStudio);

// Said aloud below; every other skipped test counts as failed.
const excluded = unavailable.map(({ tests }) => `--exclude=**/*.${tests}.test.ts`);
if (only.length > 0) await runTests([...excluded, ...only]);
else {
  // Tests that leave nothing behind in their process share one: each of them would spend most of its time on loading what the others loaded.
  await runTests(["--isolate=false", ...excluded, ...SHARING]);
  await runTests([...excluded, ...SHARING.map((folder) => `--exclude=${folder}/**`)]);
}

/** Runs the test runner once and adds what it found. */
async function runTests(options) {
  const report = join(tmpdir(), `mortise-test-${process.pid}.json`);
  const before = tally.failed;
  const code = await run([
    join(modules, "vitest", "vitest.mjs"),
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...options,
  ]);
  try {
    const result = JSON.parse(readFileSync(report, "utf8"));
    tally.passed += result.numPassedTests;
    tally.failed +=
      result.numFailedTests +
      result.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
    const skipped = result.numPendingTests + result.numTodoTests;
    if (skipped > 0) console.log(`${skipped} tests were skipped: every skipped test counts as failed here.`);
    tally.failed += skipped;
  } catch (error) {
    console.log(`The test runner left no report: ${error instanceof Error ? error.message : String(error)}`);
    tally.failed++;
  }
  rmSync(report, { force: true });
  if (code !== 0 && tally.failed === before) tally.failed++;
}

for (const { name, reason } of unavailable) console.log(`SKIPPED: what needs ${name} did not run: ${reason}.`);
console.log(`${tally.passed} passed, ${tally.failed} failed${unavailable.length > 0 ? `, ${unavailable.length} skipped` : ""}`);
process.exit(tally.failed === 0 ? 0 : 1);
