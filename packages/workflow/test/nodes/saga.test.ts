// Pins: a saga that leaves half of what it did, undoes it in the wrong order or twice, or that a cancel turns into a run nobody cleans up.
import type { CallResult, Json } from "@mortise/contract";
import { describe, expect, test } from "vitest";
import { checkWorkflow, createInterpreter, type OperationFacts } from "../../src/index.ts";
import { openCatalogue } from "../support/catalogue.ts";
import { Desk } from "../support/desk.ts";
import { JournalEngine } from "../support/journal-engine.ts";
import { META, ok, poison, World, workflowOf } from "../support/world.ts";

/** `test/make` is undone by `test/unmake`, as its connector says; `test/write` says nothing. */
class Undoable extends World {
  override describe(use: string): OperationFacts | undefined {
    const facts = super.describe(use);
    if (use !== "test/make" || facts === undefined) return facts;
    return { ...facts, compensate: { operation: "unmake", with: { id: { $cel: "output.id" } } } };
  }
}
const world = (answers: ConstructorParameters<typeof World>[0] = {}) =>
  new Undoable({
    "test/make": ({ stepPath }) => ok({ id: `id of ${stepPath}` }),
    "test/unmake": ({ input }) => ok(input),
    ...answers,
  });
const make = (after: readonly string[] = []) => ({ use: "test/make", with: {}, after });
const boom = (after: readonly string[]) => ({ use: "core/fail", with: { message: "boom" }, after });
const saga = (params: object) => workflowOf({ s: { use: "core/saga", with: params } }, { $cel: "steps.s.output" });
const undoing = ({ calls }: World) =>
  calls.filter(({ use }) => use !== "test/make").map(({ use, input }) => [use, input] as Json[]);

const THREE = {
  nodes: {
    a: make(),
    l: { use: "core/for-each", after: ["a"], with: { items: [1, 2], concurrency: 2, nodes: { b: make() } } },
    w: { use: "test/write", with: { n: 1 }, after: ["l"] },
    f: boom(["w"]),
  },
  undo: { back: { use: "test/write", with: { back: { $cel: "done.input.n" } } } },
  undoBy: { w: "back" },
};

test("what succeeds is not undone, and nothing is kept of it", async () => {
  const desk = new Desk(world());
  expect(await desk.run(saga({ nodes: { a: make(), b: make(["a"]) } })).run()).toEqual({ steps: 2 });
  expect(undoing(desk.world)).toEqual([]);
  expect(await desk.sagas.list("run-1")).toEqual({ steps: [], contexts: {} });
});

test("what fails is undone, the last step first, by undo steps and as the connector says, and the error goes on", async () => {
  const desk = new Desk(world());
  const workflow = saga(THREE);
  expect(checkWorkflow(workflow, openCatalogue).diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  await expect(desk.run(workflow).run()).rejects.toThrow("boom");
  const [write, back, ...unmade] = undoing(desk.world);
  expect([write, back]).toEqual([
    ["test/write", { n: 1 }],
    ["test/write", { back: 1 }],
  ]);
  expect(unmade.at(-1)).toEqual(["test/unmake", { id: "id of s/a" }]);
  expect(
    unmade
      .slice(0, 2)
      .map((each) => JSON.stringify(each))
      .sort(),
  ).toEqual([0, 1].map((round) => JSON.stringify(["test/unmake", { id: `id of s/l[${round}]/b` }])));
  expect(await desk.sagas.list("run-1")).toEqual({ steps: [], contexts: {} });
});

test("a crash at any call undoes everything, and nothing twice", async () => {
  const whole = new Desk(world()).run(saga(THREE));
  await expect(whole.run()).rejects.toThrow("boom");
  for (let killAt = 1; killAt <= whole.calls; killAt++) {
    const desk = new Desk(world());
    const engine = desk.run(saga(THREE));
    engine.killAt = killAt;
    await expect(engine.runThroughKills(), `killed at ${killAt}`).rejects.toThrow("boom");
    expect(new Set(engine.executed).size).toBe(engine.executed.length);
    const ids = desk.world.calls.filter(({ use }) => use === "test/unmake").map(({ input }) => JSON.stringify(input));
    expect(new Set(ids).size, `killed at ${killAt}`).toBe(3);
  }
});

test("what cannot be undone is said, put aside for a person, and keeps nothing else from being undone", async () => {
  const refused = {
    "test/unmake": ({ input }: { input: Json }) => (JSON.stringify(input).includes("s/b") ? poison("gone") : ok(input)),
  };
  const desk = new Desk(world(refused));
  const nodes = { a: make(), b: make(["a"]), w: { use: "test/write", with: {}, after: ["b"] }, f: boom(["w"]) };
  const error = await desk
    .run(saga({ nodes }))
    .run()
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: "COMPENSATION_FAILED",
    message: expect.stringMatching(/^2 steps could not be undone.*1 were.*boom/),
  });
  expect(undoing(desk.world).at(-1)).toEqual(["test/unmake", { id: "id of s/a" }]);
  const items = (await desk.deadLetters.list()).map(({ item }) => item as { left: { step: string }[] });
  expect(items.map(({ left }) => left.map(({ step }) => step))).toEqual([["s/w", "s/b"]]);
});

