// Pins: a pause that stops calls in progress or lets new ones through, and a drain that ends too early or never.

import type { CallResult } from "@mortise/contract";
import { afterEach, describe, expect, it } from "vitest";
import { createRuntime, type LifecycleChange, type Runtime, type RuntimeOptions } from "../../src/index.ts";
import { patientClock } from "../patient-clock.ts";
import { connectionTo, connectorOf } from "../sample-connector.ts";

const open: Runtime[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

const native = { native: { reason: "test", uses: [] } };

/** An operation that ends when the test says so, and a list whose pages come one by one. */
function setUp(options: Partial<RuntimeOptions> = {}) {
  const ends: (() => void)[] = [];
  const begun: (() => void)[] = [];
  const connectorNamed = (name: string) =>
    connectorOf(
      { slow: native, quick: native, pages: { ...native, output: { type: "array" }, stream: { items: "", resume: "cursor" } } },
      { name },
      {
        slow: {
          call: (_: unknown, ctx: { signal: AbortSignal }) =>
            new Promise((resolve, reject) => {
              ends.push(() => resolve("done"));
              ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason), { once: true });
              for (const tell of begun.splice(0)) tell();
            }),
        },
        quick: { call: async () => "quick" },
        pages: {
          async *stream() {
            for (let page = 1; page <= 3; page++) yield { items: [page], next: page < 3 ? page : null };
          },
        },
      } as never,
    );
  const runtime = createRuntime({ connectors: [connectorNamed("sample"), connectorNamed("other")], ...options });
  open.push(runtime);
  const call = (operation: string, name = "main", connector = "sample", tenant = "default"): Promise<CallResult> =>
    runtime.call(`${connector}/${operation}`, {
      input: null,
      tenant,
      connection: connectionTo("http://127.0.0.1:1", { name, connector }),
    });
  return {
    runtime,
    call,
    codeOf: async (...args: Parameters<typeof call>): Promise<string> => codeIn(await call(...args)),
    /** Starts a slow call and waits until its code runs. */
    begin: async (...args: [name?: string, connector?: string]): Promise<{ readonly result: Promise<CallResult> }> => {
      const running = new Promise<void>((resolve) => begun.push(resolve));
      const result = call("slow", ...args);
      await running;
      return { result };
    },
    endAll: () => {
      for (const end of ends.splice(0)) end();
    },
  };
}

const codeIn = (result: CallResult): string => (result.outcome === "success" ? "success" : (result.error.code ?? ""));

describe("a pause", () => {
  it("of a connector refuses new calls with its reason, leaves calls in progress and other connectors alone, and ends", async () => {
    const told: LifecycleChange[] = [];
    const { runtime, call, codeOf, begin, endAll } = setUp({ onLifecycle: (change) => told.push(change) });
    const { result } = await begin();
    runtime.connector("sample").pause("The vendor has an outage.");

    expect(await call("quick")).toMatchObject({
      error: { code: "CONNECTOR_PAUSED", message: "The connector sample is paused: The vendor has an outage." },
    });
    expect(await codeOf("quick", "main", "other")).toBe("success");
    expect(runtime.status().lifecycle.held).toEqual([
      { connector: "sample", state: "paused", reason: "The vendor has an outage.", sinceMs: expect.any(Number) },
    ]);
    endAll();
    expect(await result).toMatchObject({ outcome: "success" });
    expect(runtime.connector("sample").resume()).toBe(true);
    expect(runtime.connector("sample").resume()).toBe(false);
    expect(await codeOf("quick")).toBe("success");
    expect(told.map(({ kind }) => kind)).toEqual(["held", "resumed"]);
  });

  it("of a connection holds for that tenant's alone", async () => {
    const { runtime, codeOf } = setUp();
    runtime.connection("main", "north").pause("Its owner has left.");
    expect(runtime.connection("main", "north").state()).toBe("paused");
    expect(await codeOf("quick", "main", "sample", "north")).toBe("CONNECTION_PAUSED");
    expect(await codeOf("quick", "main", "sample", "south")).toBe("success");
    expect(await codeOf("quick", "second", "sample", "north")).toBe("success");
  });

  it("wants a reason, and a connector that there is", () => {
    const { runtime } = setUp();
    expect(() => runtime.connector("sample").pause(" ")).toThrow("needs a reason");
    expect(() => runtime.connector("smaple")).toThrow("No connector smaple is installed.");
  });
});

describe("a drain", () => {
  it("refuses new calls and resolves when the last call in progress has ended", async () => {
    const { runtime, codeOf, begin, endAll } = setUp();
    const one = await begin();
    const two = await begin();
    let isOver = false;
    const drained = runtime
      .connector("sample")
      .drain()
      .then((end) => {
        isOver = true;
        return end;
      });
    expect(await codeOf("quick")).toBe("DRAINING");
    expect(runtime.connector("sample").state()).toBe("draining");
    expect(isOver).toBe(false);
    endAll();
    expect(await drained).toEqual({ stopped: 0 });
    expect([codeIn(await one.result), codeIn(await two.result)]).toEqual(["success", "success"]);
    expect(runtime.connector("sample").state()).toBe("drained");
    runtime.connector("sample").resume();
    expect(await codeOf("quick")).toBe("success");
  });

  it("stops at its limit what has not ended, and no call of another connection", async () => {
    const clock = patientClock();
    const { runtime, begin, endAll } = setUp({ clock });
    const mine = await begin("main");
    const other = await begin("second");
    const drained = runtime.connection("main").drain({ drainMs: 5_000 });
    await clock.pass(4_999);
    expect(runtime.connection("main").state()).toBe("draining");
    await clock.pass(1);
    expect(await drained).toEqual({ stopped: 1 });
    expect(codeIn(await mine.result)).not.toBe("success");
    endAll();
    expect(codeIn(await other.result)).toBe("success");
  });

  it("waits for a stream between two of its pages; once it is over, the next page is refused", async () => {
    const clock = patientClock();
    const { runtime } = setUp({ clock });
    const connection = connectionTo("http://127.0.0.1:1");
    const pages = (): AsyncIterator<unknown> =>
      runtime.stream("sample/pages", { input: null, connection })[Symbol.asyncIterator]();
    const [patient, late] = [pages(), pages()];
    await patient.next();
    await late.next();
    const drained = runtime.connector("sample").drain({ drainMs: 1_000 });
    await clock.pass(10);
    expect((await patient.next()).done).toBe(false);
    expect((await patient.next()).done).toBe(false);
    expect((await patient.next()).done).toBe(true);
    await clock.pass(1_000);
    expect(await drained).toEqual({ stopped: 1 });
    await expect(late.next()).rejects.toMatchObject({ code: "DRAINING" });
  });

  it("at the end of a runtime lets calls end, and turns new ones away meanwhile", async () => {
    const { runtime, codeOf, begin, endAll } = setUp();
    const { result } = await begin();
    const closed = runtime.close({ drainMs: 60_000 });
    expect(await codeOf("quick")).toBe("DRAINING");
    endAll();
    await closed;
    expect(codeIn(await result)).toBe("success");
  });

  it("of no time stops calls at once, as closing a runtime always did", async () => {
    const { runtime, begin } = setUp();
    const { result } = await begin();
    await runtime.close();
    expect(codeIn(await result)).toBe("CALL_CANCELLED");
  });
});
