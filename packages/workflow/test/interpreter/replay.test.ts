// Pins: a replay that asks the engine for other things than before, repeats a step that had ended, or comes to another result.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Workflow } from "../../src/index.ts";
import { engineFor, ok, World, workflowOf } from "../support/world.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const rows = numbers(25).map((n) => ({ n }));
const write = (after?: readonly string[], value: object = { n: 1 }) => ({
  use: "test/write",
  ...(after && { after }),
  with: value,
});
const read = (after?: readonly string[]) => ({ use: "test/read", ...(after && { after }), with: { n: 1 } });
const flaky = () =>
  new World({
    "test/write": ({ input }, nth) =>
      nth === 1
        ? {
            outcome: "sick",
            error: { code: "THROTTLED", message: "later", retryAtMs: 1_700_000_090_000 },
            meta: { attempts: 3, waitMs: 0, durationMs: 1 },
          }
        : ok(input),
  });

const WORKFLOWS: { readonly [title: string]: { readonly workflow: Workflow; readonly world?: () => World } } = {
  "a line": {
    workflow: workflowOf(
      { a: write(), b: read(["a"]), c: write(["b"], { n: { $cel: "steps.a.output.n" } }) },
      { $cel: "steps.c.output.n" },
    ),
  },
  "parallel branches that join": {
    workflow: workflowOf(
      {
        a: write(),
        b: write(),
        a2: write(["a"], { n: { $cel: "steps.a.output.n + 1" } }),
        j: write(["a2", "b"], { n: { $cel: "steps.a2.output.n" } }),
      },
      { $cel: "steps.j.output.n" },
    ),
  },
  "parallel branches inside of branches": {
    workflow: workflowOf({
      a: write(),
      b: write(),
      a1: write(["a"]),
      a2: write(["a"]),
      a3: write(["a1", "a2"]),
      j: write(["a3", "b"]),
    }),
  },
  "a branch and a join": {
    workflow: workflowOf({
      pick: { use: "core/branch", with: { cases: { yes: { $cel: "true" } } } },
      y: write(["pick.yes"]),
      n: write(["pick.else"]),
      j: { ...write(["y", "n"]), join: "any" },
    }),
  },
  "a loop of writes one by one": {
    workflow: workflowOf(
      { l: loop({ $cel: "trigger.body" }, { w: write(undefined, { n: { $cel: "item.n" } }) }) },
      { $cel: "steps.l.output.results" },
    ),
  },
  "a loop of writes, several at once, in batches": {
    workflow: workflowOf(
      { l: loop({ $cel: "trigger.body" }, { w: write() }, { batch: 2, concurrency: 3 }) },
      { $cel: "steps.l.output" },
    ),
  },
  "a loop of reads": {
    workflow: workflowOf(
      { l: loop({ $cel: "trigger.body" }, { r: read(), m: write_map(["r"]) }, { concurrency: 4 }) },
      { $cel: "steps.l.output" },
    ),
  },
  "a stream of writes": {
    workflow: workflowOf(
      {
        s: { use: "test/rows" },
        l: {
          ...loop(
            { $cel: "steps.s.output.rows" },
            { w: write(undefined, { n: { $cel: "size(batch)" } }) },
            { batch: 4, concurrency: 2 },
          ),
          after: ["s"],
        },
      },
      { $cel: "steps.l.output" },
    ),
  },
  "a stream of reads": {
    workflow: workflowOf(
      {
        s: { use: "test/rows" },
        l: { ...loop({ $cel: "steps.s.output.rows" }, { r: read() }, { batch: 4, concurrency: 3 }), after: ["s"] },
      },
      { $cel: "steps.l.output.count" },
    ),
  },
  "try, catch and finally": {
    workflow: workflowOf(
      {
        t: {
          use: "core/try",
          with: {
            nodes: { w: write(), f: { use: "core/fail", after: ["w"], with: { message: "no" } } },
            catch: { c: write() },
            finally: { z: write() },
          },
        },
        after: write(["t"]),
      },
      { $cel: "steps.t.output" },
    ),
  },
  "waits, short and long": {
    workflow: workflowOf({
      a: write(),
      short: { use: "core/wait", after: ["a"], with: { for: "5s" } },
      b: write(["short"]),
      long: { use: "core/wait", after: ["b"], with: { for: "2d" } },
      c: write(["long"], { n: { $cel: "steps.b.output.n" } }),
    }),
  },
  "a long wait inside of a try": {
    workflow: workflowOf(
      {
        a: write(),
        t: {
          use: "core/try",
          after: ["a"],
          with: {
            nodes: { f: { use: "core/fail", with: { message: "no" } } },
            catch: { w: { use: "core/wait", with: { for: "1h" } }, c: write(["w"], { text: { $cel: "error.message" } }) },
          },
        },
        b: write(["t"], { n: { $cel: "steps.a.output.n" } }),
      },
      { $cel: "steps.t.output" },
    ),
  },
  "a target that asks for patience": {
    workflow: workflowOf({ a: write(), b: write(["a"]) }, { $cel: "steps.b.output.n" }),
    world: flaky,
  },
  "an error sent to another node": {
    workflow: workflowOf(
      {
        f: { use: "core/fail", onError: "h", with: { message: "no" } },
        h: write(undefined, { text: { $cel: "error.message" } }),
        n: write(["f"]),
      },
      { $cel: "steps.h.output.text" },
    ),
  },
};

