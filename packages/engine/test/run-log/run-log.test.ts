// Pins the run log: a replay overwrites instead of doubling, a reader that goes on from its last number misses nothing while
// several writers are at work, and a database that is away loses nothing that matters.
import { setTimeout as sleep } from "node:timers/promises";
import type { RunEvent, StepChanged } from "@mortise/workflow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DbosEngine, dbosEngine, memoryRunLog, postgresRunLog, type ReadableRunLog } from "../../src/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder();
let engine: DbosEngine;
beforeAll(async () => {
  engine = await dbosEngine({ dataDir: folder.path });
});
afterAll(async () => {
  await engine.close();
  folder.remove();
});

const step = (runId: string, path: string, status: StepChanged["status"], atMs = 1): StepChanged => ({
  kind: "step",
  runId,
  path,
  node: `/nodes/${path}`,
  use: "core/map",
  status,
  atMs,
});

describe.each<[string, () => ReadableRunLog]>([
  ["memory", () => memoryRunLog()],
  ["postgres", () => postgresRunLog(engine.pool)],
])("the %s run log", (name, make) => {
  it("keeps the last state of each step, in the order in which they began", async () => {
    const log = make();
    const runId = `${name}-states`;
    const events: RunEvent[] = [
      { kind: "run-started", runId, atMs: 1, input: { a: "\u0000" } },
      step(runId, "a", "running"),
      step(runId, "b", "running"),
    ];
    for (const event of events) log.record(event);
    await log.flush();
    log.record(step(runId, "b", "succeeded", 2));
    log.record(step(runId, "a", "failed", 3));
    log.record({ kind: "progress", runId, path: "a", node: "/nodes/a", atMs: 3, done: 1, items: 100, failed: 0 });
    log.record({ kind: "run-ended", runId, atMs: 4, status: "succeeded", output: 7 });
    await log.flush();
    const record = await log.readRun(runId);
    expect(record?.steps.map(({ path, status }) => [path, status])).toEqual([
      ["a", "failed"],
      ["b", "succeeded"],
    ]);
    expect(record).toMatchObject({ started: { input: { a: "\u0000" } }, ended: { output: 7 }, progress: [{ items: 100 }] });
    expect(await log.eventsSince(runId, record?.lastSeq ?? 0)).toEqual([]);
    await log.close();
  });

  it("gives a reader what is new since its last number", async () => {
    const log = make();
    const runId = `${name}-since`;
    log.record(step(runId, "a", "running"));
    await log.flush();
    const [first] = await log.eventsSince(runId, 0);
    log.record(step(runId, "a", "succeeded"));
    log.record(step(runId, "b", "running"));
    await log.flush();
    const next = await log.eventsSince(runId, first?.seq ?? 0);
    expect(next.map(({ event }) => (event as StepChanged).path + (event as StepChanged).status)).toEqual([
      "asucceeded",
      "brunning",
    ]);
    expect(await log.eventsSince(runId, 0, 1)).toHaveLength(1);
    expect(await log.readRun("nobody")).toBeUndefined();
    await log.close();
  });
});

it("shows the numbers of several writers in ascending order only", async () => {
  const writers = [1, 2, 3].map(() => postgresRunLog(engine.pool));
  const reader = postgresRunLog(engine.pool);
  const seen = new Set<string>();
  let last = 0;
  const writing = Promise.all(
    writers.map(async (log, writer) => {
      for (let index = 0; index < 60; index++) {
        log.record(step("many", `w${writer}-${index}`, "succeeded"));
        await log.flush();
      }
    }),
  );
  let done = false;
  void writing.then(() => {
    done = true;
  });
  for (let rounds = 0; rounds < 2; rounds += done ? 1 : 0) {
    for (const { seq, event } of await reader.eventsSince("many", last)) {
      last = seq;
      seen.add((event as StepChanged).path);
    }
    await sleep(1);
  }
  await writing;
  expect(seen.size).toBe(180);
});

it("stores on its own within a moment", async () => {
  const log = postgresRunLog(engine.pool);
  log.record(step("alone", "a", "running"));
  await expect.poll(() => log.readRun("alone"), { timeout: 3_000 }).toMatchObject({ steps: [{ path: "a" }] });
  await log.close();
});
