// A run that is repeated must not do again what succeeded, must do what failed under the key it had, must not wait or ask a second time,
// and must leave other rounds and branches alone where a person changes one step.
import type { CallResult, Json } from "@mortise/contract";
import type { CallRequest } from "@mortise/runtime";
import type { Workflow } from "@mortise/workflow";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type DbosEngine, dbosEngine, memoryEngine, openRunner, postgresRunLog, type Runner } from "../../src/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { fakeRuntime } from "./fake-runtime.ts";

const folder = temporaryFolder();
const meta = { attempts: 1, waitMs: 0, durationMs: 1 };
/** Inputs that fail, by name. */
const broken = new Set<Json>();
const answer = async (_: string, { input }: CallRequest): Promise<CallResult> => {
  const { n } = input as { n: Json };
  if (broken.has(n)) return { outcome: "poison", error: { code: "CALL_REJECTED", message: "not now" }, meta };
  return { outcome: "success", output: { id: n }, meta };
};
const fake = fakeRuntime(answer);
let engine: DbosEngine;
let runner: Runner;

beforeAll(async () => {
  engine = await dbosEngine({ dataDir: folder.path });
  runner = await openRunner({ runtime: fake.runtime, engine, runLog: postgresRunLog(engine.pool) });
});
afterAll(async () => {
  await runner.close();
  folder.remove();
});
beforeEach(() => broken.clear());

const order = (n: Json, more: object = {}) => ({ use: "shop/addOrder", connection: "shop", with: { n }, ...more });
const workflow = (nodes: object, output?: Json): Workflow =>
  ({
    format: "mortise.workflow/1",
    name: "Orders",
    trigger: { use: "manual" },
    nodes,
    ...(output === undefined ? {} : { output }),
  }) as Workflow;
const calls = (runId: string) => fake.calls.filter(({ request }) => request.runId === runId);
const placesOf = (runId: string) => calls(runId).map(({ request }) => request.stepPath);

const document = workflow(
  {
    first: order("a"),
    left: order({ $cel: "steps.first.output.id + 'l'" }, { after: ["first"] }),
    right: order({ $cel: "steps.first.output.id + 'r'" }, { after: ["first"] }),
    each: {
      use: "core/for-each",
      after: ["left", "right"],
      with: { items: ["x", "y", "z"], nodes: { add: order({ $cel: "steps.left.output.id + item" }) } },
    },
    last: order("end", { after: ["each"] }),
  },
  { left: { $cel: "steps.left.output.id" }, last: { $cel: "steps.last.output.id" } },
);

it("takes over what succeeded and does the rest, what failed under the key it had", async () => {
  broken.add("aly");
  expect(await runner.run(document, { runId: "failed" })).toMatchObject({ status: "failed", error: { code: "CALL_REJECTED" } });
  expect(placesOf("failed")).toEqual(expect.arrayContaining(["first", "left", "right", "each[0]/add", "each[1]/add"]));
  broken.clear();
  expect(await runner.repeat("failed", { runId: "again" })).toEqual({ runId: "again", created: true });
  expect(await runner.result("again")).toEqual({ runId: "again", status: "succeeded", output: { left: "al", last: "end" } });
  expect(placesOf("again")).toEqual(["each[1]/add", "each[2]/add", "last"]);
  const key = (runId: string) => calls(runId).find(({ request }) => request.stepPath === "each[1]/add")?.request.idempotencyKey;
  expect(key("again")).toBe(key("failed"));
  const record = await postgresRunLog(engine.pool).readRun("again");
  expect(record?.steps.filter(({ taken }) => taken).map(({ path }) => path)).toEqual(["first", "left", "right", "each[0]/add"]);
  expect(await runner.repeat("failed", { runId: "again" })).toEqual({ runId: "again", created: false });
});

