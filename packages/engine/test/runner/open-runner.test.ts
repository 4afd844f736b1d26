// Pins the whole path from a workflow document to calls, on both engines: branches and loops end in one result, a run id is one
// run, what people watch arrives in order, secrets do not, and a cancel is an end of its own kind.
import { setTimeout as sleep } from "node:timers/promises";
import type { CallResult } from "@mortise/contract";
import type { CallRequest } from "@mortise/runtime";
import type { RunEvent, Workflow } from "@mortise/workflow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dbosEngine, memoryEngine, memoryRunLog, openRunner, postgresRunLog, type Runner } from "../../src/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { fakeRuntime } from "./fake-runtime.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
const meta = { attempts: 1, waitMs: 0, durationMs: 1 };

const answer = async (_: string, { input, signal }: CallRequest): Promise<CallResult> => {
  const { n, waitMs, password } = input as { n: number; waitMs?: number; password?: string };
  if (waitMs) await sleep(waitMs, undefined, { signal });
  if (n < 0) return { outcome: "poison", error: { code: "CALL_REJECTED", message: "no negative orders" }, meta };
  return { outcome: "success", output: { id: n * 10, ...(password === undefined ? {} : { password }) }, meta };
};

const order = (input: object, more: object = {}) => ({ use: "shop/addOrder", connection: "shop", with: input as never, ...more });
const workflow = (nodes: Workflow["nodes"], output?: Workflow["output"]): Workflow => ({
  format: "mortise.workflow/1",
  name: "Orders",
  trigger: { use: "manual" },
  nodes,
  ...(output === undefined ? {} : { output }),
});