function loop(items: object, nodes: object, more: object = {}) {
  return { use: "core/for-each", with: { items, nodes, collect: { $cel: "index" }, ...more } };
}

function write_map(after: readonly string[]) {
  return { use: "core/map", after, with: { value: { $cel: "item.n * 2" } } };
}

/** Kills the run at its `k`th `ctx` call, goes on from the journal, and compares with the run that nobody disturbed. */
async function survivesEveryKill(workflow: Workflow, world: () => World = () => new World()): Promise<void> {
  const fresh = () => {
    const systems = world();
    systems.rows = rows;
    return engineFor(workflow, systems, { body: rows });
  };
  const undisturbed = fresh();
  const expected = await undisturbed.run().then(
    (output) => ({ output }),
    (error: { readonly code: string }) => ({ code: error.code }),
  );
  const calls = undisturbed.calls;
  for (let k = 1; k <= calls; k++) {
    const engine = fresh();
    engine.killAt = k;
    const ended = await engine.runThroughKills().then(
      (output) => ({ output }),
      (error: { readonly code: string }) => ({ code: error.code }),
    );
    expect(ended, `killed at ${k}`).toEqual(expected);
    expect(engine.executed.length, `killed at ${k}`).toBe(new Set(engine.executed).size);
    expect(new Set(engine.executed), `killed at ${k}`).toEqual(new Set(undisturbed.executed));
  }
}

describe("killed at every ctx call and replayed", () => {
  for (const [title, { workflow, world }] of Object.entries(WORKFLOWS)) {
    test(`${title} comes to the same result and repeats no step`, () => survivesEveryKill(workflow, world));
  }

  test("so does whatever else a workflow may look like", async () => {
    await fc.assert(
      fc.asyncProperty(nodeSets(2), async (nodes) => await survivesEveryKill(workflowOf(nodes, { $cel: "steps" }))),
      { numRuns: 25, seed: 7 },
    );
  });
});

/** Node sets with unique names, edges to earlier nodes only, containers up to a depth. */
function nodeSets(depth: number, prefix = "n"): fc.Arbitrary<object> {
  return fc
    .array(fc.record({ kind: fc.nat(), edges: fc.array(fc.nat(), { maxLength: 2 }), any: fc.boolean(), soft: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    })
    .chain((shapes) =>
      fc
        .tuple(
          ...shapes.map(({ kind }, i) => (depth > 0 && kind % 6 >= 4 ? nodeSets(depth - 1, `${prefix}${i}_`) : fc.constant({}))),
        )
        .map((bodies) =>
          Object.fromEntries(
            shapes.map(({ kind, edges, any, soft }, i) => {
              const after = [...new Set(i === 0 ? [] : edges.map((edge) => `${prefix}${edge % i}`))];
              const links = { after, ...(any && { join: "any" }), ...(soft && { onError: "continue" }) };
              return [`${prefix}${i}`, { ...nodeOf(depth > 0 ? kind % 6 : kind % 4, bodies[i] ?? {}), ...links }];
            }),
          ),
        ),
    );
}

function nodeOf(kind: number, body: object): object {
  switch (kind) {
    case 0:
      return { use: "test/write", with: { n: 1 } };
    case 1:
      return { use: "test/read", with: { n: 2 } };
    case 2:
      return { use: "core/fail", with: { message: "no" } };
    case 3:
      return { use: "core/wait", with: { for: "3s" } };
    case 4:
      return { use: "core/for-each", with: { items: [1, 2, 3], nodes: body, concurrency: 2, onItemError: "continue" } };
    default:
      return { use: "core/try", with: { nodes: body, catch: {}, finally: {} } };
  }
}
