// Pins: a long wait that keeps a process busy, is lost by a crash, repeats what was done before it, or holds up what is beside it, wherever
// in a workflow it stands.
import { describe, expect, test } from "vitest";
import { Desk, type Meanwhile } from "../support/desk.ts";
import { type Answer, ok, World, workflowOf } from "../support/world.ts";

const DAY_MS = 86_400_000;
const write = (name: string, after: readonly string[] = []) => ({ [name]: { use: "test/write", with: { name }, after } });
const wait40 = { use: "core/wait", with: { for: "40d" } };

/** A wait of 40 days in every position, with a write before and a write after it. */
const POSITIONS: { readonly [position: string]: object } = {
  "on the line": { ...write("a"), w: { ...wait40, after: ["a"] }, ...write("b", ["w"]) },
  "in a branch beside another": {
    ...write("a"),
    w: { ...wait40, after: ["a"] },
    ...write("b", ["w"]),
    ...write("c"),
    ...write("d", ["c", "b"]),
  },
  "in a try": {
    t: { use: "core/try", with: { nodes: { ...write("a"), w: { ...wait40, after: ["a"] }, ...write("b", ["w"]) }, catch: {} } },
  },
  "in a loop, round by round": {
    l: {
      use: "core/for-each",
      with: { items: [1, 2], nodes: { ...write("a"), w: { ...wait40, after: ["a"] }, ...write("b", ["w"]) } },
    },
  },
  "in rounds beside each other": {
    l: {
      use: "core/for-each",
      with: { items: [1, 2, 3], concurrency: 2, nodes: { ...write("a"), w: { ...wait40, after: ["a"] }, ...write("b", ["w"]) } },
    },
  },
  "in a strand of a strand": {
    ...write("x"),
    l: {
      use: "core/for-each",
      with: {
        items: [1, 2],
        concurrency: 2,
        nodes: { ...write("a"), w: { ...wait40, after: ["a"] }, ...write("b", ["w"]), ...write("c"), ...write("d") },
      },
    },
  },
  "in the rounds of a stream": {
    rows: { use: "test/rows", with: {} },
    l: {
      use: "core/for-each",
      after: ["rows"],
      with: {
        items: { $cel: "steps.rows.output.rows" },
        concurrency: 2,
        nodes: { ...write("a"), w: { ...wait40, after: ["a"] }, ...write("b", ["w"]) },
      },
    },
  },
};

const deskFor = () => {
  const desk = new Desk();
  desk.world.rows = [1, 2, 3];
  return desk;
};

describe.each(Object.entries(POSITIONS))("a wait of 40 days %s", (_, nodes) => {
  test("parks the run, and does nothing twice after it", async () => {
    const desk = deskFor();
    const engine = desk.run(workflowOf(nodes));
    await engine.run();
    expect(engine.parks).toBeGreaterThan(0);
    expect(engine.sleeps).toEqual([]);
    const keys = desk.world.calls.map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(desk.world.paths).size).toBe(desk.world.paths.length);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("survives a kill at every call of the engine", async () => {
    const reference = deskFor();
    const whole = reference.run(workflowOf(nodes));
    const output = await whole.run();
    const calls = whole.executed.length;
    for (let killAt = 1; killAt <= calls; killAt++) {
      const desk = deskFor();
      const engine = desk.run(workflowOf(nodes));
      engine.killAt = killAt;
      expect(await engine.runThroughKills()).toEqual(output);
      expect(new Set(engine.executed).size).toBe(engine.executed.length);
      expect([...new Set(desk.world.paths)].sort()).toEqual([...new Set(reference.world.paths)].sort());
    }
  });
});

test("of branches that wait only the one goes on whose time has come", async () => {
  const times: number[] = [];
  const start = new Desk().nowMs;
  const note: Answer = ({ input }) => {
    times.push(desk.nowMs - start);
    return ok(input);
  };
  const desk = new Desk(new World({ "test/write": note }));
  const engine = desk.run(
    workflowOf({
      one: { use: "core/wait", with: { for: "1d" } },
      ...write("first", ["one"]),
      ten: { use: "core/wait", with: { for: "10d" } },
      ...write("second", ["ten"]),
    }),
  );
  await engine.run();
  expect(desk.world.paths).toEqual(["first", "second"]);
  expect(times.map((ms) => Math.round(ms / DAY_MS))).toEqual([1, 10]);
  expect(engine.parks).toBe(2);
});

test("what came before a wait is logged once", async () => {
  const desk = new Desk();
  await desk.run(workflowOf(POSITIONS["in a branch beside another"] as object)).run();
  const settled = desk.log.events.flatMap((event) => (event.kind === "step" && event.status === "succeeded" ? [event.path] : []));
  expect(settled.sort()).toEqual(["a", "b", "c", "d", "w"]);
  expect(desk.log.events.filter(({ kind }) => kind === "run-started")).toHaveLength(1);
});

test("an event wakes the branch that waits for it, and the other one keeps waiting", async () => {
  const desk = new Desk();
  const event = (key: string) => ({ use: "core/event", with: { name: "paid", key, expires: "30d" } });
  const pay =
    (key: string): Meanwhile =>
    (all) =>
      all.waits.deliver({ name: "paid", key, payload: { by: key } });
  const engine = desk.run(
    workflowOf(
      { one: event("1"), ...write("a", ["one.received"]), two: event("2"), ...write("b", ["two.received"]) },
      { $cel: "[steps.one.output.payload, steps.two.output.payload]" },
    ),
    { meanwhile: [pay("2"), pay("1")] },
  );
  expect(await engine.run()).toEqual([{ by: "1" }, { by: "2" }]);
  expect(desk.world.paths).toEqual(["b", "a"]);
  expect(desk.nowMs).toBe(1_700_000_000_000);
});
