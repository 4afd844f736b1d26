// Pins: a loop that loses or doubles an item, keeps a whole stream in memory, or journals rows.
import { setImmediate } from "node:timers/promises";
import type { Json } from "@mortise/contract";
import { expect, test } from "vitest";
import { engineFor, META, ok, poison, Recorded, run, World, workflowOf } from "../support/world.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const loop = (params: object, after?: string) => ({ use: "core/for-each", ...(after && { after: [after] }), with: params });
const WRITE = { w: { use: "test/write", with: { n: { $cel: "item" } } } };
const BATCH = { w: { use: "test/write", with: { rows: { $cel: "batch" } } } };

function streamed(params: object, count: number, world = new World()) {
  world.rows = numbers(count);
  const workflow = workflowOf(
    {
      rows: { use: "test/rows", with: { path: "x" } },
      each: loop({ items: { $cel: "steps.rows.output.rows" }, ...params }, "rows"),
    },
    { $cel: "steps.each.output" },
  );
  return { world, workflow };
}

test("batches cover the list once and in order", async () => {
  const world = new World();
  const workflow = workflowOf(
    { l: loop({ items: { $cel: "trigger.body" }, batch: 4, nodes: BATCH }) },
    { $cel: "steps.l.output" },
  );
  const output = await run(workflow, world, { body: numbers(10) });
  expect(output).toMatchObject({ count: 10, batches: 3, succeeded: 3, failed: 0 });
  expect(world.calls.flatMap(({ input }) => (input as { readonly rows: readonly number[] }).rows)).toEqual(numbers(10));
});

test("several rounds run at once, never more than asked for", async () => {
  const world = new World();
  await run(workflowOf({ l: loop({ items: { $cel: "trigger.body" }, concurrency: 3, nodes: WRITE }) }), world, {
    body: numbers(40),
  });
  expect(world.mostInFlight).toBe(3);
  expect([...world.calls.map(({ input }) => (input as { readonly n: number }).n)].sort((a, b) => a - b)).toEqual(numbers(40));
});

test("a body that only reads is one step a chunk, with its rounds at once inside of it", async () => {
  const world = new World();
  const nodes = { r: { use: "test/read", with: { n: { $cel: "item" } } } };
  const workflow = workflowOf(
    { l: loop({ items: { $cel: "trigger.body" }, concurrency: 8, nodes, collect: { $cel: "steps.r.output.n" } }) },
    { $cel: "steps.l.output.results" },
  );
  const engine = engineFor(workflow, world, { body: numbers(60) });
  expect(await engine.run()).toEqual(numbers(60));
  expect(world.mostInFlight).toBe(8);
  expect(engine.executed.filter((name) => name.includes("step"))).toHaveLength(2);
});

test("reads that should come back later are repeated alone", async () => {
  const world = new World({
    "test/read": ({ input }, nth) =>
      (input as { readonly n: number }).n === 3 && nth === 1
        ? { outcome: "sick", error: { code: "THROTTLED", message: "later", retryAtMs: 1_700_000_002_000 }, meta: META }
        : ok(input),
  });
  const nodes = { r: { use: "test/read", with: { n: { $cel: "item" } } } };
  const workflow = workflowOf({ l: loop({ items: { $cel: "trigger.body" }, nodes }) }, { $cel: "steps.l.output.succeeded" });
  expect(await run(workflow, world, { body: numbers(10) })).toBe(10);
  expect(world.calls).toHaveLength(11);
});

test("reads whose target does not say when are repeated alone too, eight times, and then fail", async () => {
  const world = new World({
    "test/read": ({ input }) =>
      (input as { readonly n: number }).n === 3
        ? { outcome: "sick", error: { code: "TARGET_SICK", message: "down" }, meta: META }
        : ok(input),
  });
  const nodes = { r: { use: "test/read", with: { n: { $cel: "item" } } } };
  const workflow = workflowOf(
    { l: loop({ items: { $cel: "trigger.body" }, nodes, onItemError: "continue" }) },
    { $cel: "steps.l.output.failed" },
  );
  expect(await run(workflow, world, { body: numbers(10) })).toBe(1);
  expect(world.calls).toHaveLength(9 + 9);
});

test("patience of a loop ends a day after the first of its attempts", async () => {
  const HOURS_MS = 3_600_000;
  const world = new World({
    "test/read": (_, nth) => ({
      outcome: "sick",
      error: { code: "THROTTLED", message: "later", retryAtMs: 1_700_000_000_000 + nth * 11 * HOURS_MS },
      meta: META,
    }),
  });
  const nodes = { r: { use: "test/read", with: { n: { $cel: "item" } } } };
  const engine = engineFor(workflowOf({ l: loop({ items: { $cel: "trigger.body" }, nodes }) }), world, { body: [1] });
  await expect(engine.run()).rejects.toMatchObject({ code: "THROTTLED" });
  // At 0, 11 and 22 hours; 33 would be too late.
  expect(world.calls).toHaveLength(3);
  expect(engine.nowMs).toBe(1_700_000_000_000 + 22 * HOURS_MS);
});

