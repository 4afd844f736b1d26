// What every adapter of the durable engine promises the interpreter: one run an id, one operation a strand at a time, strands
// that really run side by side, waits that keep the run, and signals, cancels and errors that arrive as what they are.
import { setTimeout as sleep } from "node:timers/promises";
import type { Json } from "@mortise/contract";
import type { DurableEngine } from "@mortise/workflow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Effect, type Op, scriptProgram } from "./script-program.ts";

const DAY_MS = 86_400_000;

/** Runs the suite on an adapter. */
export function engineContract(adapter: string, make: () => Promise<DurableEngine>): void {
  describe(`the ${adapter} engine`, () => {
    const effects: { path: string; runId: string; key: string; signal: AbortSignal }[] = [];
    /** Called when a step begins; the step goes on when it resolves. */
    const gates = new Map<string, () => Promise<void> | void>();
    let live = 0;
    let mostLive = 0;
    let engine: DurableEngine;
    let ids = 0;

    const effect: Effect = async ({ path, runId, op, attempt }) => {
      effects.push({ path, runId, key: attempt.idempotencyKey, signal: attempt.signal });
      mostLive = Math.max(mostLive, ++live);
      try {
        await gates.get(path)?.();
        if (op.op === "step" && op.ms) await sleep(op.ms, undefined, { signal: attempt.signal });
      } finally {
        live--;
      }
      return `${path} done`;
    };
    const newId = () => `${adapter}-${++ids}`;
    const start = async (ops: readonly Op[], more: { at?: number; queue?: string } = {}) => {
      const runId = newId();
      await engine.start({ runId, input: { ops } as unknown as Json, ...more });
      return runId;
    };
    const pathsOf = (runId: string) => effects.filter((one) => one.runId === runId).map(({ path }) => path);
    const until = async (condition: () => Promise<boolean> | boolean, ms = 8_000) => {
      for (const end = Date.now() + ms; !(await condition()); await sleep(20))
        if (Date.now() > end) throw new Error("It never came true.");
    };

    beforeAll(async () => {
      engine = await make();
      await engine.open(scriptProgram(effect));
    });
    afterAll(() => engine.close());

    it("runs steps in order and returns what the program returns", async () => {
      const runId = await start([
        { op: "step", key: "a" },
        { op: "step", key: "b" },
        { op: "clock", key: "t" },
      ]);
      const [a, b, clock] = (await engine.result(runId)) as [string, string, [number, string]];
      expect([a, b]).toEqual(["a done", "b done"]);
      expect(Math.abs(Date.now() - clock[0])).toBeLessThan(10_000);
      expect(clock[1]).toMatch(/^[0-9a-f-]{36}$/);
      expect(await engine.status(runId)).toMatchObject({ runId, status: "succeeded", endedAt: expect.any(Number) });
    });

    it("starts one run for one id", async () => {
      const runId = newId();
      const starts = await Promise.all(
        [1, 2, 3].map(() => engine.start({ runId, input: { ops: [{ op: "step", key: "once", ms: 30 }] } })),
      );
      expect(starts.filter(({ created }) => created)).toHaveLength(1);
      await engine.result(runId);
      expect(await engine.start({ runId, input: { ops: [] } })).toEqual({ created: false });
      expect(pathsOf(runId)).toEqual(["once"]);
    });

    it("refuses an id that could be mistaken for a segment", async () => {
      await expect(engine.start({ runId: "a#1", input: {} })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    });

    it("names a step by tenant, run and place", async () => {
      await engine.start({ runId: `${adapter}-known`, input: { ops: [{ op: "step", key: "pay" }] } });
      await engine.result(`${adapter}-known`);
      const { idempotencyKey } = await import("../src/strand/idempotency-key.ts");
      expect(effects.find((one) => one.runId === `${adapter}-known`)?.key).toBe(
        idempotencyKey("default", `${adapter}-known`, "pay"),
      );
    });

    it("throws what the program threw, with its code", async () => {
      const runId = await start([{ op: "fail", code: "CONFLICT" }]);
      await expect(engine.result(runId)).rejects.toMatchObject({
        name: "MortiseError",
        code: "CONFLICT",
        data: { status: 409, remedy: "do not", message: "failed with CONFLICT" },
      });
      expect(await engine.status(runId)).toMatchObject({ status: "failed", error: { code: "CONFLICT" } });
    });

    it("lets the program catch what a step threw", async () => {
      const runId = await start([
        { op: "try", ops: [{ op: "step", key: "bad", fail: "CALL_REJECTED" }] },
        { op: "step", key: "after" },
      ]);
      expect(await engine.result(runId)).toEqual([
        { code: "CALL_REJECTED", message: "step failed with CALL_REJECTED" },
        "after done",
      ]);
    });

    it("refuses two operations at once on one strand", async () => {
      const runId = await start([{ op: "race", keys: ["left", "right"] }]);
      await expect(engine.result(runId)).rejects.toMatchObject({
        code: "INTERNAL",
        message: expect.stringContaining('step "right"'),
      });
    });

    it("runs strands side by side and settles them in the order given", async () => {
      const meet = Promise.withResolvers<void>();
      gates.set("f/slow/x", () => meet.promise);
      gates.set("f/fast/y", () => meet.resolve());
      const strands = {
        slow: [{ op: "step", key: "x" }],
        fast: [{ op: "step", key: "y" }],
        bad: [{ op: "fail", code: "NOT_FOUND" }],
      } as const;
      const runId = await start([
        { op: "fork", key: "f", strands },
        { op: "step", key: "after" },
      ]);
      expect(await engine.result(runId)).toEqual([
        [
          { key: "slow", ok: true, value: ["f/slow/x done"] },
          { key: "fast", ok: true, value: ["f/fast/y done"] },
          { key: "bad", ok: false, error: expect.objectContaining({ code: "NOT_FOUND", message: "failed with NOT_FOUND" }) },
        ],
        "after done",
      ]);
    });

    it("runs at most max strands at once, and nests", async () => {
      const inner: readonly Op[] = [{ op: "fork", key: "in", strands: { p: [{ op: "step", key: "s", ms: 10 }] } }];
      const strands = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`n${index}`, inner]));
      // Two must be there at the same time, however slow the machine is.
      const both = Promise.withResolvers<void>();
      gates.set("out/n0/in/p/s", () => both.promise);
      gates.set("out/n1/in/p/s", () => both.resolve());
      mostLive = 0;
      const runId = await start([{ op: "fork", key: "out", max: 2, strands }]);
      const [settled] = (await engine.result(runId)) as [{ key: string; ok: boolean }[]];
      expect(settled.map(({ key }) => key)).toEqual(Object.keys(strands));
      expect(settled.every(({ ok }) => ok)).toBe(true);
      expect(mostLive).toBe(2);
      expect(pathsOf(runId)).toContain("out/n3/in/p/s");
    });

    it("sleeps as long as asked", async () => {
      const before = Date.now();
      expect(await engine.result(await start([{ op: "sleep", key: "z", ms: 120 }]))).toEqual(["slept"]);
      expect(Date.now() - before).toBeGreaterThanOrEqual(115);
    });

    it("parks a run and goes on at its time under the same id", async () => {
      const runId = await start([
        { op: "step", key: "a" },
        { op: "park", at: Date.now() + 700, next: [{ op: "step", key: "b" }] },
      ]);
      await until(async () => (await engine.status(runId))?.status === "waiting");
      expect(await engine.result(runId)).toEqual(["a done", "b done"]);
      expect(pathsOf(runId)).toEqual(["a", "b"]);
      expect((await engine.list({ limit: 1 })).map((run) => run.runId)).toEqual([runId]);
    });

    it("wakes a run that waits 40 days on its signal, once per key", async () => {
      const runId = await start([
        { op: "step", key: "ask" },
        {
          op: "park",
          at: Date.now() + 40 * DAY_MS,
          signal: "answer",
          next: [{ op: "park", signal: "answer", next: [{ op: "step", key: "end" }] }],
        },
      ]);
      await until(async () => (await engine.status(runId))?.status === "waiting");
      await engine.signal(runId, "other", 0, "k0");
      await engine.signal(runId, "answer", { by: "ada" }, "k1");
      await engine.signal(runId, "answer", { by: "ada" }, "k1");
      await expect(engine.result(runId, { timeoutMs: 1_500 })).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
      await engine.signal(runId, "answer", { by: "bob" }, "k2");
      const answer = (by: string) => ({ name: "answer", payload: { by } });
      expect(await engine.result(runId)).toEqual(["ask done", answer("ada"), answer("bob"), "end done"]);
    });

    it("does not sleep through a signal that came before the run waited for it", async () => {
      const runId = await start([
        { op: "step", key: "slow", ms: 100 },
        { op: "park", signal: "go", next: [{ op: "step", key: "end" }] },
      ]);
      await engine.signal(runId, "go", 1, "early");
      expect(await engine.result(runId)).toEqual(["slow done", { name: "go", payload: 1 }, "end done"]);
    });

    it("lets only the root strand park", async () => {
      const runId = await start([{ op: "fork", key: "f", strands: { s: [{ op: "park", at: 0, next: [] }] } }]);
      const [[settled]] = (await engine.result(runId)) as [[{ error: Json }]];
      expect(settled.error).toMatchObject({ code: "INTERNAL" });
    });

    it("cancels a running run: its step is told and nothing after it runs", async () => {
      const runId = await start([
        { op: "fork", key: "f", strands: { s: [{ op: "step", key: "long", ms: 20_000 }] } },
        { op: "step", key: "after" },
      ]);
      await until(() => pathsOf(runId).includes("f/s/long"));
      await engine.cancel(runId);
      await expect(engine.result(runId)).rejects.toMatchObject({ code: "RUN_CANCELLED" });
      expect(await engine.status(runId)).toMatchObject({ status: "cancelled", error: { code: "RUN_CANCELLED" } });
      await until(() => effects.find((one) => one.runId === runId)?.signal.aborted === true);
      await sleep(100);
      expect(pathsOf(runId)).toEqual(["f/s/long"]);
    });

    it("cancels a parked run", async () => {
      const runId = await start([{ op: "park", at: Date.now() + DAY_MS, next: [] }]);
      await until(async () => (await engine.status(runId))?.status === "waiting");
      await engine.cancel(runId);
      await expect(engine.result(runId)).rejects.toMatchObject({ code: "RUN_CANCELLED" });
      expect((await engine.list({ status: "cancelled" })).map((run) => run.runId)).toContain(runId);
    });

    it("pauses a run before its next operation, and goes on where it was", async () => {
      const inFlight = Promise.withResolvers<void>();
      gates.set("paused-a", () => inFlight.promise);
      const runId = await start([
        { op: "step", key: "paused-a" },
        { op: "fork", key: "f", strands: { s: [{ op: "step", key: "x" }] } },
      ]);
      await until(() => pathsOf(runId).includes("paused-a"));
      await engine.pause(runId);
      await engine.pause(runId);
      expect(await engine.status(runId)).toMatchObject({ status: "paused" });
      expect((await engine.list({ status: "paused" })).map((run) => run.runId)).toEqual([runId]);
      expect((await engine.list({ status: "running" })).map((run) => run.runId)).not.toContain(runId);
      inFlight.resolve();
      await expect(engine.result(runId, { timeoutMs: 400 })).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
      expect(pathsOf(runId)).toEqual(["paused-a"]);
      await engine.resume(runId);
      expect(await engine.result(runId)).toEqual(["paused-a done", [{ key: "s", ok: true, value: ["f/s/x done"] }]]);
      expect(pathsOf(runId)).toEqual(["paused-a", "f/s/x"]);
      await engine.pause(runId);
      expect(await engine.status(runId)).toMatchObject({ status: "succeeded" });
    });

    it("cancels a paused run", async () => {
      const runId = await start([
        { op: "step", key: "first", ms: 50 },
        { op: "step", key: "second" },
      ]);
      await engine.pause(runId);
      await engine.cancel(runId);
      await expect(engine.result(runId)).rejects.toMatchObject({ code: "RUN_CANCELLED" });
      expect(pathsOf(runId)).not.toContain("second");
    });

    it("says that an id is unknown, and that a wait was too short", async () => {
      await expect(engine.result("nobody")).rejects.toMatchObject({ code: "RUN_NOT_FOUND" });
      await expect(engine.signal("nobody", "s", null, "k")).rejects.toMatchObject({ code: "RUN_NOT_FOUND" });
      for (const method of ["cancel", "pause", "resume", "segments"] as const)
        await expect(engine[method]("nobody")).rejects.toMatchObject({ code: "RUN_NOT_FOUND" });
      expect(await engine.status("nobody")).toBeUndefined();
      const runId = await start([{ op: "sleep", key: "z", ms: 300 }]);
      await expect(engine.result(runId, { timeoutMs: 20 })).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
      expect(await engine.result(runId, { timeoutMs: 5_000 })).toEqual(["slept"]);
    });

    it("starts later, and through a queue", async () => {
      const later = await start([{ op: "step", key: "late" }], { at: Date.now() + 400 });
      const queued = await start([{ op: "step", key: "queued" }], { queue: "background" });
      expect(await engine.status(later)).toMatchObject({ status: "waiting" });
      expect(await engine.result(queued)).toEqual(["queued done"]);
      expect(await engine.result(later)).toEqual(["late done"]);
    });

    it("carries values far larger than the journal should hold", async () => {
      const runId = await start([
        { op: "step", key: "big", bytes: 300_000 },
        { op: "park", at: 0, next: [] },
      ]);
      expect(await engine.result(runId)).toEqual(["x".repeat(300_000)]);
    });

    it("runs each tick of a schedule once and stops when it is removed", async () => {
      await expect(engine.schedule("bad", { cron: "61 * * * *", input: {} })).rejects.toMatchObject({ code: "INVALID_SCHEDULE" });
      await engine.schedule("tick", { cron: "* * * * * *", input: { ops: [] } });
      await until(async () => (await ticks()).length >= 2);
      await engine.schedule("tick", null);
      const seen = await ticks();
      const [first] = seen;
      expect(first).toMatch(/^schedule\/tick\/\d{4}-.*:\d\d\.000Z$/);
      expect(await engine.result(first as string)).toEqual([first?.split("/")[2]]);
      await sleep(1_100);
      expect(await ticks()).toHaveLength(seen.length);
    });
    const ticks = async () =>
      (await engine.list({ limit: 500 })).map(({ runId }) => runId).filter((runId) => runId.startsWith("schedule/tick/"));

    it("forgets ended runs on request and keeps the others", async () => {
      const waiting = await start([{ op: "park", at: Date.now() + DAY_MS, next: [] }]);
      await until(async () => (await engine.status(waiting))?.status === "waiting");
      expect(await engine.purge(new Date(Date.now() - DAY_MS))).toBe(0);
      expect(await engine.purge(new Date(Date.now() + 1), ["cancelled"])).toBeGreaterThan(1);
      expect(await engine.list({ limit: 500, status: "cancelled" })).toEqual([]);
      expect((await engine.list({ limit: 500, status: "failed" })).length).toBeGreaterThan(1);
      expect(await engine.purge(new Date(Date.now() + 1))).toBeGreaterThan(10);
      expect((await engine.list({ limit: 500 })).filter(({ endedAt }) => endedAt !== undefined)).toEqual([]);
      expect(await engine.status(waiting)).toMatchObject({ status: "waiting" });
    });
  });
}
