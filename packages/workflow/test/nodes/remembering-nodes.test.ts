// Pins: an item that is dealt with twice or never because two runs met at one key, a run died between what it did and what it noted, or the
// run that held a key is gone.
import type { Json } from "@mortise/contract";
import { expect, test } from "vitest";
import { addItem, closeBatch, forgetTaken } from "../../src/nodes/collected-batch.ts";
import { Desk } from "../support/desk.ts";
import { poison, World, workflowOf } from "../support/world.ts";

const write = { use: "test/write", with: { n: { $cel: "has(trigger.body.n) ? trigger.body.n : 0" } } };
const key = { $cel: "trigger.body.key" };

function workflow(use: string, params: object) {
  return workflowOf({ x: { use, with: params } }, { $cel: "steps.x.output" });
}

/** Runs one after the other, each with its own body. */
async function runs(desk: Desk, use: string, params: object, bodies: readonly Json[]) {
  const ends: Json[] = [];
  for (const [index, body] of bodies.entries())
    ends.push(await desk.run(workflow(use, params), { body, runId: `run-${index}` }).run());
  return ends;
}

test("a key is dealt with once in its window, and again after it", async () => {
  const desk = new Desk();
  const params = { key, window: "1h", nodes: { write } };
  const bodies = [{ key: "a" }, { key: "a" }, { key: "b" }, { key: 1 }, { key: "1" }];
  const ends = await runs(desk, "core/deduplicate", params, bodies);
  expect(ends.map((end) => (end as { duplicate: boolean }).duplicate)).toEqual([false, true, false, false, false]);
  desk.nowMs += 3_600_001;
  expect(await desk.run(workflow("core/deduplicate", params), { body: { key: "a" }, runId: "later" }).run()).toEqual({
    duplicate: false,
  });
});

test("a key is free again when the steps failed", async () => {
  let fails = 1;
  const desk = new Desk(
    new World({ "test/write": ({ input }) => (fails-- > 0 ? poison() : { outcome: "success", output: input, meta: META }) }),
  );
  const params = { key, nodes: { write } };
  await expect(runs(desk, "core/deduplicate", params, [{ key: "a" }])).rejects.toThrow("no");
  expect(await desk.run(workflow("core/deduplicate", params), { body: { key: "a" }, runId: "second" }).run()).toEqual({
    duplicate: false,
  });
});
const META = { attempts: 1, waitMs: 0, durationMs: 0 };

test("who meets a key in work waits for it, and takes it over when whoever had it is gone", async () => {
  const desk = new Desk();
  const params = { key, lease: "10m", nodes: { write } };
  const dead = desk.run(workflow("core/deduplicate", params), { body: { key: "a" }, runId: "dead" });
  dead.killAt = 3;
  await expect(dead.run()).rejects.toThrow();
  const start = desk.nowMs;
  expect(await desk.run(workflow("core/deduplicate", params), { body: { key: "a" }, runId: "second" }).run()).toEqual({
    duplicate: false,
  });
  expect(desk.nowMs - start).toBe(600_000);
});

test("of several runs of a key the last one passes once it is quiet", async () => {
  const desk = new Desk();
  const node = workflow("core/debounce", { key, quiet: "30s" });
  const engines = [0, 1, 2].map((n) => desk.run(node, { body: { key: "a" }, runId: `run-${n}` }));
  const ends: Json[] = [];
  const outer = desk.run(workflowOf({ w: { use: "core/wait", with: { for: "1s" } } }), { runId: "clock" });
  await outer.run();
  // The first two arrive and are killed before their time is over; the third arrives, and all go on.
  for (const engine of engines.slice(0, 2)) {
    engine.killAt = 3;
    await expect(engine.run()).rejects.toThrow();
    engine.killAt = Number.POSITIVE_INFINITY;
  }
  for (const engine of [...engines].reverse()) ends.push(await engine.run());
  expect(ends).toEqual([{ passed: true, count: 3 }, { passed: false }, { passed: false }]);
});

test("what keeps coming passes at the latest when it was said to", async () => {
  const desk = new Desk();
  const node = workflow("core/debounce", { quiet: "30s", atMost: "45s" });
  const first = desk.run(node, { runId: "first" });
  first.killAt = 3;
  await expect(first.run()).rejects.toThrow();
  const start = desk.nowMs;
  desk.nowMs += 20_000;
  expect(await desk.run(node, { runId: "second" }).run()).toEqual({ passed: true, count: 2 });
  expect(desk.nowMs - start).toBe(45_000);
});

test("in any window no more pass than the rate allows", async () => {
  const desk = new Desk();
  const passed: number[] = [];
  const start = desk.nowMs;
  for (let n = 0; n < 12; n++) {
    const engine = desk.run(workflow("core/throttle", { rate: 3, per: "10s" }), { runId: `run-${n}` });
    await engine.run();
    passed.push(desk.nowMs - start);
  }
  for (const [index, at] of passed.entries()) {
    const later = passed[index + 3];
    if (later !== undefined) expect(later - at).toBeGreaterThanOrEqual(10_000);
  }
  expect(passed.at(-1)).toBe(30_000);
});

test("what is too much is dropped where it was said so", async () => {
  const desk = new Desk();
  const ends = await runs(desk, "core/throttle", { rate: 1, per: "10s", key, onLimit: "drop" }, [
    { key: "a" },
    { key: "a" },
    { key: "b" },
  ]);
  expect(ends.map((end) => (end as { passed: boolean }).passed)).toEqual([true, false, true]);
});

