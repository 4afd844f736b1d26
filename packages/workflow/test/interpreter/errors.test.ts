// Pins: an error that is swallowed, caught by the wrong node, or that lets nodes run which must not.
import type { CallResult } from "@mortise/contract";
import { expect, test } from "vitest";
import { Killed } from "../support/journal-engine.ts";
import { engineFor, META, ok, poison, run, World, workflowOf } from "../support/world.ts";

const failing = () =>
  new World({ "test/write": ({ stepPath, input }) => (stepPath.includes("bad") ? poison("bad one") : ok(input)) });
const write = (after?: readonly string[], more: object = {}) => ({ use: "test/write", ...(after && { after }), ...more });

test("with onError continue the next nodes run and see the error", async () => {
  const workflow = workflowOf(
    {
      bad: write(undefined, { onError: "continue" }),
      next: { use: "core/map", after: ["bad"], with: { value: { $cel: "steps.bad" } } },
    },
    { $cel: "steps.next.output" },
  );
  expect(await run(workflow, failing())).toEqual({
    status: "failed",
    output: null,
    error: { code: "CALL_REJECTED", message: "bad one" },
  });
});

test("an error sent to a node runs it with the error in scope and skips what follows", async () => {
  const world = failing();
  const workflow = workflowOf(
    {
      bad: write(undefined, { onError: "notify" }),
      next: write(["bad"]),
      notify: { use: "core/map", with: { value: { $text: "${error.code}: ${error.message}" } } },
      both: { use: "core/map", after: ["next", "notify"], join: "any", with: { value: { $cel: "steps.next.status" } } },
    },
    { note: { $cel: "steps.notify.output" }, next: { $cel: "steps.both.output" } },
  );
  expect(await run(workflow, world)).toEqual({ note: "CALL_REJECTED: bad one", next: "skipped" });
  expect(world.paths).toEqual(["bad"]);
});

test("the node that handles errors is skipped when there is none", async () => {
  const workflow = workflowOf(
    { fine: write(undefined, { onError: "notify" }), notify: write() },
    { $cel: "steps.notify.status" },
  );
  expect(await run(workflow)).toBe("skipped");
});

test("a try without catch steps runs its finally steps and lets the error go on", async () => {
  const world = failing();
  const workflow = workflowOf({
    t: { use: "core/try", with: { nodes: { bad: write() }, finally: { clean: write() } } },
    after: write(["t"]),
  });
  await expect(run(workflow, world)).rejects.toMatchObject({ code: "CALL_REJECTED" });
  expect(world.paths).toEqual(["t/bad", "t/clean"]);
});

test("a try with catch steps settles with the error it caught", async () => {
  const workflow = workflowOf(
    { t: { use: "core/try", with: { nodes: { bad: write() }, catch: { c: write() } } }, after: write(["t"]) },
    { $cel: "steps.t.output" },
  );
  expect(await run(workflow, failing())).toEqual({ ok: false, error: { code: "CALL_REJECTED", message: "bad one" } });
});

test("a fail node carries its own message and code to whoever catches it", async () => {
  const nodes = { f: { use: "core/fail", with: { message: { $text: "No ${run.id}" }, code: "TOO_OLD" } } };
  const caught = workflowOf({ t: { use: "core/try", with: { nodes, catch: {} } } }, { $cel: "steps.t.output.error" });
  expect(await run(caught)).toEqual({ code: "TOO_OLD", message: "No run-1" });
  await expect(run(workflowOf(nodes))).rejects.toMatchObject({
    code: "WORKFLOW_FAILED_ITSELF",
    message: "No run-1",
    data: { nativeCode: "TOO_OLD" },
  });
});

test("a disabled node is as if it were not there, a skipped one is not", async () => {
  const world = new World();
  const workflow = workflowOf({ a: write(), off: write(["a"], { disabled: true }), b: write(["off"]) });
  await run(workflow, world);
  expect(world.paths).toEqual(["a", "b"]);
});

test("a failed branch lets what runs beside it finish and starts nothing after the join", async () => {
  const world = failing();
  const workflow = workflowOf({ bad: write(), a: write(), b: write(["a"]), join: write(["bad", "b"]) });
  await expect(run(workflow, world)).rejects.toMatchObject({ code: "CALL_REJECTED" });
  expect([...world.paths].sort()).toEqual(["a", "b", "bad"]);
});