describe.each(["memory", "dbos"])("a runner on the %s engine", (kind) => {
  const fake = fakeRuntime(answer);
  let runner: Runner;

  beforeAll(async () => {
    if (kind === "memory") runner = await openRunner({ runtime: fake.runtime, engine: memoryEngine(), runLog: memoryRunLog() });
    else {
      const engine = await dbosEngine({ dataDir: folder.path });
      runner = await openRunner({ runtime: fake.runtime, engine, runLog: postgresRunLog(engine.pool) });
    }
  });
  afterAll(() => runner.close());

  it("ends at once for a reader that has seen the end already", async () => {
    await runner.run(workflow({ a: order({ n: 1 }) }), { runId: "seen" });
    const seen: number[] = [];
    for await (const { seq } of runner.events("seen")) seen.push(seq);
    const after: number[] = [];
    for await (const { seq } of runner.events("seen", { seq: seen.at(-1) ?? 0 })) after.push(seq);
    expect(after).toEqual([]);
  });

  it("runs branches, a loop and what follows, and calls each operation once", async () => {
    const document = workflow(
      {
        left: order({ n: { $cel: "trigger.body.first" } }),
        right: order({ n: 2 }),
        each: {
          use: "core/for-each",
          after: ["left", "right"],
          with: {
            items: [3, 4, 5],
            concurrency: 2,
            collect: { $cel: "steps.inner.output.id" },
            nodes: { inner: order({ n: { $cel: "item" } }) },
          },
        } as never,
      },
      { ids: { $cel: "[steps.left.output.id, steps.right.output.id]" }, loop: { $cel: "steps.each.output.results" } },
    );
    const end = await runner.run(document, { input: { first: 1 }, runId: "whole" });
    expect(end).toEqual({ runId: "whole", status: "succeeded", output: { ids: [10, 20], loop: [30, 40, 50] } });
    expect(await runner.run(document, { input: { first: 7 }, runId: "whole" })).toEqual(end);
    const calls = fake.calls.filter(({ request }) => request.runId === "whole");
    expect(calls.map(({ request }) => (request.input as { n: number }).n).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(calls.map(({ request }) => request.idempotencyKey)).size).toBe(5);
  });

  it("tells every call of a run how urgent the run is, also those of its loops' strands", async () => {
    const each = {
      use: "core/for-each",
      with: { items: [1, 2], nodes: { inner: order({ n: { $cel: "item" } }) } },
    } as never;
    const end = await runner.run(workflow({ each, last: order({ n: 3 }) }), { runId: "urgent", priority: "webhook" });
    expect(end.status).toBe("succeeded");
    const calls = fake.calls.filter(({ request }) => request.runId === "urgent");
    expect(calls.map(({ request }) => request.priority)).toEqual(["webhook", "webhook", "webhook"]);
  });

  it("reads a stream page by page into a loop", async () => {
    const rows = { use: "shop/listOrders", connection: "shop" };
    const each = {
      use: "core/for-each",
      after: ["rows"],
      with: {
        items: { $cel: "steps.rows.output.rows" },
        batch: 4,
        nodes: { add: order({ n: { $cel: "batch.size()" } }) },
      } as never,
    };
    const end = await runner.run(workflow({ rows, each }, { count: { $cel: "steps.each.output.count" } }), { runId: "stream" });
    expect(end).toEqual({ runId: "stream", status: "succeeded", output: { count: 10 } });
    expect(fake.calls.filter(({ request }) => request.runId === "stream").map(({ request }) => request.input)).toEqual([
      { n: 4 },
      { n: 4 },
      { n: 2 },
    ]);
    expect(fake.streams.at(-1)).toEqual({ from: null, closed: true, pages: 3 });
  });

  it("says how a run failed, and at which step", async () => {
    const end = await runner.run(workflow({ bad: order({ n: -1 }), never: order({ n: 1 }, { after: ["bad"] }) }), {
      runId: "failing",
    });
    expect(end).toMatchObject({
      runId: "failing",
      status: "failed",
      error: { code: "CALL_REJECTED", message: "no negative orders" },
    });
    const events: RunEvent[] = [];
    for await (const { event } of runner.events("failing")) events.push(event);
    expect(events.at(0)).toMatchObject({ kind: "run-started" });
    expect(events.at(-1)).toMatchObject({ kind: "run-ended", status: "failed" });
    expect(events).toContainEqual(expect.objectContaining({ kind: "step", path: "bad", status: "failed" }));
  });

  it("shows no value that a contract calls secret", async () => {
    const secret = { n: 1, password: "hunter2" };
    const rows = { use: "shop/listOrders", connection: "shop", with: secret };
    await runner.run(workflow({ a: order(secret), rows }), { runId: "secret" });
    const events: RunEvent[] = [];
    for await (const { event } of runner.events("secret")) events.push(event);
    expect(events.some((event) => event.kind === "step" && event.path === "a" && event.status === "succeeded")).toBe(true);
    expect(JSON.stringify(events)).not.toContain("hunter2");
  });

  it("ends a cancelled run as cancelled, in the result and in the log", async () => {
    await runner.start(workflow({ slow: order({ n: 1, waitMs: 20_000 }) }), { runId: "stopped" });
    while (!fake.calls.some(({ request }) => request.runId === "stopped")) await sleep(10);
    await runner.cancel("stopped");
    expect(await runner.result("stopped")).toMatchObject({ status: "cancelled", error: { code: "RUN_CANCELLED" } });
    const events: RunEvent[] = [];
    for await (const { event } of runner.events("stopped", { signal: AbortSignal.timeout(5_000) })) events.push(event);
    expect(events.at(-1)).toMatchObject({ kind: "run-ended", status: "cancelled" });
  });

  it("runs a schedule with the moment that was due in hand", async () => {
    const document = workflow({}, { at: { $cel: "trigger.scheduledAt" } });
    await runner.schedule("often", { workflow: document, cron: "* * * * * *" });
    const due = new Date(Math.ceil((Date.now() + 200) / 1_000) * 1_000).toISOString();
    const runId = `schedule/often/${due}`;
    const deadline = Date.now() + 5_000;
    for (;;) {
      try {
        expect(await runner.result(runId)).toMatchObject({ status: "succeeded", output: { at: due } });
        break;
      } catch (error) {
        if (Date.now() > deadline || (error as { code?: string }).code !== "RUN_NOT_FOUND") throw error;
        await sleep(50);
      }
    }
    await runner.schedule("often", null);
  });

  it("says that nobody knows a run", async () => {
    await expect(runner.result("nobody")).rejects.toMatchObject({ code: "RUN_NOT_FOUND" });
  });
});
