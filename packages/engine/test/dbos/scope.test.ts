// Pins who works on whose runs when processes of different scopes share a database: a run is gone on with in its own scope alone,
// whoever else dies, lives or looks, and never in two processes at once.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { dbosEngine } from "../../src/index.ts";
import type { Op } from "../script-program.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { effectsIn, spawnWorker, type Worker } from "../worker/spawn-worker.ts";

const folder = temporaryFolder();
const effects = join(folder.path, "effects.txt");
let workers: Worker[] = [];

const spawn = (name: string, scope: string) => {
  const worker = spawnWorker(folder.path, effects, name, scope);
  workers.push(worker);
  return worker;
};
const stepsOf = (id: string) =>
  effectsIn(effects).flatMap(({ runId, path, worker }) => (runId === id ? [`${worker}:${path}`] : []));
const step = (key: string, ms = 0): Op => ({ op: "step", key, ms });
const start = (worker: Worker, runId: string, ...ops: readonly Op[]) => worker.call("start", { runId, input: { ops } });
const reached = (runId: string, path: string) =>
  expect.poll(() => stepsOf(runId), { timeout: 10_000, interval: 15 }).toContain(path);

beforeAll(() => writeFileSync(effects, ""));
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.kill("SIGKILL")));
  workers = [];
});
afterAll(async () => {
  // The last to leave stops the database that the killed ones left behind.
  const last = await dbosEngine({ dataDir: folder.path }, { scope: "last", write: () => {} });
  await last.close();
  folder.remove();
});

it("leaves a killed run to its own scope, which goes on with it later", async () => {
  const first = spawn("A1", "a");
  const strands = { left: [step("l1"), step("l2", 60)], right: [step("r1", 700)] };
  await start(first, "a", step("one"), { op: "fork", key: "f", strands }, step("slow", 1_200), step("end"));
  await reached("a", "A1:slow");
  await first.kill("SIGKILL");
  const before = stepsOf("a");
  const other = spawn("B", "b");
  await start(other, "b", step("one", 300), step("two", 300));
  expect(await other.call("result", "b")).toEqual(["one", "two"]);
  // Longer than it takes to notice a death.
  await sleep(3_500);
  expect(stepsOf("a")).toEqual(before);
  expect(await other.call("status", "a")).toMatchObject({ status: "running" });
  const again = spawn("A2", "a");
  expect(await start(again, "a", step("ignored"))).toEqual({ created: false });
  expect((await again.call("result", "a")) as unknown[]).toHaveLength(4);
  expect(stepsOf("a")).toEqual([...before, "A2:slow", "A2:end"]);
  expect(new Set(stepsOf("b"))).toEqual(new Set(["B:one", "B:two"]));
});

it("wakes a parked run and starts a delayed one in their own scope alone", async () => {
  const first = spawn("A1", "parking");
  await start(first, "parked", step("before"), { op: "park", at: Date.now() + 1_500, next: [step("after")] });
  await first.call("start", { runId: "delayed", input: { ops: [step("once")] }, at: Date.now() + 1_500 });
  await reached("parked", "A1:before");
  await expect.poll(() => first.call("status", "parked"), { timeout: 5_000 }).toMatchObject({ status: "waiting" });
  await first.kill("SIGKILL");
  const other = spawn("B", "b");
  await other.ready;
  await sleep(3_500);
  expect([stepsOf("parked"), stepsOf("delayed")]).toEqual([["A1:before"], []]);
  const again = spawn("A2", "parking");
  expect(await again.call("result", "parked")).toEqual(["before", "after"]);
  expect(await again.call("result", "delayed")).toEqual(["once"]);
  expect([stepsOf("parked"), stepsOf("delayed")]).toEqual([["A1:before", "A2:after"], ["A2:once"]]);
});

it("runs one run in one process when two of its scope are there, and fails over between them", async () => {
  const [one, two] = [spawn("A1", "both"), spawn("A2", "both")] as const;
  await Promise.all([one.ready, two.ready]);
  const ops = [step("a", 600), step("b", 1_500), step("c")];
  await start(one, "both", ...ops);
  expect(await start(two, "both", ...ops)).toEqual({ created: false });
  const result = two.call("result", "both");
  await reached("both", "A1:b");
  expect(stepsOf("both")).toEqual(["A1:a", "A1:b"]);
  await one.kill("SIGKILL");
  expect(await result).toEqual(["a", "b", "c"]);
  expect(stepsOf("both")).toEqual(["A1:a", "A1:b", "A2:b", "A2:c"]);
});

it("says that a run waits for a scope where nobody is, instead of waiting with it", async () => {
  const owner = spawn("A1", "gone");
  await start(owner, "orphan", step("a"), step("b", 60_000));
  await reached("orphan", "A1:b");
  const other = spawn("B", "b");
  expect(await start(other, "orphan", step("a"))).toEqual({ created: false });
  await owner.kill("SIGKILL");
  await expect(start(other, "orphan", step("a"))).rejects.toMatchObject({
    code: "INVALID_INPUT",
    message: expect.stringContaining('scope "gone"'),
  });
  expect(stepsOf("orphan")).toEqual(["A1:a", "A1:b"]);
});

it("ticks in the scope without a name alone", async () => {
  const scoped = spawn("A1", "scoped");
  await scoped.call("schedule", "second", { cron: "* * * * * *", input: { ops: [step("tick")] } });
  const ticks = () => effectsIn(effects).filter(({ runId }) => runId.startsWith("schedule/second/"));
  await sleep(2_200);
  expect(ticks()).toEqual([]);
  const server = spawn("S", "");
  await server.ready;
  await expect.poll(() => ticks().length, { timeout: 6_000 }).toBeGreaterThanOrEqual(2);
  expect(new Set(ticks().map(({ worker }) => worker))).toEqual(new Set(["S"]));
  await server.call("schedule", "second", null);
});

it("leaves no trace of a scope among the versions of the program", async () => {
  const engine = await dbosEngine({ dataDir: folder.path }, { scope: "passing", write: () => {} });
  await engine.open(async () => null);
  const { rows } = await engine.pool.query("select version_name from dbos.application_versions");
  await engine.close();
  expect(rows).toEqual([{ version_name: "mortise-1" }]);
});