test("an expression that fails on the data fails its node, not the engine", async () => {
  const workflow = workflowOf({ m: { use: "core/map", with: { value: { $cel: "trigger.body.a.b" } } } });
  await expect(run(workflow)).rejects.toMatchObject({ code: "EXPRESSION_FAILED" });
});

const sick = (retryAtMs?: number): CallResult => ({
  outcome: "sick",
  error: { code: "THROTTLED", message: "slow down", ...(retryAtMs === undefined ? {} : { retryAtMs }) },
  meta: META,
});

test("a throttled call is made again when the target says, with the same idempotency key", async () => {
  const world = new World({ "test/write": (_, nth) => (nth < 3 ? sick(1_700_000_000_000 + nth * 30_000) : ok({ done: true })) });
  const engine = engineFor(workflowOf({ w: write() }, { $cel: "steps.w.output.done" }), world);
  expect(await engine.run()).toBe(true);
  expect(world.calls).toHaveLength(3);
  expect(new Set(world.calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  expect(engine.sleeps.map(({ ms }) => ms)).toEqual([30_000, 30_000]);
});

test("a long Retry-After parks the run and keeps the key", async () => {
  const world = new World({ "test/write": (_, nth) => (nth === 1 ? sick(1_700_003_600_000) : ok({})) });
  const engine = engineFor(workflowOf({ a: { use: "test/read" }, w: write(["a"]) }), world);
  await engine.run();
  expect(engine.parks).toBe(1);
  expect(world.paths).toEqual(["a", "w", "w"]);
  expect(world.calls[1]?.idempotencyKey).toBe(world.calls[2]?.idempotencyKey);
});

test("a repeat is told since when its key is in doubt, also after the run was parked", async () => {
  const inDoubt = (nth: number): CallResult => ({
    ...sick(1_700_000_000_000 + nth * 3_600_000),
    meta: { ...META, inDoubtSinceMs: 1_600_000_000_000 + nth },
  });
  const world = new World({ "test/write": (_, nth) => (nth < 3 ? inDoubt(nth) : ok({})) });
  const engine = engineFor(workflowOf({ w: write() }), world);
  await engine.run();
  expect(engine.parks).toBe(2);
  expect(world.calls.map(({ inDoubtSinceMs }) => inDoubtSinceMs)).toEqual([undefined, 1_600_000_000_001, 1_600_000_000_001]);
});

test("patience ends a day after the first call, however seldom it was repeated", async () => {
  const world = new World({ "test/write": (_, nth) => sick(1_700_000_000_000 + nth * 50_000_000) });
  await expect(run(workflowOf({ w: write() }), world)).rejects.toMatchObject({ code: "THROTTLED" });
  expect(world.calls).toHaveLength(2);
});

test("patience ends after eight retries", async () => {
  const world = new World({ "test/write": (_, nth) => sick(1_700_000_000_000 + nth * 1_000) });
  await expect(run(workflowOf({ w: write() }), world)).rejects.toMatchObject({ code: "THROTTLED" });
  expect(world.calls).toHaveLength(9);
});

test("a sick target without a time is called again, eight times, after waits that double and that nobody can guess", async () => {
  const world = new World({ "test/write": () => sick() });
  const engine = engineFor(workflowOf({ w: write() }), world);
  await expect(engine.run()).rejects.toMatchObject({ code: "THROTTLED" });
  expect(world.calls).toHaveLength(9);
  expect(new Set(world.calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  const waits = engine.sleeps.map(({ ms }) => ms);
  for (const [at, ms] of waits.entries()) expect(ms).toBeLessThanOrEqual(1_000 * 2 ** at);
  expect(Math.max(...waits)).toBeGreaterThan(4_000);
  // The longest may be spent parked.
  expect(new Set(waits).size + engine.parks).toBe(8);
});

test("where somebody waits for the run, a sick target without a time fails it at once, and one that says when is waited for", async () => {
  const world = new World({
    "test/write": ({ stepPath }, nth) => (stepPath === "told" && nth === 1 ? sick(1_700_000_001_000) : sick()),
  });
  for (const name of ["told", "untold"]) {
    const engine = engineFor(workflowOf({ [name]: write() }), world, { priority: "interactive" });
    await expect(engine.run()).rejects.toMatchObject({ code: "THROTTLED" });
  }
  expect(world.paths).toEqual(["told", "told", "untold"]);
});

test("a write that is not safe to repeat is not called again, whatever the target says", async () => {
  const world = new World({ "test/send": ({ stepPath }) => (stepPath === "s" ? sick(1_700_000_001_000) : sick()) });
  for (const name of ["s", "without"]) {
    await expect(run(workflowOf({ [name]: { use: "test/send" } }), world)).rejects.toMatchObject({ code: "THROTTLED" });
  }
  expect(world.paths).toEqual(["s", "without"]);
});

test("inside of a retry a call is not repeated by itself: attempts are not multiplied", async () => {
  const world = new World({ "test/write": () => sick() });
  const nodes = { w: write() };
  const workflow = workflowOf({ r: { use: "core/retry", with: { nodes, on: ["THROTTLED"], attempts: 3 } } });
  await expect(run(workflow, world)).rejects.toMatchObject({ code: "THROTTLED" });
  expect(world.calls).toHaveLength(3);
});

test("a run whose journal is from before goes on as it was going: what had failed stays failed", async () => {
  const world = new World({ "test/write": () => sick() });
  const engine = engineFor(
    workflowOf({ w: write(undefined, { onError: "continue" }), next: { use: "test/read", after: ["w"] } }),
    world,
  );
  // Killed when the call has ended.
  engine.killAt = 3;
  await expect(engine.run()).rejects.toThrow(Killed);
  engine.killAt = Number.POSITIVE_INFINITY;
  const taken: unknown[] = [];
  engine.rewrite((name, value) => {
    if (name !== "step w#1") return value;
    const { againAtMs, ...before } = value as { readonly againAtMs?: number };
    taken.push(againAtMs);
    return before;
  });
  expect(taken).toEqual([expect.any(Number)]);
  await engine.run();
  expect(world.paths).toEqual(["w", "next"]);
  expect(engine.sleeps).toEqual([]);
});

test("a write that is not safe to repeat is called again where it was turned away before it was sent", async () => {
  const unsent = (retryAtMs: number): CallResult => ({ ...sick(retryAtMs), meta: { ...META, attempts: 0 } });
  const world = new World({ "test/send": (_, nth) => (nth === 1 ? unsent(1_700_000_010_000) : ok({})) });
  await run(workflowOf({ s: { use: "test/send" } }), world);
  expect(world.paths).toEqual(["s", "s"]);
});

test("an unknown outcome is asked for again at the time that it names, and told since when", async () => {
  const unknown = (retryAtMs: number): CallResult => ({
    outcome: "unknown",
    error: { code: "UNKNOWN_OUTCOME", message: "sent, and the probe is down", retryAtMs },
    meta: { ...META, inDoubtSinceMs: 1_600_000_000_000 },
  });
  const world = new World({ "test/send": (_, nth) => (nth < 3 ? unknown(1_700_000_000_000 + nth * 30_000) : ok({ id: 7 })) });
  const engine = engineFor(workflowOf({ s: { use: "test/send" } }, { $cel: "steps.s.output.id" }), world);
  expect(await engine.run()).toBe(7);
  expect(world.calls.map(({ inDoubtSinceMs }) => inDoubtSinceMs)).toEqual([undefined, 1_600_000_000_000, 1_600_000_000_000]);
  expect(engine.sleeps.map(({ ms }) => ms)).toEqual([30_000, 30_000]);
});

test("an unknown outcome fails, or counts as done where the node says so", async () => {
  const unknown: CallResult = { outcome: "unknown", error: { code: "UNKNOWN_OUTCOME", message: "sent, no answer" }, meta: META };
  const world = () => new World({ "test/send": () => unknown });
  await expect(run(workflowOf({ s: { use: "test/send" } }), world())).rejects.toMatchObject({ code: "UNKNOWN_OUTCOME" });
  const done = workflowOf({ s: { use: "test/send", onUnknown: "assume-done" } }, { $cel: "steps.s" });
  expect(await run(done, world())).toEqual({ status: "succeeded", output: null, error: null });
});
