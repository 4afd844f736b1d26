// What every set of stores promises the nodes: changes of one key one after the other, waits that are answered once and woken, events that are
// neither lost nor given twice, steps of a saga in the order in which they took effect.
import type { Json } from "@mortise/contract";
import type { WaitRequest } from "@mortise/workflow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunnerEngine } from "../src/index.ts";

/** Runs the suite on the stores of an engine. */
export function storeContract(adapter: string, make: () => Promise<RunnerEngine>): void {
  describe(`the stores of the ${adapter} engine`, () => {
    let engine: RunnerEngine;
    let ids = 0;
    const fresh = () => `${adapter}-${++ids}`;
    const open = (more: Partial<WaitRequest> = {}) =>
      engine.stores.waits.open({ runId: fresh(), path: "w", kind: "approval", expiresInMs: 60_000, ...more });

    beforeAll(async () => {
      engine = await make();
      // Parks until it was woken as often as its input says.
      await engine.open(async (ctx, input) => {
        const { left, $signal } = input as { left: number; $signal?: { name: string; payload: Json } };
        if ($signal !== undefined && left === 1) return $signal.payload;
        return ctx.park({ left: $signal === undefined ? left : left - 1 }, { signal: "mortise.wake" });
      });
    });
    afterAll(() => engine.close());

    it("changes one key one after the other", async () => {
      const at = { space: fresh(), key: "n" };
      const add = () =>
        engine.stores.state.update(at, (entry) => {
          const value = Number(entry?.value ?? 0) + 1;
          return { result: value, next: { value, ttlMs: 60_000 } };
        });
      const seen = await Promise.all(Array.from({ length: 20 }, add));
      expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
      const version = await engine.stores.state.update(at, (entry) => ({ result: entry?.version ?? 0, next: null }));
      expect(version).toBe(20);
      expect(await engine.stores.state.update(at, (entry) => ({ result: entry === undefined }))).toBe(true);
    });

    it("keeps an entry until its end, by one clock", async () => {
      const at = { space: fresh(), key: "k".repeat(5_000) };
      const read = () => engine.stores.state.update(at, (entry, nowMs) => ({ result: [entry?.value ?? null, nowMs] as Json[] }));
      await engine.stores.state.update(at, () => ({ result: null, next: { value: { a: [1] }, ttlMs: 60_000 } }));
      expect((await read())[0]).toEqual({ a: [1] });
      await engine.stores.state.update(at, () => ({ result: null, next: { value: 2, ttlMs: 1 } }));
      await expect.poll(async () => (await read())[0]).toBeNull();
      expect(Math.abs(Number((await read())[1]) - Date.now())).toBeLessThan(60_000);
    });

    it("holds no more in a space than it may, and says so or lets go what ends first", async () => {
      const space = fresh();
      const put = (key: string, ttlMs: number, whenFull?: "evict") =>
        engine.stores.state.update({ space, key }, () => ({ result: null, next: { value: key, ttlMs } }), {
          entries: 2,
          ...(whenFull && { whenFull }),
        });
      await put("a", 60_000);
      await put("b", 30_000);
      await expect(put("c", 60_000)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
      await put("c", 60_000, "evict");
      const has = (key: string) => engine.stores.state.update({ space, key }, (entry) => ({ result: entry !== undefined }));
      expect([await has("a"), await has("b"), await has("c")]).toEqual([true, false, true]);
      const large = { result: null, next: { value: "x".repeat(300_000), ttlMs: 1 } };
      await expect(engine.stores.state.update({ space, key: "a" }, () => large)).rejects.toMatchObject({
        code: "LIMIT_EXCEEDED",
      });
    });

    it("opens a wait once for a run and a path, and a callback's token is known to who opened it last", async () => {
      const runId = fresh();
      const first = await open({ runId });
      expect((await open({ runId })).id).toBe(first.id);
      expect((await open({ runId, path: "other" })).id).not.toBe(first.id);
      const callback = await open({ kind: "callback" });
      expect(callback.token).toMatch(/^[A-Za-z0-9_-]{32}$/);
      expect(JSON.stringify(await engine.stores.waits.find(callback.id))).not.toContain(callback.token);
      expect(await engine.stores.waits.callBack("guessed", { answerId: "1", payload: 1 })).toBe("unknown");
      expect(await engine.stores.waits.callBack(callback.token ?? "", { answerId: "1", payload: 1 })).toBe("taken");
      expect((await engine.stores.waits.read(callback.id)).answers.map(({ payload }) => payload)).toEqual([1]);
    });

    it("takes an answer once, of a person once, and none when it is closed or over", async () => {
      const { waits } = engine.stores;
      const { id } = await open({ task: { title: "T", people: ["ada"] } });
      const answer = (answerId: string, by: string) => waits.answer(id, { answerId, by, payload: { n: answerId } });
      expect([await answer("1", "ada"), await answer("1", "ada"), await answer("2", "ada"), await answer("3", "bob")]).toEqual([
        "taken",
        "repeated",
        "decided",
        "taken",
      ]);
      await waits.addPeople(id, ["cid", "ada"]);
      expect([...((await waits.find(id))?.task?.people ?? [])].sort()).toEqual(["ada", "cid"]);
      await waits.close(id, "approved");
      await waits.close(id, "rejected");
      expect(await answer("4", "cid")).toBe("closed");
      expect(await waits.find(id)).toMatchObject({ outcome: "approved", closedAtMs: expect.any(Number) });
      expect((await waits.find(id))?.answers.map(({ by }) => by)).toEqual(["ada", "bob"]);
      const short = await open({ expiresInMs: 1 });
      await expect.poll(() => waits.answer(short.id, { answerId: fresh(), payload: 1 })).toBe("closed");
      expect(await waits.answer("nobody", { answerId: "1", payload: 1 })).toBe("unknown");
    });

    it("wakes the run that waits, with every answer", async () => {
      const runId = fresh();
      await engine.start({ runId, input: { left: 2 } });
      const { id } = await open({ runId });
      await engine.stores.waits.answer(id, { answerId: "1", payload: 1 });
      await engine.stores.waits.answer(id, { answerId: "2", payload: 1 });
      expect(await engine.result(runId, { timeoutMs: 30_000 })).toEqual({ wait: id });
    });

    it("gives an event to every wait for it, or keeps it for the next, and knows its id", async () => {
      const { waits } = engine.stores;
      const event = { name: fresh(), key: "7" };
      const [one, two] = [await open({ kind: "event", event }), await open({ kind: "event", event })];
      await open({ kind: "event", event: { ...event, key: "8" } });
      expect(await waits.deliver({ ...event, payload: "a", id: "e1" })).toEqual({ delivered: 2, kept: false });
      expect(await waits.deliver({ ...event, payload: "a", id: "e1" })).toEqual({ delivered: 0, kept: false });
      expect((await waits.read(one.id)).answers.map(({ payload }) => payload)).toEqual(["a"]);
      await Promise.all([one, two].map(({ id }) => waits.close(id, "answered")));
      expect(await waits.deliver({ ...event, payload: "b" })).toEqual({ delivered: 0, kept: true });
      const late = await open({ kind: "event", event });
      expect((await waits.read(late.id)).answers.map(({ payload }) => payload)).toEqual(["b"]);
      const later = await open({ kind: "event", event });
      expect((await waits.read(later.id)).answers).toEqual([]);
    });

    it("loses no event that comes while its wait is opened", async () => {
      const { waits } = engine.stores;
      const names = Array.from({ length: 20 }, fresh);
      const answers = await Promise.all(
        names.map(async (name) => {
          const [{ id }] = await Promise.all([
            open({ kind: "event", event: { name, key: "" } }),
            waits.deliver({ name, key: "", payload: 1 }),
          ]);
          return (await waits.read(id)).answers.length;
        }),
      );
      expect(answers).toEqual(names.map(() => 1));
    });

    it("lists what is open and what is closed, the newest first", async () => {
      const runId = fresh();
      const ids = [];
      for (const path of ["a", "b", "c"]) ids.push((await open({ runId, path, kind: path === "c" ? "form" : "approval" })).id);
      await engine.stores.waits.close(ids[0] ?? "", "expired");
      const list = async (more: object = {}) => (await engine.stores.waits.list({ runId, ...more })).map(({ path }) => path);
      expect(await list()).toEqual(["c", "b"]);
      expect(await list({ kinds: ["approval"] })).toEqual(["b"]);
      expect(await list({ state: "closed" })).toEqual(["a"]);
      expect(await list({ limit: 1 })).toEqual(["c"]);
    });

    it("keeps the steps of a saga in the order in which they took effect, with those of sagas inside of it", async () => {
      const { sagas } = engine.stores;
      const runId = fresh();
      const context = {
        workflowHash: "h",
        startedAt: "2026-01-01T00:00:00Z",
        trigger: { body: 1 },
        pointer: "/nodes/s",
        vars: {},
        steps: {},
      };
      for (const saga of ["s", "s/inner", "sx"]) await sagas.open(runId, saga, context);
      const begin = (step: string, saga = "s") => sagas.begin(runId, saga, { step, node: step, use: "acme/do", input: { step } });
      for (const step of ["a", "b", "c", "d"]) await begin(step);
      await begin("e", "s/inner");
      await begin("f", "sx");
      await sagas.done(runId, "s", "b", { id: 2 });
      await sagas.done(runId, "s/inner", "e", null);
      await sagas.done(runId, "s", "a", { id: 1 });
      await begin("a");
      await sagas.drop(runId, "s", "c");
      await sagas.undone(runId, "s", "b");
      const { steps, contexts } = await sagas.list(runId, "s");
      expect(contexts).toEqual({ s: context, "s/inner": context });
      expect(steps.filter(({ state }) => state !== "begun").map(({ step, state }) => `${step} ${state}`)).toEqual([
        "b undone",
        "e done",
        "a done",
      ]);
      expect(steps.find(({ state }) => state === "begun")?.step).toBe("d");
      expect(steps.find(({ step }) => step === "a")).toMatchObject({ input: { step: "a" }, output: { id: 1 }, saga: "s" });
      expect(await sagas.runs(runId)).toEqual([{ runId, workflowHash: "h" }]);
      await sagas.forget(runId, "s");
      expect(Object.keys((await sagas.list(runId)).contexts)).toEqual(["sx"]);
      await sagas.forget(runId, "sx");
      expect(await sagas.list(runId)).toEqual({ steps: [], contexts: {} });
    });

    it("keeps a dead letter once, until somebody has dealt with it", async () => {
      const { deadLetters } = engine.stores;
      const letter = { runId: fresh(), path: "x", workflow: fresh(), workflowHash: "h", item: 1, reason: "no", trigger: {} };
      const id = await deadLetters.put(letter);
      expect(await deadLetters.put(letter)).toBe(id);
      expect(await deadLetters.list({ workflow: letter.workflow })).toMatchObject([{ ...letter, id, atMs: expect.any(Number) }]);
      expect([await deadLetters.remove(id), await deadLetters.remove(id)]).toEqual([true, false]);
    });
  });
}
