// Pins: a hook that runs in the wrong place or order, holds a call, breaks it although it should not, or lets through what it should stop.
import type { CallResult, Json, Operation } from "@mortise/contract";
import { afterEach, describe, expect, it } from "vitest";
import { createRuntime, HOOK_POINTS, type Hook, type RuntimeOptions } from "../../src/index.ts";
import { patientClock } from "../patient-clock.ts";
import { connectorOf } from "../sample-connector.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

const text = { type: "object", required: ["text"], properties: { text: { type: "string" } } } as const;
const native: Partial<Operation> = { native: { reason: "test", uses: [] }, input: text, output: text };

function setUp(hooks: readonly Hook[], options: Partial<RuntimeOptions> = {}) {
  const inputs: Json[] = [];
  const connector = connectorOf(
    {
      echo: native,
      write: { ...native, effect: "create" },
      pages: { ...native, output: { type: "array", items: { type: "number" } }, stream: { items: "" } },
    } as never,
    {},
    {
      echo: {
        call: async (input: Json) => {
          inputs.push(input);
          return input;
        },
      },
      write: {
        call: async (input: Json, context: { commitPoint(): Promise<void> }) => {
          await context.commitPoint();
          inputs.push(input);
          return input;
        },
      },
      pages: {
        async *stream() {
          yield { items: [1, 2], next: 2 };
          yield { items: [3], next: null };
        },
      },
    } as never,
  );
  const runtime = createRuntime({ connectors: [connector], hooks, ...options });
  open.push(runtime);
  const call = (operation = "echo", more: { readonly runId?: string; readonly dryRun?: boolean } = {}): Promise<CallResult> =>
    runtime.call(`sample/${operation}`, { input: { text: "a" }, ...more });
  return { runtime, call, inputs };
}

const add =
  (letter: string) =>
  ({ value }: { readonly value: Json }) => ({ value: { text: `${(value as { text: string }).text}${letter}` } });

