// Pins: a run that a hook refuses and that runs, a hook that is asked again after a crash, and a hook that failed and that nobody sees.
import { setTimeout as sleep } from "node:timers/promises";
import type { CallResult } from "@mortise/contract";
import { MortiseError } from "@mortise/contract";
import type { RunEvent, RunHookPort, Workflow } from "@mortise/workflow";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dbosEngine, memoryEngine, memoryRunLog, openRunner, postgresRunLog, type Runner } from "../../src/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { fakeRuntime } from "./fake-runtime.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const meta = { attempts: 1, waitMs: 0, durationMs: 1 };
const document = (more: Partial<Workflow> = {}): Workflow => ({
  format: "mortise.workflow/1",
  name: "Orders",
  trigger: { use: "manual" },
  nodes: { add: { use: "shop/addOrder", connection: "shop", with: { n: { $cel: "trigger.body.n" } } } },
  output: { $cel: "steps.add.output" },
  ...more,
});

describe.each(["memory", "dbos"])("hooks of runs on the %s engine", (kind) => {
  const asked: unknown[] = [];
  let hooks: RunHookPort = { start: async () => [], end: async () => [] };
  const fake = fakeRuntime(async (_, { input }): Promise<CallResult> => {
    const { n } = input as { readonly n: number };
    if (n < 0) return { outcome: "poison", error: { code: "CALL_REJECTED", message: "no" }, meta };
    return { outcome: "success", output: { id: n * 10 }, meta };
  });
  let runner: Runner;
  beforeAll(async () => {
    const engine = kind === "memory" ? memoryEngine() : await dbosEngine({ dataDir: folder.path });
    const runLog = "pool" in engine ? postgresRunLog(engine.pool) : memoryRunLog();
    const port: RunHookPort = { start: (run) => hooks.start(run), end: (end) => hooks.end(end) };
    runner = await openRunner({ runtime: fake.runtime, engine, runLog, hooks: port });
  });
  afterAll(() => runner.close());
  beforeEach(() => {
    asked.length = 0;
    hooks = {
      start: async ({ signal: _, ...told }) => {
        asked.push({ at: "start", ...told });
        return [];
      },
      end: async ({ signal: _, ...told }) => {
        asked.push({ at: "end", ...told });
        return [];
      },
    };
  });

  const eventsOf = async (runId: string): Promise<readonly RunEvent[]> => {
    const events: RunEvent[] = [];
    for await (const { event } of runner.events(runId)) events.push(event);
    return events;
  };

  it("are told of the start with the payload and of the end with the output", async () => {
    const { runId, ...end } = await runner.run(document(), { input: { n: 2 }, source: "webhook" });
    expect(end).toEqual({ status: "succeeded", output: { id: 20 } });
    expect(asked).toEqual([
      { at: "start", runId, source: "webhook", workflow: "Orders", value: { n: 2 } },
      { at: "end", runId, source: "webhook", workflow: "Orders", status: "succeeded", value: { id: 20 } },
    ]);
  });

  it("are told of a failure, which stays what it is", async () => {
    hooks = {
      ...hooks,
      end: async ({ status, error }) => {
        asked.push({ status, code: error?.code });
        throw new MortiseError("HOOK_REFUSED", "Nothing may end.");
      },
    };
    const end = await runner.run(document(), { input: { n: -1 } });
    expect(end).toMatchObject({ status: "failed", error: { code: "CALL_REJECTED" } });
    expect(asked).toContainEqual({ status: "failed", code: "CALL_REJECTED" });
  });

  it("that refuse the start end the run before its first step, and the run says why", async () => {
    const calls = fake.calls.length;
    hooks = { ...hooks, start: async () => Promise.reject(new MortiseError("HOOK_REFUSED", "Not on Sundays.")) };
    const end = await runner.run(document(), { input: { n: 2 } });
    expect(end).toMatchObject({ status: "failed", error: { code: "HOOK_REFUSED", message: "Not on Sundays." } });
    expect(fake.calls).toHaveLength(calls);
    const events = await eventsOf(end.runId);
    expect(events.map(({ kind }) => kind)).toEqual(["run-started", "run-ended"]);
    expect(events.at(-1)).toMatchObject({ status: "failed", error: { code: "HOOK_REFUSED" } });
  });

  it("that refuse the end fail the run, its output withheld", async () => {
    hooks = { ...hooks, end: async () => Promise.reject(new MortiseError("HOOK_FAILED", "The auditor is away.")) };
    const end = await runner.run(document(), { input: { n: 2 } });
    expect(end).toEqual({ runId: end.runId, status: "failed", error: expect.objectContaining({ code: "HOOK_FAILED" }) });
    expect((await eventsOf(end.runId)).at(-1)).not.toHaveProperty("output");
  });

  it("that fail and are passed over are seen among the steps of the run", async () => {
    hooks = { ...hooks, start: async () => [{ hook: "metering", message: "it took more than 5 ms" }] };
    const { runId, status } = await runner.run(document(), { input: { n: 2 } });
    expect(status).toBe("succeeded");
    const seen = (await eventsOf(runId)).filter((event) => event.kind === "step" && event.path === "hook:metering");
    expect(seen).toMatchObject([
      { use: "hook/run-start", status: "failed", error: { code: "HOOK_FAILED", message: "it took more than 5 ms" } },
    ]);
  });

  it("are asked once, also where the run waits in between", async () => {
    const nodes: Workflow["nodes"] = { pause: { use: "core/wait", with: { for: "50ms" } } };
    const { status } = await runner.run(document({ nodes, output: 1 }), { input: {} });
    expect(status).toBe("succeeded");
    expect(asked).toHaveLength(2);
  });

  it("that are being asked when a run is cancelled are stopped", async () => {
    let begun = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => {
      begun = resolve;
    });
    hooks = {
      ...hooks,
      start: async ({ signal }) => {
        begun();
        await sleep(600_000, undefined, { signal });
        return [];
      },
    };
    const { runId } = await runner.start(document(), { input: { n: 2 } });
    await isAsked;
    await runner.cancel(runId);
    expect(await runner.result(runId)).toMatchObject({ status: "cancelled" });
  });
});