it("repeats a run that was a repeat itself", async () => {
  broken.add("end");
  expect(await runner.run(document, { runId: "one" })).toMatchObject({ status: "failed" });
  await runner.repeat("one", { runId: "two" });
  expect(await runner.result("two")).toMatchObject({ status: "failed" });
  broken.clear();
  await runner.repeat("two", { runId: "three" });
  expect(await runner.result("three")).toMatchObject({ status: "succeeded" });
  expect([placesOf("two"), placesOf("three")]).toEqual([["last"], ["last"]]);
});

it("does a changed step and what follows it again, with new keys, and nothing beside it", async () => {
  expect(await runner.run(document, { runId: "done" })).toMatchObject({ status: "succeeded" });
  await runner.repeat("done", { runId: "changed", edits: { left: { n: "other" } } });
  expect(await runner.result("changed")).toMatchObject({ status: "succeeded", output: { left: "other" } });
  expect(placesOf("changed")).toEqual(["left", "each[0]/add", "each[1]/add", "each[2]/add", "last"]);
  const inputs = calls("changed").map(({ request }) => (request.input as { n: string }).n);
  expect(inputs).toEqual(["other", "otherx", "othery", "otherz", "end"]);
  const keys = [...calls("done"), ...calls("changed")].map(({ request }) => request.idempotencyKey);
  expect(new Set(keys).size).toBe(keys.length);
});

it("does one round of a loop again", async () => {
  await runner.run(document, { runId: "rounds" });
  await runner.repeat("rounds", { runId: "one-round", from: ["each[1]/add"] });
  await runner.result("one-round");
  expect(placesOf("one-round")).toEqual(["each[1]/add", "last"]);
});

it("waits no wait twice, and asks nobody twice", async () => {
  broken.add("late");
  const waiting = workflow({
    before: order("before"),
    wait: { use: "core/wait", after: ["before"], with: { for: "61s" } },
    late: order("late", { after: ["wait"] }),
  });
  await runner.start(waiting, { runId: "waited" });
  await expect.poll(async () => (await engine.status("waited"))?.status, { timeout: 20_000 }).toBe("waiting");
  await engine.pool.query("update dbos.workflow_status set delay_until_epoch_ms = 0 where workflow_uuid = 'waited#1'");
  expect(await runner.result("waited")).toMatchObject({ status: "failed" });
  broken.clear();
  await runner.repeat("waited", { runId: "not-waited" });
  expect(await runner.result("not-waited", { timeoutMs: 30_000 })).toMatchObject({ status: "succeeded" });
  expect(placesOf("not-waited")).toEqual(["late"]);
  await runner.repeat("waited", { runId: "from-before", from: ["before"] });
  await expect.poll(async () => (await engine.status("from-before"))?.status, { timeout: 20_000 }).toBe("waiting");
  expect(placesOf("from-before")).toEqual(["before"]);
  await runner.cancel("from-before");
});

it("keeps a run as long as one that repeats it", async () => {
  await runner.run(document, { runId: "origin" });
  await runner.repeat("origin", { runId: "repeat", from: ["last"] });
  await runner.result("repeat");
  const later = new Date(Date.now() + 1_000);
  await engine.purge(later);
  expect(await engine.status("repeat")).toBeUndefined();
  await engine.purge(later);
  expect(await engine.status("origin")).toBeUndefined();
});

it("says what cannot be repeated", async () => {
  await expect(runner.repeat("nobody")).rejects.toMatchObject({ code: "RUN_NOT_FOUND" });
  await runner.run(document, { runId: "whole" });
  await expect(runner.repeat("whole", { from: ["each[1]/ad"] })).rejects.toMatchObject({
    code: "USAGE",
    message: expect.stringContaining('no step "ad"'),
  });
  const open = workflow({ wait: { use: "core/wait", with: { for: "1h" } } });
  await runner.start(open, { runId: "open" });
  await expect(runner.repeat("open")).rejects.toMatchObject({ code: "CONFLICT" });
  await runner.cancel("open");
  const inMemory = await openRunner({ runtime: fake.runtime, engine: memoryEngine() });
  await inMemory.run(document, { runId: "memory" });
  await expect(inMemory.repeat("memory")).rejects.toMatchObject({ code: "USAGE" });
  await inMemory.close();
});
