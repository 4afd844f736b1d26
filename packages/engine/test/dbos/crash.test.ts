// Pins what is left of a run when processes are killed or stand still: no journaled step is ever repeated, nothing is lost,
// another process goes on within seconds, and one that was only asleep can do no harm when it wakes.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type EmbeddedPostgres, embeddedPostgres } from "../../src/index.ts";
import type { Op } from "../script-program.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { effectsIn, spawnWorker, type Worker } from "../worker/spawn-worker.ts";

const folder = temporaryFolder();
const effects = join(folder.path, "effects.txt");
let workers: Worker[] = [];
let server: EmbeddedPostgres;

const spawn = (name: string) => {
  const worker = spawnWorker(folder.path, effects, name);
  workers.push(worker);
  return worker;
};
const timesOf = (runId: string) => {
  const times: Record<string, number> = {};
  for (const one of effectsIn(effects)) if (one.runId === runId) times[one.path] = (times[one.path] ?? 0) + 1;
  return times;
};
const reached = async (runId: string, path: string, ms = 10_000) => {
  for (const end = Date.now() + ms; timesOf(runId)[path] === undefined; await sleep(15))
    if (Date.now() > end) throw new Error(`${path} never began`);
};
const step = (key: string, ms = 0): Op => ({ op: "step", key, ms });

beforeAll(() => writeFileSync(effects, ""));
afterEach(async () => {
  for (const worker of workers) await worker.kill("SIGCONT");
  await Promise.all(workers.map((worker) => worker.kill("SIGKILL")));
  workers = [];
});
afterAll(async () => {
  await server?.stop();
  folder.remove();
});

it("lets three processes make the database at once", async () => {
  const trio = [spawn("A"), spawn("B"), spawn("C")];
  await Promise.all(trio.map(({ ready }) => ready));
  const starts = await Promise.all(trio.map((worker) => worker.call("start", { runId: "first", input: { ops: [step("a")] } })));
  expect(starts.filter((start) => (start as { created: boolean }).created)).toHaveLength(1);
  expect(await Promise.all(trio.map((worker) => worker.call("result", "first")))).toEqual([["a"], ["a"], ["a"]]);
  expect(timesOf("first")).toEqual({ a: 1 });
  server = await embeddedPostgres({ dataDir: folder.path });
  expect(server.attached).toBe(true);
});

it("repeats after kill -9 only the steps in flight, in strands too, and with the same key", async () => {
  const first = spawn("A");
  const strands = {
    left: [step("l1"), step("l2", 1_500), step("l3")],
    right: [step("r1"), step("r2"), step("r3", 1_500)],
  };
  await first.call("start", { runId: "killed", input: { ops: [step("a"), { op: "fork", key: "f", strands }, step("z")] } });
  await Promise.all([reached("killed", "f/left/l2"), reached("killed", "f/right/r3")]);
  await sleep(100);
  const client = new pg.Client(server.connection);
  await client.connect();
  // As after many deaths: who got further since is forgiven.
  await client.query("update dbos.workflow_status set recovery_attempts = 11 where status = 'PENDING'");
  await client.end();
  await first.kill("SIGKILL");
  const second = spawn("B");
  const settled = (key: string, ...paths: string[]) => ({ key, ok: true, value: paths.map((path) => `f/${key}/${path}`) });
  await second.ready;
  // On the same host a process that is gone is seen at once, so nobody waits for its silence.
  await expect.poll(() => timesOf("killed")["f/left/l2"], { timeout: 15_000, interval: 20 }).toBe(2);
  expect(await second.call("result", "killed")).toEqual([
    "a",
    [settled("left", "l1", "l2", "l3"), settled("right", "r1", "r2", "r3")],
    "z",
  ]);
  expect(timesOf("killed")).toEqual({
    a: 1,
    "f/left/l1": 1,
    "f/left/l2": 2,
    "f/left/l3": 1,
    "f/right/r1": 1,
    "f/right/r2": 1,
    "f/right/r3": 2,
    z: 1,
  });
  const keys = effectsIn(effects)
    .filter(({ path }) => path === "f/left/l2")
    .map(({ key }) => key);
  expect(new Set(keys).size).toBe(1);
});

it("gives up a run that ends its process three times, and no other that was there when it did", async () => {
  let worker = spawn("A");
  const strands = { s: [step("crash", 60_000)] };
  const innocents = Array.from({ length: 8 }, (_, index) => `beside-${index}`);
  await Promise.all(
    innocents.map((runId) => worker.call("start", { runId, input: { ops: [step("slow", 1_500), step("end")] } })),
  );
  const poison = { runId: "poison", input: { ops: [step("before"), { op: "fork", key: "f", strands }] } };
  await worker.call("start", poison);
  const statusOf = async () => await worker.call("status", "poison").catch(() => null);
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    await Promise.race([worker.gone, sleep(500)]);
    if (worker.isGone()) worker = spawn("A");
    else if (((await Promise.race([statusOf(), worker.gone])) as { status?: string } | null)?.status === "failed") break;
  }
  await expect(worker.call("result", "poison")).rejects.toMatchObject({ code: "RUN_FAILED" });
  for (const runId of innocents) expect(await worker.call("result", runId)).toEqual(["slow", "end"]);
  const times = timesOf("poison");
  process.stdout.write(
    `R39: the poison run was tried ${times["f/s/crash"]} times, ${innocents.length} runs beside it ended well\n`,
  );
  expect(times).toEqual({ before: 1, "f/s/crash": 3 });
}, 120_000);