test("a step whose outcome nobody knows is not undone, and not forgotten either", async () => {
  const unknown: CallResult = { outcome: "unknown", error: { code: "UNKNOWN_OUTCOME", message: "?" }, meta: META };
  const desk = new Desk(world({ "test/write": () => unknown }));
  const nodes = { a: make(), w: { use: "test/write", with: {}, after: ["a"] } };
  await expect(desk.run(saga({ nodes })).run()).rejects.toMatchObject({ code: "COMPENSATION_FAILED" });
  expect((await desk.sagas.list("run-1")).steps.map(({ step, state }) => `${step} ${state}`)).toEqual([
    "s/a undone",
    "s/w begun",
  ]);
});

test("a saga inside of another one is undone by the outer one, though it had succeeded", async () => {
  const desk = new Desk(world());
  const inner = { use: "core/saga", with: { nodes: { b: make() } }, after: ["a"] };
  await expect(desk.run(saga({ nodes: { a: make(), inner, f: boom(["inner"]) } })).run()).rejects.toThrow("boom");
  expect(undoing(desk.world)).toEqual([
    ["test/unmake", { id: "id of s/inner/b" }],
    ["test/unmake", { id: "id of s/a" }],
  ]);
});

describe("a run that undoes a cancelled one", () => {
  const nodes = { a: make(), w: { use: "core/wait", with: { for: "40d" }, after: ["a"] }, b: make(["w"]) };

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("cancels it first and undoes what it did, killed at call %i", async (killAt) => {
    const desk = new Desk(world());
    const workflow = saga({ nodes });
    const run = desk.run(workflow);
    run.cancelAt = 4;
    await expect(run.run()).rejects.toMatchObject({ code: "RUN_CANCELLED" });
    expect((await desk.sagas.runs("run-1")).map(({ runId }) => runId)).toEqual(["run-1"]);
    const cancelled: string[] = [];
    const newProgram = () =>
      createInterpreter({
        operations: desk.world,
        workflows: { get: async () => workflow },
        sagas: desk.sagas,
        deadLetters: desk.deadLetters,
        cancelRun: async (runId) => void cancelled.push(runId),
      });
    const input = { abi: 1, workflowHash: "h", trigger: {}, undo: { runId: "run-1", root: "run-1" } };
    const undo = new JournalEngine(newProgram, "run-1.undo", input);
    undo.killAt = killAt;
    expect(await undo.runThroughKills()).toEqual({ cancelled: "run-1", undone: 1, left: [] });
    expect(cancelled[0]).toBe("run-1");
    expect(new Set(undoing(desk.world).map((each) => JSON.stringify(each)))).toEqual(
      new Set([JSON.stringify(["test/unmake", { id: "id of s/a" }])]),
    );
    expect(await desk.sagas.list("run-1")).toEqual({ steps: [], contexts: {} });
  });
});

test("an undo step that follows another one, and one that is not there, are refused", () => {
  const undo = { x: { use: "core/map", with: { value: 1 } }, y: { use: "core/map", with: { value: 1 }, after: ["x"] } };
  const found = checkWorkflow(saga({ nodes: { a: make() }, undo, undoBy: { a: "nobody" } }), openCatalogue).diagnostics;
  expect(found.filter(({ severity }) => severity === "error").map(({ path }) => path)).toEqual([
    "/nodes/s/with/undo/y/after",
    "/nodes/s/with/undoBy/a",
  ]);
});