test("a value is computed once while it is fresh, and again when its steps failed or it is old", async () => {
  const desk = new Desk();
  const params = { key, ttl: "10m", nodes: { write }, value: { $cel: "steps.write.output.n" } };
  const ends = await runs(desk, "core/cache", params, [
    { key: "a", n: 1 },
    { key: "a", n: 2 },
    { key: "b", n: 3 },
  ]);
  expect(ends).toEqual([
    { value: 1, hit: false },
    { value: 1, hit: true },
    { value: 3, hit: false },
  ]);
  expect(desk.world.calls).toHaveLength(2);
  desk.nowMs += 600_001;
  expect(await desk.run(workflow("core/cache", params), { body: { key: "a", n: 4 }, runId: "old" }).run()).toEqual({
    value: 4,
    hit: false,
  });
});

test("who asks while a value is computed waits for it", async () => {
  const desk = new Desk();
  const params = { key: "a", nodes: { slow: { use: "core/wait", with: { for: "2s" } } }, value: { $cel: "1 + 1" } };
  const first = desk.run(workflow("core/cache", params), { runId: "first" });
  first.killAt = 4;
  await expect(first.run()).rejects.toThrow();
  first.killAt = Number.POSITIVE_INFINITY;
  const second = desk.run(workflow("core/cache", params), { runId: "second" });
  const looking = second.run();
  expect(await first.run()).toEqual({ value: 2, hit: false });
  expect(await looking).toEqual({ value: 2, hit: true });
});

test("a batch is complete by number, by what an item says and by time, and everybody is in one batch", async () => {
  const desk = new Desk();
  const item = { $cel: "trigger.body.n" };
  const byCount = await runs(desk, "core/collect", { item, count: 2 }, [{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(byCount).toEqual([
    { complete: false, items: [], count: 0 },
    { complete: true, items: [1, 2], count: 2 },
    { complete: false, items: [], count: 0 },
  ]);
  const last = { item, key: "said", last: { $cel: "trigger.body.n == 9" } };
  expect((await runs(new Desk(), "core/collect", last, [{ n: 1 }, { n: 9 }]))[1]).toEqual({
    complete: true,
    items: [1, 9],
    count: 2,
  });

  const other = new Desk();
  const node = workflow("core/collect", { item, key: "time", window: "1h" });
  const opener = other.run(node, { body: { n: 1 }, runId: "opener" });
  const start = other.nowMs;
  opener.onPark = async () => {
    await other.run(node, { body: { n: 2 }, runId: "second" }).run();
    return undefined;
  };
  expect(await opener.run()).toEqual({ complete: true, items: [1, 2], count: 2 });
  expect(other.nowMs - start).toBe(3_600_000);
});

test("whoever asks again after it died gets the answer it had", () => {
  const one = { by: "a", item: 1, isLast: false };
  const first = addItem(undefined, one, { count: 2 }, 0);
  expect(addItem(first.next, one, { count: 2 }, 0)).toEqual({ told: { is: "collected" }, next: first.next });
  const second = addItem(first.next, { by: "b", item: 2, isLast: false }, { count: 2 }, 0);
  expect(second.told).toEqual({ is: "complete", items: [1, 2] });
  expect(addItem(second.next, { by: "b", item: 2, isLast: false }, { count: 2 }, 0).told).toEqual(second.told);
  const forgotten = forgetTaken(second.next, "b");
  expect(addItem(forgotten, one, { count: 2 }, 0).told).toEqual({ is: "collected" });
  expect(forgotten).toMatchObject({ items: [], taken: {}, batch: 2 });
});

test("a batch whose first run is gone is taken by the next one, and a closed one is not closed twice", () => {
  const rules = { windowMs: 1_000 };
  const first = addItem(undefined, { by: "a", item: 1, isLast: false }, rules, 0);
  expect(first.told).toEqual({ is: "first", batch: 1, closesAtMs: 1_000 });
  const late = addItem(first.next, { by: "b", item: 2, isLast: false }, rules, 100_000);
  expect(late.told).toEqual({ is: "complete", items: [1, 2] });
  expect(closeBatch(late.next, "a", 1).told).toEqual({ is: "collected" });
});

test("a dead letter is kept once, with what is needed to try again", async () => {
  const desk = new Desk();
  const params = { item: { $cel: "trigger.body" }, reason: { $text: "no ${trigger.body.n}" } };
  const engine = desk.run(workflow("core/dead-letter", params), { body: { n: 1 } });
  engine.killAt = 2;
  await engine.runThroughKills();
  expect(await desk.deadLetters.list()).toMatchObject([
    { runId: "run-1", path: "x", item: { n: 1 }, reason: "no 1", trigger: { body: { n: 1 } } },
  ]);
});

test("what is shared by name is shared between workflows, and a key that is no key is refused", async () => {
  const desk = new Desk();
  const shared = { key, scope: "tenant", name: "orders", nodes: {} };
  const one = { ...workflow("core/deduplicate", shared), name: "One" };
  const two = { ...workflow("core/deduplicate", shared), name: "Two" };
  const own = { ...workflow("core/deduplicate", { key, nodes: {} }), name: "Three" };
  const ends = [];
  for (const [index, each] of [one, two, own].entries())
    ends.push(await desk.run(each, { body: { key: "a" }, runId: `r${index}` }).run());
  expect(ends).toEqual([{ duplicate: false }, { duplicate: true }, { duplicate: false }]);
  await expect(desk.run(one, { body: { key: null }, runId: "null" }).run()).rejects.toMatchObject({ code: "WRONG_TYPE" });
});