it("fails over to one of the processes that live", async () => {
  const [dying, ...living] = [spawn("A"), spawn("B"), spawn("C")] as [Worker, Worker, Worker];
  await Promise.all(living.map(({ ready }) => ready));
  const runs = Array.from({ length: 12 }, (_, index) => `over-${index}`);
  for (const runId of runs) await dying.call("start", { runId, input: { ops: [step("a"), step("b", 600), step("c")] } });
  await reached("over-11", "b");
  await sleep(80);
  await dying.kill("SIGKILL");
  for (const runId of runs) expect(await living[0].call("result", runId)).toEqual(["a", "b", "c"]);
  for (const runId of runs) expect(timesOf(runId)).toEqual({ a: 1, b: 2, c: 1 });
});

it("fences a process that was taken for dead and wakes up", async () => {
  const asleep = spawn("A");
  await asleep.ready;
  const other = spawn("B");
  await other.ready;
  await asleep.call("start", { runId: "zombie", input: { ops: [step("a"), step("b", 1_200), step("c", 300), step("d")] } });
  await reached("zombie", "b");
  await asleep.kill("SIGSTOP");
  await expect.poll(() => timesOf("zombie").b, { timeout: 8_000, interval: 20 }).toBe(2);
  await asleep.kill("SIGCONT");
  expect(await other.call("result", "zombie")).toEqual(["a", "b", "c", "d"]);
  expect(await asleep.call("result", "zombie")).toEqual(["a", "b", "c", "d"]);
  await sleep(500);
  expect(timesOf("zombie")).toEqual({ a: 1, b: 2, c: 1, d: 1 });
  expect(
    effectsIn(effects)
      .filter(({ runId, worker }) => runId === "zombie" && worker === "A")
      .map(({ path }) => path),
  ).toEqual(["a", "b"]);
});

it("keeps a 40-day wait and its signal across the death of process and database", async () => {
  const before = spawn("A");
  const wait: Op = { op: "park", at: Date.now() + 40 * 86_400_000, signal: "approved", next: [step("end")] };
  await before.call("start", { runId: "forty", input: { ops: [step("ask"), { op: "step", key: "big", bytes: 200_000 }, wait] } });
  await expect.poll(() => before.call("status", "forty"), { timeout: 5_000 }).toMatchObject({ status: "waiting" });
  const postmaster = Number.parseInt(readFileSync(join(folder.path, "postgres", "cluster", "postmaster.pid"), "utf8"), 10);
  process.kill(postmaster, "SIGKILL");
  await before.kill("SIGKILL");
  const after = spawn("B");
  await after.ready;
  expect(await after.call("status", "forty")).toMatchObject({ status: "waiting" });
  await after.call("signal", "forty", "approved", { by: "ada" }, "one");
  await after.call("signal", "forty", "approved", { by: "ada" }, "one");
  const [ask, big, signal, end] = (await after.call("result", "forty")) as [string, string, unknown, string];
  expect([ask, big.length, signal, end]).toEqual(["ask", 200_000, { name: "approved", payload: { by: "ada" } }, "end"]);
  expect(timesOf("forty")).toEqual({ ask: 1, big: 1, end: 1 });
});

it("goes on when only the database dies", async () => {
  const worker = spawn("A");
  await worker.call("start", { runId: "outage", input: { ops: [step("a"), step("b", 400), step("c"), step("d")] } });
  await reached("outage", "b");
  const postmaster = Number.parseInt(readFileSync(join(folder.path, "postgres", "cluster", "postmaster.pid"), "utf8"), 10);
  process.kill(postmaster, "SIGKILL");
  expect(await worker.call("result", "outage")).toEqual(["a", "b", "c", "d"]);
  expect(timesOf("outage")).toEqual({ a: 1, b: 1, c: 1, d: 1 });
});

it("runs a tick once, whichever of two processes has it", async () => {
  const [one, two] = [spawn("A"), spawn("B")] as [Worker, Worker];
  await two.ready;
  await one.call("schedule", "shared", { cron: "* * * * * *", input: { ops: [step("tick")] } });
  const ticks = () => effectsIn(effects).filter(({ runId }) => runId.startsWith("schedule/shared/"));
  await expect.poll(() => ticks().length, { timeout: 9_000 }).toBeGreaterThanOrEqual(3);
  const together = ticks().map(({ runId }) => runId);
  expect(new Set(together).size).toBe(together.length);
  await one.kill("SIGKILL");
  const before = ticks().length;
  await expect.poll(() => ticks().length, { timeout: 5_000 }).toBeGreaterThan(before + 1);
  await two.call("schedule", "shared", null);
});
