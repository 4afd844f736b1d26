// Pins: a workflow that runs nodes in the wrong order, takes the wrong branch, drops what a loop came to, or swallows an error.
import { expect, test } from "vitest";
import { ok, poison, Recorded, run, World, workflowOf } from "../support/world.ts";

test("a linear workflow hands results on and returns its output", async () => {
  const world = new World();
  const workflow = workflowOf(
    {
      double: { use: "core/map", with: { value: { $cel: "trigger.body.amount * 2" } } },
      save: { use: "test/write", after: ["double"], with: { amount: { $cel: "steps.double.output" } } },
    },
    { saved: { $cel: "steps.save.output.amount" }, by: { $cel: "run.id" } },
  );
  expect(await run(workflow, world, { body: { amount: 21 } })).toEqual({ saved: 42, by: "run-1" });
  expect(world.paths).toEqual(["save"]);
});

test("a branch runs one way, the other is skipped and the skip travels on", async () => {
  const world = new World();
  const log = new Recorded();
  const workflow = workflowOf(
    {
      big: { use: "core/branch", with: { cases: { large: { $cel: "trigger.body.size > 100" } } } },
      alarm: { use: "test/write", after: ["big.large"], with: { to: "boss" } },
      report: { use: "test/write", after: ["alarm"], with: {} },
      file: { use: "test/write", after: ["big.else"], with: {} },
      end: { use: "core/map", after: ["report", "file"], join: "any", with: { value: { $cel: "steps.alarm.status" } } },
    },
    { $cel: "steps.end.output" },
  );
  expect(await run(workflow, world, { body: { size: 5 }, log })).toBe("skipped");
  expect(world.paths).toEqual(["file"]);
  expect(log.events.filter((event) => event.kind === "step" && event.status === "skipped")).toMatchObject([
    { path: "alarm" },
    { path: "report" },
  ]);
});

test("a for-each over a list runs its body for each item and collects", async () => {
  const world = new World();
  const workflow = workflowOf(
    {
      each: {
        use: "core/for-each",
        with: {
          items: { $cel: "trigger.body" },
          nodes: { save: { use: "test/write", with: { n: { $cel: "item * 10 + index" } } } },
          collect: { $cel: "steps.save.output.n" },
        },
      },
    },
    { $cel: "steps.each.output" },
  );
  expect(await run(workflow, world, { body: [1, 2, 3] })).toEqual({
    count: 3,
    batches: 3,
    succeeded: 3,
    failed: 0,
    results: [10, 21, 32],
    errors: [],
  });
  expect(world.paths).toEqual(["each[0]/save", "each[1]/save", "each[2]/save"]);
});

test("an error that nothing catches fails the run with its code", async () => {
  const world = new World({ "test/write": () => poison("not this one") });
  const workflow = workflowOf({ save: { use: "test/write" }, after: { use: "test/read", after: ["save"] } });
  await expect(run(workflow, world)).rejects.toMatchObject({ code: "CALL_REJECTED", message: "not this one" });
  expect(world.paths).toEqual(["save"]);
});

test("independent branches really run at the same time", async () => {
  const world = new World({ "test/write": ({ input }) => ok(input) });
  const workflow = workflowOf(
    {
      a: { use: "test/write", with: { n: 1 } },
      b: { use: "test/write", with: { n: 2 } },
      c: { use: "test/write", after: ["a"], with: { n: { $cel: "steps.a.output.n + 10" } } },
      sum: { use: "core/map", after: ["b", "c"], with: { value: { $cel: "steps.b.output.n + steps.c.output.n" } } },
    },
    { $cel: "steps.sum.output" },
  );
  expect(await run(workflow, world)).toBe(13);
  expect(world.mostInFlight).toBe(2);
});
