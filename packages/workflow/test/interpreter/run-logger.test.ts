// Pins: a run that nobody can watch, a log that holds a secret or a whole file, and events that a replay doubles.
import { expect, test } from "vitest";
import { createInterpreter, type StepChanged, workflowHash } from "../../src/index.ts";
import { JournalEngine } from "../support/journal-engine.ts";
import { engineFor, META, Recorded, run, World, workflowOf } from "../support/world.ts";

const steps = (log: Recorded) => log.events.flatMap((event) => (event.kind === "step" ? [event as StepChanged] : []));

test("a run tells its start, each step with input and output, and its end", async () => {
  const log = new Recorded();
  await run(workflowOf({ w: { use: "test/write", with: { n: 1 } } }, { $cel: "steps.w.output.n" }), new World(), {
    log,
    body: { x: 1 },
  });
  expect(log.events.map((event) => (event.kind === "step" ? event.status : event.kind))).toEqual([
    "run-started",
    "running",
    "succeeded",
    "run-ended",
  ]);
  expect(log.events[0]).toMatchObject({ input: { body: { x: 1 } } });
  expect(steps(log)[1]).toMatchObject({
    path: "w",
    node: "/nodes/w",
    use: "test/write",
    input: { n: 1 },
    output: { n: 1 },
    attempts: 1,
  });
  expect(log.events[3]).toMatchObject({ status: "succeeded", output: 1 });
});

test("values are redacted before they are logged, and cut", async () => {
  const log = new Recorded();
  const workflow = workflowOf({ w: { use: "test/write", with: { secret: "hunter2", long: { $cel: "trigger.body" } } } });
  let engine: JournalEngine;
  const program = () =>
    createInterpreter({
      operations: new World(),
      workflows: { get: async () => workflow },
      log,
      now: () => engine.nowMs,
      redact: (value) => JSON.parse(JSON.stringify(value).replaceAll("hunter2", "•••")),
    });
  engine = new JournalEngine(program, "run-1", {
    abi: 1,
    workflowHash: await workflowHash(workflow),
    trigger: { body: "x".repeat(100_000) },
  });
  await engine.run();
  const text = JSON.stringify(log.events);
  expect(text).not.toContain("hunter2");
  for (const { input, output } of steps(log)) {
    expect(JSON.stringify(input ?? null).length).toBeLessThanOrEqual(16 * 1_024);
    expect(JSON.stringify(output ?? null).length).toBeLessThanOrEqual(16 * 1_024);
  }
});

test("a replay says the same again: the same paths, the same status, the same outputs", async () => {
  const log = new Recorded();
  const workflow = workflowOf({
    a: { use: "test/write", with: { n: 1 } },
    b: { use: "test/write", after: ["a"], with: { n: 2 } },
  });
  const engine = engineFor(workflow, new World(), { log });
  engine.killAt = 3;
  await engine.runThroughKills();
  const succeeded = steps(log).filter(({ path, status }) => path === "a" && status === "succeeded");
  expect(succeeded).toHaveLength(2);
  expect(succeeded[0]).toEqual(succeeded[1]);
  expect(steps(log).filter(({ path, status }) => path === "a" && status === "running")).toHaveLength(1);
});

test("a failed run ends with its error", async () => {
  const log = new Recorded();
  await run(workflowOf({ f: { use: "core/fail", with: { message: "no" } } }), new World(), { log }).catch(() => {});
  expect(log.events.at(-1)).toMatchObject({
    kind: "run-ended",
    status: "failed",
    error: { code: "WORKFLOW_FAILED_ITSELF", message: "no" },
  });
});

test("calls carry run, step path and trace context", async () => {
  const world = new World();
  const workflow = workflowOf({
    a: { use: "test/write" },
    b: { use: "test/write" },
    l: { use: "core/for-each", after: ["a", "b"], with: { items: [1], nodes: { c: { use: "test/write" } } } },
  });
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const program = () => createInterpreter({ operations: world, workflows: { get: async () => workflow } });
  await new JournalEngine(program, "run-1", { abi: 1, workflowHash: "h", trigger: {}, traceparent }).run();
  expect([...world.paths].sort()).toEqual(["a", "b", "l[0]/c"]);
  for (const call of world.calls) expect(call).toMatchObject({ runId: "run-1", traceparent });
});

test("a step tells which of its items failed, the first 50 of them, and how many did", async () => {
  const log = new Recorded();
  const failures = Array.from({ length: 60 }, (_, index) => ({
    index,
    outcome: "poison" as const,
    code: "CALL_REJECTED",
    message: `no ${index}`,
  }));
  const meta = { ...META, itemFailures: failures, itemFailureCount: 1_200 };
  const world = new World({ "test/bulk": () => ({ outcome: "success", output: [], meta }) });
  await run(workflowOf({ w: { use: "test/bulk" } }), world, { log });
  expect(steps(log)[1]).toMatchObject({ status: "succeeded", itemFailureCount: 1_200, itemFailures: failures.slice(0, 50) });
  expect(steps(log)[1]?.itemFailures).toHaveLength(50);
});

test("a step tells how long it waited, and for what", async () => {
  const log = new Recorded();
  const meta = { ...META, waitMs: 2_100, waitedFor: "budget api: 100 per 1 min" };
  const world = new World({ "test/read": () => ({ outcome: "success", output: [], meta }) });
  await run(workflowOf({ r: { use: "test/read" } }), world, { log });
  expect(steps(log)[1]).toMatchObject({ status: "succeeded", waitMs: 2_100, waitedFor: "budget api: 100 per 1 min" });
});