describe("hooks", () => {
  it("run in their points' order, then in their own, each with what the one before gave", async () => {
    const passed: string[] = [];
    const note = (name: string, point: Hook["point"], order?: number): Hook =>
      ({
        name,
        point,
        onFailure: "closed",
        ...(order === undefined ? {} : { order }),
        run: (told: { readonly value: Json }) => {
          passed.push(name);
          return point === "transformation" || point === "presentation" ? add(name)(told) : undefined;
        },
      }) as Hook;
    const { call, inputs } = setUp([
      note("p", "presentation"),
      note("t2", "transformation", 2),
      note("t1", "transformation", 1),
      note("i", "ingestion"),
      note("o", "orchestration"),
    ]);
    expect(await call("echo", { runId: "run-1" })).toMatchObject({ outcome: "success", output: { text: "at1t2p" } });
    expect(passed).toEqual(["o", "i", "t1", "t2", "p"]);
    expect(inputs).toEqual([{ text: "at1t2" }]);
    passed.length = 0;
    await call();
    expect(passed).toEqual(["i", "t1", "t2", "p"]);
    expect(HOOK_POINTS).toEqual(["orchestration", "ingestion", "transformation", "presentation"]);
  });

  it.each(["orchestration", "ingestion", "transformation"] as const)(
    "at %s refuse a call before it runs, with their reason",
    async (point) => {
      const { call, inputs } = setUp([{ name: "gate", point, onFailure: "open", run: () => ({ refuse: "Not on Sundays." }) }]);
      expect(await call("echo", { runId: "run-1" })).toMatchObject({
        outcome: "fault",
        error: { code: "HOOK_REFUSED", message: 'sample/echo: the hook "gate" refused: Not on Sundays.' },
      });
      expect(inputs).toEqual([]);
    },
  );

  it("are told of the call, and of nothing secret", async () => {
    let told: object = {};
    const hook: Hook = {
      name: "look",
      point: "ingestion",
      onFailure: "closed",
      run: (call) => {
        told = call;
        (call.value as { text: string }).text = "changed in place";
        return undefined;
      },
    };
    const { call, inputs } = setUp([hook]);
    await call("echo", { runId: "run-1" });
    const { signal, ...rest } = told as { signal: AbortSignal };
    expect(signal).toBeInstanceOf(AbortSignal);
    expect(rest).toEqual({
      connector: "sample",
      version: "1.0.0",
      operation: "echo",
      effect: "read",
      tenant: "default",
      connection: "",
      runId: "run-1",
      value: { text: "changed in place" },
    });
    expect(inputs).toEqual([{ text: "a" }]);
  });

  it("that give an input which breaks the operation's schema end the call as such an input does", async () => {
    const { call, inputs } = setUp([
      { name: "bad", point: "transformation", onFailure: "open", run: () => ({ value: { text: 7 } }) },
    ]);
    expect(await call()).toMatchObject({ outcome: "poison", error: { code: "INVALID_INPUT" } });
    expect(inputs).toEqual([]);
  });

  const broken: readonly (readonly [string, () => unknown, string])[] = [
    ["throws", () => Promise.reject(new Error("no database")), "no database"],
    ["gives an output that breaks the schema", () => ({ value: { text: 7 } }), "does not fit the operation's schema"],
    ["returns what nobody knows", () => ({ ok: true }), "not allowed at its point"],
    ["returns a text", () => "fine", "it returned string"],
  ];
  it.each(broken)(
    "one that %s is passed over where it is open, and ends the call with its name where it is closed",
    async (_, run, why) => {
      const hook = (onFailure: Hook["onFailure"]): Hook => ({
        name: "shaky",
        point: "presentation",
        onFailure,
        run: run as never,
      });
      expect(await setUp([hook("open")]).call()).toMatchObject({ outcome: "success", output: { text: "a" } });
      const closed = await setUp([hook("closed")]).call();
      expect(closed).toMatchObject({ outcome: "fault", error: { code: "HOOK_FAILED" } });
      expect(closed.outcome === "success" ? "" : closed.error.message).toContain('the hook "shaky" (presentation) failed: ');
      expect(closed.outcome === "success" ? "" : closed.error.message).toContain(why);
    },
  );

  it.each([
    ["open", "success"],
    ["closed", "HOOK_FAILED"],
  ] as const)("one that is too slow and %s ends at its time", async (onFailure, expected) => {
    const clock = patientClock();
    let stopped: unknown;
    const slow: Hook = {
      name: "slow",
      point: "ingestion",
      onFailure,
      timeoutMs: 200,
      run: ({ signal }) =>
        new Promise(() => {
          signal.addEventListener("abort", () => {
            stopped = signal.reason;
          });
        }),
    };
    const { call } = setUp([slow], { clock });
    let ended: CallResult | undefined;
    const going = call().then((result) => {
      ended = result;
    });
    await clock.pass(199);
    expect(ended).toBeUndefined();
    await clock.pass(1);
    await going;
    expect(ended?.outcome === "success" ? "success" : ended?.error.code).toBe(expected);
    expect(stopped).toBeDefined();
  });

  it("at presentation withhold the output of a write, which stays the success that it is", async () => {
    const refuse: Hook = { name: "gate", point: "presentation", onFailure: "closed", run: () => ({ refuse: "Not for you." }) };
    const { call, inputs } = setUp([refuse]);
    expect(await call("write")).toMatchObject({ outcome: "success", output: null });
    expect(inputs).toHaveLength(1);
    expect(await call("echo")).toMatchObject({ outcome: "fault", error: { code: "HOOK_REFUSED" } });
  });

  it("of a stream run once before it and for every page", async () => {
    let before = 0;
    const { runtime } = setUp([
      {
        name: "count",
        point: "ingestion",
        onFailure: "closed",
        run: () => {
          before++;
          return undefined;
        },
      },
      {
        name: "double",
        point: "presentation",
        onFailure: "closed",
        run: ({ value }) => ({ value: (value as number[]).map((item) => item * 2) }),
      },
    ]);
    const items: Json[] = [];
    for await (const page of runtime.stream("sample/pages", { input: { text: "a" } })) items.push(...page.items);
    expect(items).toEqual([2, 4, 6]);
    expect(before).toBe(1);
  });

  it("run for what they are for", async () => {
    const only = (uses: readonly string[]): Hook => ({
      name: "t",
      point: "transformation",
      onFailure: "closed",
      uses,
      run: add("!"),
    });
    const output = async (uses: readonly string[]): Promise<unknown> =>
      ((await setUp([only(uses)]).call()) as { output: unknown }).output;
    expect(await output(["sample"])).toEqual({ text: "a!" });
    expect(await output(["sample/echo"])).toEqual({ text: "a!" });
    expect(await output(["sample/write", "other"])).toEqual({ text: "a" });
  });

  it.each([
    [{ timeoutMs: 0 }, "timeoutMs is 0"],
    [{ timeoutMs: 30_001 }, "timeoutMs is 30001"],
    [{ name: "" }, "it has no name"],
    [{ point: "somewhere" }, 'its point is "somewhere"'],
    [{ onFailure: undefined }, "expected open or closed"],
    [{ order: Number.NaN }, "order is NaN"],
  ])("with %j are refused at the start", (wrong, message) => {
    const hook = { name: "h", point: "ingestion", onFailure: "open", run: () => undefined, ...wrong } as unknown as Hook;
    expect(() => createRuntime({ connectors: [], hooks: [hook] })).toThrow(message);
  });

  it("have a name each", () => {
    const hook: Hook = { name: "twice", point: "ingestion", onFailure: "open", run: () => undefined };
    expect(() => createRuntime({ connectors: [], hooks: [hook, hook] })).toThrow('Two hooks have the name "twice"');
  });
});
