// Pins: a test of a workflow that passes whatever the workflow does, that reaches a real system, or that cannot be made of a run.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..", "..");
const folder = mkdtempSync(join(tmpdir(), "mortise-workflow-tests-"));
const reached: string[] = [];
const vendor = createServer((request, response) => {
  reached.push(`${request.method} ${request.url}`);
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ path: request.url }));
});
let origin: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => vendor.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
  const call = (use: string, path: string, more: object = {}) => ({ use, with: { url: origin + path }, ...more });
  const big = { use: "core/branch", after: ["get"], with: { cases: { big: { $cel: "trigger.body.amount > 100" } } } };
  const wait = { use: "core/wait", after: ["big.big"], with: { for: "40d" } };
  const nodes = { get: call("http/get", "/read"), big, wait, put: call("http/put", "/write", { after: ["wait"], join: "all" }) };
  const document = { format: "mortise.workflow/1", name: "Orders", trigger: { use: "manual" }, nodes };
  writeFileSync(join(folder, "orders.json"), JSON.stringify(document));
});
afterAll(async () => {
  await new Promise((resolve) => vendor.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

async function mortise(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const main = join(root, "packages", "cli", "bin", "mortise.mjs");
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [main, ...args], { cwd: folder })) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

const write = (tests: object) =>
  writeFileSync(join(folder, "orders.test.json"), JSON.stringify({ format: "mortise.workflow-test/1", tests }));
const answer = (path: string) => ({ output: { status: 200, headers: {}, body: { path } } });

test("a run is recorded as a test, which passes without the system that the run called", async () => {
  const allowed = ["--memory", "--allow-egress", origin];
  const ran = await mortise("run", "orders.json", "--input", '{"amount":7}', ...allowed, "--record", "small.test.json");
  expect(ran.stderr).toContain('Recorded "Orders: succeeded"');
  expect(reached).toEqual(["GET /read"]);
  const tested = await mortise("test", "small.test.json", "--json");
  expect(JSON.parse(tested.stdout)).toMatchObject({ ok: true, passed: 1, failed: 0 });
  expect(JSON.parse(readFileSync(join(folder, "small.test.json"), "utf8"))).toMatchObject({
    workflow: "orders.json",
    tests: { "Orders: succeeded": { expect: { steps: { get: "succeeded", put: "skipped" } } } },
  });
  // A second run is a second test beside the first.
  await mortise("run", "orders.json", "--input", '{"amount":8}', ...allowed, "--record", "small.test.json");
  expect(JSON.parse((await mortise("test", "small.test.json", "--json")).stdout)).toMatchObject({ passed: 2 });
  expect(reached).toEqual(["GET /read", "GET /read"]);
  rmSync(join(folder, "small.test.json"));
});

test("tests play the systems, pass waits of weeks at once, and compare calls, steps and output", async () => {
  reached.length = 0;
  const mocks = { get: answer("/read"), put: answer("/write") };
  const put = { url: `${origin}/write` };
  write({
    "a large order is written": {
      input: { amount: 500 },
      mocks,
      expect: { calls: { put: [put] }, steps: { wait: "succeeded", put: "succeeded" } },
    },
    "a small one is not": {
      input: { amount: 5 },
      mocks: { get: mocks.get },
      expect: { calls: { put: 0 }, steps: { put: "skipped" } },
    },
    "a refused read fails the run": {
      input: {},
      mocks: { get: { error: { code: "CALL_REJECTED", message: "no" } } },
      expect: { error: { code: "CALL_REJECTED", message: "no" } },
    },
  });
  const all = await mortise("test", "--json");
  expect(JSON.parse(all.stdout), all.stdout).toMatchObject({ ok: true, passed: 3 });
  expect(reached).toEqual([]);
});

test("what is not as the test says is told with its place, and a test that tests nothing is none", async () => {
  const good = { get: answer("/read"), put: answer("/write") };
  write({
    "another call": { input: { amount: 500 }, mocks: good, expect: { calls: { put: [{ url: "elsewhere" }] } } },
    "no mock": { input: { amount: 500 }, mocks: { get: good.get }, expect: { status: "failed" } },
    "a mock for nothing": { input: { amount: 5 }, mocks: good, expect: {} },
    "a step that is not there": { input: {}, mocks: { get: good.get, gte: good.get }, expect: {} },
    "an answer that cannot be": { input: { amount: 5 }, mocks: { get: { output: { status: "fine" } } }, expect: {} },
    "another end": { input: { amount: 5 }, mocks: { get: good.get }, expect: { status: "failed", output: 1 } },
  });
  const { code, stdout } = await mortise("test", "--json");
  expect(code).toBe(1);
  const { files } = JSON.parse(stdout) as { files: { tests: { title: string; faults: { path: string }[] }[] }[] };
  const paths = Object.fromEntries((files[0]?.tests ?? []).map(({ title, faults }) => [title, faults.map(({ path }) => path)]));
  expect(paths).toMatchObject({
    "another call": ["/expect/calls/put"],
    "no mock": ["/mocks/put"],
    "a mock for nothing": ["/mocks/put"],
    "another end": ["/expect/status", "/expect/output"],
  });
  expect(paths["a step that is not there"]).toContain("/mocks/gte");
  expect(paths["an answer that cannot be"]?.[0]).toMatch(/^\/mocks\/get\/output/);
});

test("wrong files are refused", async () => {
  writeFileSync(join(folder, "orders.test.json"), '{"format":"mortise.workflow-test/1","tests":{"a":{"expects":{}}}}');
  expect((await mortise("test")).code).toBe(2);
  rmSync(join(folder, "orders.test.json"));
  const none = await mortise("test");
  expect(none.code).toBe(2);
  expect(none.stderr).toContain("--record");
  expect((await mortise("test", "nowhere")).code).toBe(2);
});