test("a failed round stops the loop, or is listed and the next one runs", async () => {
  const world = () =>
    new World({ "test/write": ({ input }) => ((input as { readonly n: number }).n === 2 ? poison("two") : ok(input)) });
  const stop = world();
  await expect(
    run(workflowOf({ l: loop({ items: { $cel: "trigger.body" }, nodes: WRITE }) }), stop, { body: numbers(9) }),
  ).rejects.toMatchObject({ code: "CALL_REJECTED", message: "two" });
  expect(stop.calls).toHaveLength(3);
  const go = workflowOf(
    { l: loop({ items: { $cel: "trigger.body" }, onItemError: "continue", nodes: WRITE, collect: { $cel: "item" } }) },
    { $cel: "steps.l.output" },
  );
  expect(await run(go, world(), { body: numbers(4) })).toEqual({
    count: 4,
    batches: 4,
    succeeded: 3,
    failed: 1,
    results: [0, 1, null, 3],
    errors: [{ index: 2, error: { code: "CALL_REJECTED", message: "two" } }],
  });
});

test("a stream is read page by page: no row is in the journal, and few pages are in memory", async () => {
  const { world, workflow } = streamed({ batch: 100, concurrency: 2, nodes: BATCH }, 2_000);
  const engine = engineFor(workflow, world);
  expect(await engine.run()).toMatchObject({ count: 2_000, batches: 20, succeeded: 20 });
  expect(world.pages).toHaveLength(20);
  expect(world.mostInFlight).toBe(2);
  const rows = world.calls.flatMap(({ input }) => (input as { readonly rows: readonly number[] }).rows);
  expect([...rows].sort((a, b) => a - b)).toEqual(numbers(2_000));
  const longest = Math.max(...engine.journaled().map((text) => text.length));
  expect(longest).toBeLessThan(1_000);
});

test("a stream without a batch gives its rows one by one", async () => {
  const { world, workflow } = streamed({ nodes: WRITE, collect: { $cel: "item * 10 + index" } }, 130);
  const output = (await run(workflow, world)) as { readonly results: readonly number[] };
  expect(output.results).toEqual(numbers(130).map((n) => n * 11));
});

test("an empty stream is no round", async () => {
  const { world, workflow } = streamed({ batch: 10, nodes: BATCH }, 0);
  expect(await run(workflow, world)).toMatchObject({ count: 0, batches: 0, succeeded: 0, failed: 0, errors: [] });
});

test("a page that changed while the run was down is told from the one that was read first", async () => {
  const { world, workflow } = streamed({ batch: 5, nodes: { a: BATCH.w, b: { ...BATCH.w, after: ["a"] } } }, 10);
  const engine = engineFor(workflow, world, {});
  engine.killAt = 5;
  await expect(engine.run()).rejects.toMatchObject({ name: "Killed" });
  world.rows = numbers(10).map((n) => n + 1);
  engine.killAt = Number.POSITIVE_INFINITY;
  await expect(engine.run()).rejects.toMatchObject({ code: "STREAM_CHANGED" });
});

test("a source that fails in the middle fails the loop with its error", async () => {
  const world = new World();
  const read = world.readPage.bind(world);
  world.readPage = async (request) =>
    request.cursor === 20
      ? { outcome: "poison", error: { code: "FILE_MALFORMED", message: "line 21" }, meta: META }
      : await read(request);
  const { workflow } = streamed({ batch: 10, nodes: BATCH }, 50, world);
  await expect(run(workflow, world)).rejects.toMatchObject({ code: "FILE_MALFORMED" });
  expect(world.calls).toHaveLength(2);
});

test("loops in loops see the items of both", async () => {
  const inner = loop({
    items: { $cel: "batch" },
    nodes: { w: { use: "test/write", with: { n: { $cel: "item" } } } },
    collect: { $cel: "item" },
  });
  const workflow = workflowOf(
    { l: loop({ items: { $cel: "trigger.body" }, batch: 2, nodes: { inner }, collect: { $cel: "steps.inner.output.results" } }) },
    { $cel: "steps.l.output.results" },
  );
  expect(await run(workflow, new World(), { body: numbers(5) })).toEqual([[0, 1], [2, 3], [4]]);
});

test("of a long loop the first fifty rounds are logged, and its failures and counts", async () => {
  const log = new Recorded();
  const world = new World({
    "test/write": ({ input }) => ((input as { readonly n: number }).n === 90 ? poison("ninety") : ok(input)),
  });
  const workflow = workflowOf({ l: loop({ items: { $cel: "trigger.body" }, onItemError: "continue", nodes: WRITE }) });
  await run(workflow, world, { body: numbers(100), log });
  const rounds = log.events.flatMap((event) => (event.kind === "step" && event.path.startsWith("l[") ? [event] : []));
  expect(new Set(rounds.filter(({ status }) => status === "succeeded").map(({ path }) => path)).size).toBe(50);
  expect(rounds.filter(({ status }) => status === "failed")).toMatchObject([{ path: "l[90]/w", node: "/nodes/l/with/nodes/w" }]);
  expect(log.events.filter((event) => event.kind === "progress").at(-1)).toMatchObject({ done: 100, items: 100, failed: 1 });
});

test("a million rows leave memory flat", async () => {
  const { world, workflow } = streamed(
    { batch: 10_000, nodes: { m: { use: "core/map", with: { value: { $cel: "size(batch)" } } } } },
    0,
  );
  let most = 0;
  let page = 0;
  world.readPage = async () => {
    await setImmediate();
    most = Math.max(most, process.memoryUsage().heapUsed);
    const items: Json[] = numbers(10_000).map((n) => ({ n, text: `row ${n}` }));
    return { outcome: "success", output: { items, next: ++page < 100 ? page : null }, meta: META };
  };
  const before = process.memoryUsage().heapUsed;
  expect(await run(workflow, world)).toMatchObject({ count: 1_000_000, batches: 100 });
  expect((most - before) / 1e6).toBeLessThan(200);
});
