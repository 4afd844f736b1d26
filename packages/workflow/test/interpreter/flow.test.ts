// Pins: attempts of a retry that the other side takes for different wishes, a repeat of what must not be repeated, waits that differ
// after a crash, and steps that did not run and that nobody sees as skipped.
import type { CallResult, Json } from "@mortise/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkWorkflow, type StepChanged } from "../../src/index.ts";
import { backoff } from "../../src/interpreter/backoff.ts";
import { openCatalogue } from "../support/catalogue.ts";
import { engineFor, META, ok, poison, Recorded, run, World, workflowOf } from "../support/world.ts";

const write = (n: Json = 1, more: object = {}) => ({ use: "test/write", with: { n }, ...more });
const sick: CallResult = { outcome: "sick", error: { code: "TARGET_SICK", message: "not now" }, meta: META };
const retry = (nodes: object, more: object = {}) => ({ use: "core/retry", with: { on: ["TARGET_SICK"], nodes, ...more } });
/** Answers sick so many times at each place. */
const sickTimes = (times: number, use = "test/write") => {
  const seen = new Map<string, number>();
  return new World({
    [use]: ({ input, stepPath }) => {
      const place = stepPath.replaceAll(/\[\d+\]/g, "");
      const count = (seen.get(place) ?? 0) + 1;
      seen.set(place, count);
      return count <= times ? sick : ok(input);
    },
  });
};
const skipped = (log: Recorded) =>
  log.events.flatMap((event) => (event.kind === "step" && event.status === "skipped" ? [(event as StepChanged).path] : []));

test("all attempts of a call have one idempotency key, on strands and in loops too, and no two calls share one", async () => {
  const body = {
    a: write(1),
    b: write(2),
    l: { use: "core/for-each", with: { items: [1, 2], concurrency: 2, nodes: { c: write(3) } } },
  };
  const world = sickTimes(1);
  await run(workflowOf({ r: retry(body, { attempts: 5 }), after: write(4) }), world);
  const keys = new Map<string, Set<string>>();
  for (const { stepPath, idempotencyKey } of world.calls) {
    const place = stepPath.replace(/^r\[\d+\]/, "r");
    keys.set(place, (keys.get(place) ?? new Set()).add(idempotencyKey));
  }
  expect([...keys].filter(([place]) => place !== "after").map(([place, all]) => [place, all.size])).toEqual(
    expect.arrayContaining([
      ["r/a", 1],
      ["r/b", 1],
      ["r/l[0]/c", 1],
      ["r/l[1]/c", 1],
    ]),
  );
  expect(new Set([...keys.values()].flatMap((all) => [...all])).size).toBe(keys.size);
  expect(world.paths.filter((path) => path.endsWith("/a")).length).toBeGreaterThan(1);
});

test("a body with a write that is not safe to repeat runs once", async () => {
  const world = sickTimes(1, "test/send");
  const workflow = workflowOf({ r: retry({ s: { use: "test/send", with: {} } }) });
  await expect(run(workflow, world)).rejects.toMatchObject({ code: "TARGET_SICK" });
  expect(world.calls).toHaveLength(1);
});

test("the checker says so of a write, and of another workflow", () => {
  const child = { c: { use: "core/sub-workflow", with: { workflow: "Other@1" } } };
  const { diagnostics } = checkWorkflow(workflowOf({ r: retry(child) }), openCatalogue);
  expect(diagnostics).toMatchObject([{ code: "UNSAFE_RETRY", severity: "warning", path: "/nodes/r/with/nodes" }]);
});

test("waits double up to the longest", async () => {
  const plain = engineFor(
    workflowOf({ r: retry({ a: write() }, { attempts: 5, wait: "4s", longest: "10s", jitter: false }) }),
    sickTimes(4),
  );
  await plain.run();
  expect(plain.sleeps.map(({ ms }) => ms)).toEqual([4_000, 8_000, 10_000, 10_000]);
});

test("a wait is never longer than computed, spreads, and is the same on every replay", () => {
  const options = { firstMs: 100, longestMs: 5_000, jitter: true };
  const names = fc.string({ minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(names, fc.integer({ min: 1, max: 20 }), (name, attempt) => {
      const ms = backoff(options, name, attempt);
      expect(ms).toBe(backoff(options, name, attempt));
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThanOrEqual(Math.min(5_000, 100 * 2 ** (attempt - 1)));
    }),
    { seed: 3 },
  );
  const spread = Array.from({ length: 1_000 }, (_, i) => backoff({ ...options, firstMs: 1_000 }, `run-${i}/r`, 1));
  const mean = spread.reduce((sum, ms) => sum + ms, 0) / spread.length;
  expect(Math.abs(mean - 500)).toBeLessThan(50);
});

test("what a stop or a break leaves undone is seen as skipped, and so is a branch that never began", async () => {
  const log = new Recorded();
  const workflow = workflowOf({
    l: {
      use: "core/loop",
      with: {
        times: 3,
        nodes: { b: { use: "core/break" }, late: write(1, { after: ["b"] }), later: write(1, { after: ["late"] }) },
      },
    },
    s: { use: "core/stop", after: ["l"] },
    end: write(1, { after: ["s"] }),
  });
  await run(workflow, undefined, { log });
  expect(skipped(log)).toEqual(["l[0]/late", "l[0]/later", "end"]);
  const bad = new World({ "test/write": ({ stepPath }) => (stepPath === "p/bad" ? poison() : ok({})) });
  const first = { branch1: { bad: write() }, branch2: { b: write() }, onError: "first", concurrency: 1 };
  const parallel = new Recorded();
  await run(workflowOf({ p: { use: "core/parallel", with: first, onError: "continue" } }), bad, { log: parallel });
  expect(skipped(parallel)).toEqual(["p/b"]);
  expect(bad.paths).toEqual(["p/bad"]);
});

test("a break outside of loops is refused, with a fix", () => {
  const { diagnostics } = checkWorkflow(
    workflowOf({ g: { use: "core/group", with: { nodes: { b: { use: "core/break" } } } } }),
    openCatalogue,
  );
  expect(diagnostics).toMatchObject([
    { code: "INVALID_VALUE", path: "/nodes/g/with/nodes/b/use", fix: { patch: [{ value: "core/stop" }] } },
  ]);
});

test("values of items are typed by their list", () => {
  const items = [{ n: 1 }];
  const check = (condition: string) =>
    checkWorkflow(workflowOf({ f: { use: "core/filter", with: { items, condition: { $cel: condition } } } }), openCatalogue)
      .diagnostics;
  expect(check("item.n > 0 && index < 5")).toEqual([]);
  expect(check("item.m > 0")).toMatchObject([{ severity: "error", path: "/nodes/f/with/condition/$cel" }]);
  expect(check("item.n + 1")).toMatchObject([{ code: "WRONG_TYPE", path: "/nodes/f/with/condition" }]);
});
