// Pins: a cancel that leaves what a saga did, undoes it twice, or undoes what nobody asked to be undone, on both engines.
import type { CallResult, Json } from "@mortise/contract";
import type { Workflow } from "@mortise/workflow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dbosEngine, memoryEngine, openRunner, type Runner, type RunnerEngine } from "../../src/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { fakeRuntime } from "./fake-runtime.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const order = (what: Json, after: readonly string[] = []) => ({ use: "shop/addOrder", with: { what }, after });
const inner = {
  book: order("book"),
  pay: order("pay", ["book"]),
  wait: { use: "core/wait", with: { for: "40d" }, after: ["pay"] },
};
const undo = {
  unbook: { use: "shop/addOrder", with: { undo: { $cel: "done.input.what" }, of: { $cel: "done.output.id" } } },
  refund: { use: "shop/addOrder", with: { undo: { $cel: "done.input.what" }, by: { $cel: "trigger.body.who" } } },
};
const travel: Workflow = {
  format: "mortise.workflow/1",
  name: "Travel",
  trigger: { use: "manual" },
  nodes: { s: { use: "core/saga", with: { nodes: inner, undo, undoBy: { book: "unbook", pay: "refund" } } } },
};

describe.each(["memory", "dbos"])("a cancel on the %s engine", (kind) => {
  const answer = async (_: string, { input }: { readonly input?: Json }): Promise<CallResult> => ({
    outcome: "success",
    output: { id: `id of ${String((input as { what?: Json }).what)}` },
    meta: { attempts: 1, waitMs: 0, durationMs: 1 },
  });
  const fake = fakeRuntime(answer);
  let engine: RunnerEngine;
  let runner: Runner;
  const inputs = (from = 0) => fake.calls.slice(from).map(({ request }) => request.input);

  beforeAll(async () => {
    engine = kind === "memory" ? memoryEngine() : await dbosEngine({ dataDir: folder.path }, { write: () => {} });
    runner = await openRunner({ runtime: fake.runtime, engine });
  });
  afterAll(() => runner.close());
  const parked = async (runId: string) => {
    await runner.start(travel, { runId, input: { who: "ada" } });
    await expect.poll(async () => (await engine.status(runId))?.status, { timeout: 20_000 }).toBe("waiting");
  };

  it("undoes what the saga did, the last step first, in a run of its own, once however often it is asked", async () => {
    await parked("trip");
    const before = fake.calls.length;
    const [first, second] = [await runner.cancel("trip"), await runner.cancel("trip")];
    expect(first).toEqual({ undoneBy: ["trip.undo"] });
    expect(await runner.result("trip.undo", { timeoutMs: 30_000 })).toMatchObject({
      status: "succeeded",
      output: { cancelled: "trip", undone: 2, left: [] },
    });
    expect(await runner.result("trip")).toMatchObject({ status: "cancelled" });
    expect(inputs(before)).toEqual([
      { undo: "pay", by: "ada" },
      { undo: "book", of: "id of book" },
    ]);
    expect([["trip.undo"], []]).toContainEqual(second.undoneBy);
    expect(await runner.cancel("trip")).toEqual({ undoneBy: [] });
    expect(await engine.stores.sagas.runs("trip")).toEqual([]);
  });

  it("cancels the run from within the undoing run, when whoever asked died in between", async () => {
    await parked("crash");
    const workflowHash = (await engine.stores.sagas.runs("crash"))[0]?.workflowHash ?? "";
    await engine.start({
      runId: "crash.undo",
      input: { abi: 1, workflowHash, trigger: {}, undo: { runId: "crash", root: "crash" } },
    });
    expect(await runner.result("crash.undo", { timeoutMs: 30_000 })).toMatchObject({
      status: "succeeded",
      output: { undone: 2 },
    });
    expect((await engine.status("crash"))?.status).toBe("cancelled");
  });

  it("starts nothing for a run without a saga", async () => {
    const waiting: Workflow = { ...travel, nodes: { w: { use: "core/wait", with: { for: "1d" } } } };
    await runner.start(waiting, { runId: "plain" });
    expect(await runner.cancel("plain")).toEqual({ undoneBy: [] });
    expect(await runner.result("plain")).toMatchObject({ status: "cancelled" });
  });
});
