// Pins: a thread that goes on after it was overrun, one that never ends, and a call that waits for a thread to die.
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { GuestCall } from "../../src/guest/guest-call.ts";
import { sandboxLimits } from "../../src/sandbox-limits.ts";
import { compileEngine } from "../../src/worker/compile-engine.ts";
import { WorkerPool } from "../../src/worker/worker-pool.ts";

const call = (source: string, limits = sandboxLimits({ cpuMs: 100, wallMs: 5_000 })): GuestCall => ({
  source,
  functionName: "go",
  input: "null",
  capabilities: [],
  nowMs: 0,
  limits,
});

let module: WebAssembly.Module;
let pool: WorkerPool;
const stuck = (): never => {
  throw new Error("A thread could not be killed.");
};
beforeAll(async () => {
  module = await compileEngine();
});
afterEach(() => pool.close());

describe("a pool of threads", () => {
  it("uses one thread for calls one after the other, and one each for calls at once (W1)", async () => {
    pool = new WorkerPool({ module, onStuck: stuck });
    await pool.run(call("const go = () => 1"));
    await pool.run(call("const go = () => 1"));
    expect(pool.size).toBe(1);
    await Promise.all([pool.run(call("const go = () => 1")), pool.run(call("const go = () => 1"))]);
    expect(pool.size).toBe(2);
  });

  it.each([
    ["ran out of processor time", "const go = () => { while (true); }", "cpu"],
    ["filled its memory", "const go = () => { const kept = []; while (true) kept.push(new ArrayBuffer(1e6)); }", "memory"],
    ["overflowed the stack", "const go = () => go() + 1", "stack"],
  ])("gives up a thread whose call %s (W2)", async (_, source, fault) => {
    pool = new WorkerPool({ module, onStuck: stuck });
    const limits = sandboxLimits(fault === "cpu" ? { cpuMs: 100, wallMs: 60_000 } : { cpuMs: 60_000, wallMs: 60_000 });
    expect(await pool.run(call(source, limits))).toEqual({ ok: false, fault, discard: true });
    expect(pool.size).toBe(0);
  });

  it("gives up a thread that ran out of memory, though its code swallowed that and returned (W2)", async () => {
    pool = new WorkerPool({ module, onStuck: stuck });
    const swallowing = "const go = () => { try { new ArrayBuffer(2 ** 30); } catch {} return 1; }";
    expect(await pool.run(call(swallowing))).toEqual({ ok: true, output: "1", discard: true });
    expect(pool.size).toBe(0);
  });

  it("keeps a thread whose code just failed", async () => {
    pool = new WorkerPool({ module, onStuck: stuck });
    expect(await pool.run(call("const go = () => { throw 1; }"))).toMatchObject({ ok: false, fault: "threw", discard: false });
    expect(pool.size).toBe(1);
  });

  it("replaces a thread after its last call (W2)", async () => {
    pool = new WorkerPool({ module, callsAWorker: 2, onStuck: stuck });
    await pool.run(call("const go = () => 1"));
    expect(pool.size).toBe(1);
    await pool.run(call("const go = () => 1"));
    expect(pool.size).toBe(0);
    expect(await pool.run(call("const go = () => 2"))).toMatchObject({ output: "2" });
  });

  it("has another thread ready when its last one is gone, and none once it is closed (W4)", async () => {
    pool = new WorkerPool({ module, callsAWorker: 1, onStuck: stuck });
    await pool.run(call("const go = () => 1"));
    await expect.poll(() => pool.size, { timeout: 30_000 }).toBe(1);
    expect(await pool.run(call("const go = () => 2"))).toMatchObject({ output: "2" });
    await pool.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(pool.size).toBe(0);
  });

  it("answers a call whose time is up and kills what nothing interrupts (W3)", async () => {
    pool = new WorkerPool({ module, onStuck: stuck });
    const deaf = "const go = () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)";
    expect(await pool.run(call(deaf, sandboxLimits({ wallMs: 100 })))).toEqual({ ok: false, fault: "wall", discard: true });
    expect(await pool.run(call("const go = () => 1"))).toMatchObject({ output: "1" });
  });
});
