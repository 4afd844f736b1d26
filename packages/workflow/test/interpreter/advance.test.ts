// Pins: a state machine that depends on anything but state and event, or that starts a node too early, twice, or never.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readSetGraph } from "../../src/graph/set-graph.ts";
import { advance, beginSet, type SetCommand, type SetState } from "../../src/interpreter/advance.ts";
import { failed, type Settlement } from "../../src/interpreter/settlement.ts";

const done = (outlet?: string): Settlement => ({ status: "succeeded", output: null, ...(outlet && { outlet }) });
const broken = failed({ code: "CALL_REJECTED", message: "no" });
const node = (after: readonly string[] = [], more: object = {}) => ({ use: "x/y", after, ...more });

function begin(nodes: object) {
  return advance(beginSet(readSetGraph(nodes, "/nodes")), { kind: "begin" });
}

function settle(state: SetState, results: { readonly [name: string]: Settlement }) {
  return advance(state, { kind: "settled", results: new Map(Object.entries(results)) });
}

const shown = (commands: readonly SetCommand[]) =>
  commands.map((each) => ("node" in each ? `${each.kind} ${each.node}` : each.kind));

test("what waits for nothing starts at once, the rest when all it waits for has settled", () => {
  const first = begin({ a: node(), b: node(), c: node(["a", "b"]) });
  expect(shown(first.commands)).toEqual(["run a", "run b"]);
  const second = settle(first.state, { a: done() });
  expect(shown(second.commands)).toEqual([]);
  const third = settle(second.state, { b: done() });
  expect(shown(third.commands)).toEqual(["run c"]);
  expect(shown(settle(third.state, { c: done() }).commands)).toEqual(["end"]);
});

test("a way not taken is skipped, also for those behind it, and join any needs one", () => {
  const { state } = begin({
    p: node(),
    y: node(["p.yes"]),
    n: node(["p.else"]),
    n2: node(["n"]),
    j: node(["y", "n2"], { join: "any" }),
  });
  const next = settle(state, { p: done("yes") });
  expect(shown(next.commands)).toEqual(["run y", "skip n", "skip n2"]);
  expect(shown(settle(next.state, { y: done() }).commands)).toEqual(["run j"]);
});

test("decisions come in the order of the set, and what a skip decides behind it comes before what it decides in front of it", () => {
  const { state } = begin({
    a: node(["s", "p"], { join: "any" }),
    s: node(["p.yes"]),
    b: node(["s", "p"], { join: "any" }),
    p: node(),
  });
  expect(shown(settle(state, { p: done("no") }).commands)).toEqual(["skip s", "run b", "run a"]);
});

test("a node that ends the loop or the run has all skipped that has not begun, and waits for what has", () => {
  const { state } = begin({ a: node(), b: node(), c: node(["a"]), d: node(["b"]) });
  const control = { kind: "break" } as const;
  const next = settle(state, { a: { status: "succeeded", output: null, control } });
  expect(shown(next.commands)).toEqual(["skip c", "skip d"]);
  expect(settle(next.state, { b: done() }).commands).toEqual([{ kind: "end", control }]);
  const failed = settle(begin({ a: node(), b: node() }).state, { a: { status: "succeeded", output: null, control } });
  expect(settle(failed.state, { b: broken }).commands).toMatchObject([{ kind: "end", failure: { node: "b" } }]);
});

test("after an error that nothing handles nothing starts, and the set ends when the rest has settled", () => {
  const { state } = begin({ a: node(), b: node(), c: node(["b"]) });
  const next = settle(state, { a: broken });
  expect(shown(next.commands)).toEqual([]);
  const last = settle(next.state, { b: done() });
  expect(last.commands).toEqual([
    { kind: "end", failure: { node: "a", error: expect.objectContaining({ code: "CALL_REJECTED" }) } },
  ]);
});

test("an error goes to the node that handles it, with the error", () => {
  const { state } = begin({ a: node([], { onError: "h" }), b: node(["a"]), h: node() });
  const { commands } = settle(state, { a: broken });
  expect(shown(commands)).toEqual(["skip b", "run h"]);
  expect(commands[1]).toMatchObject({ error: { code: "CALL_REJECTED" } });
});

test("nodes that wait for each other end the set with an error instead of hanging", () => {
  expect(begin({ a: node(["b"]), b: node(["a"]) }).commands).toMatchObject([
    { kind: "end", failure: { error: { code: "CYCLIC_GRAPH" } } },
  ]);
});

test("every node is run or skipped exactly once, whatever settles first", () => {
  const graphs = fc.array(
    fc.record({ edges: fc.array(fc.nat(), { maxLength: 3 }), any: fc.boolean(), continues: fc.boolean() }),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(graphs, fc.infiniteStream(fc.nat()), (shapes, choices) => {
      const nodes = Object.fromEntries(
        shapes.map(({ edges, any, continues }, i) => [
          `n${i}`,
          node([...new Set(i === 0 ? [] : edges.map((edge) => `n${edge % i}`))], {
            ...(any && { join: "any" }),
            ...(continues && { onError: "continue" }),
          }),
        ]),
      );
      const seen: string[] = [];
      const running: string[] = [];
      let { state, commands } = begin(nodes);
      let ended = false;
      for (;;) {
        for (const command of commands) {
          if (command.kind === "end") ended = true;
          else seen.push(command.node);
          if (command.kind === "run") running.push(command.node);
        }
        const choice = Number(choices.next().value ?? 0);
        const [name] = running.splice(choice % Math.max(1, running.length), 1);
        if (name === undefined) break;
        expect(ended).toBe(false);
        ({ state, commands } = settle(state, { [name]: choice % 5 === 0 ? broken : done() }));
      }
      expect(ended).toBe(true);
      expect(new Set(seen).size).toBe(seen.length);
      if (state.failure === undefined) expect(seen.length).toBe(shapes.length);
    }),
    { numRuns: 300, seed: 11 },
  );
});
