// Pins the durable adapter to the engine contract on a real PostgreSQL, and what only a journal can do.
import { setTimeout as sleep } from "node:timers/promises";
import type { Json } from "@mortise/contract";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { type DbosEngine, dbosEngine } from "../../src/index.ts";
import { engineContract } from "../engine-contract.ts";
import { scriptProgram } from "../script-program.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
const silent = { write: () => {} };

engineContract("dbos", () => dbosEngine({ dataDir: folder.path }, silent));

describe("the journal", () => {
  const open: DbosEngine[] = [];
  const connected = async () => {
    const engine = await dbosEngine({ dataDir: folder.path }, silent);
    open.push(engine);
    return engine;
  };
  afterEach(() => Promise.all(open.splice(0).map((engine) => engine.close())));

  it("resumes a cancelled run without repeating what it had done", async () => {
    const engine = await connected();
    const done: string[] = [];
    await engine.open(
      scriptProgram(async ({ path, op, attempt }) => {
        done.push(path);
        if (op.op === "step" && op.ms && done.length < 4) await sleep(op.ms, undefined, { signal: attempt.signal });
        return path;
      }),
    );
    const strands: Json = {
      s: [
        { op: "step", key: "a" },
        { op: "step", key: "long", ms: 20_000 },
      ],
    };
    await engine.start({
      runId: "again",
      input: {
        ops: [
          { op: "step", key: "first" },
          { op: "fork", key: "f", strands },
        ],
      },
    });
    while (!done.includes("f/s/long")) await sleep(10);
    await engine.cancel("again");
    await expect(engine.result("again")).rejects.toMatchObject({ code: "RUN_CANCELLED" });
    await engine.resume("again");
    expect(await engine.result("again")).toEqual(["first", [{ key: "s", ok: true, value: ["f/s/a", "f/s/long"] }]]);
    expect(done).toEqual(["first", "f/s/a", "f/s/long", "f/s/long"]);
  });

  it("goes on with a run that was going on when the engine was closed", async () => {
    const done: string[] = [];
    const program = scriptProgram(async ({ path, op }) => {
      if (op.op === "step" && op.ms) await sleep(op.ms);
      done.push(path);
      return path;
    });
    const first = await connected();
    await first.open(program);
    await first.start({
      runId: "closed",
      input: {
        ops: [
          { op: "step", key: "a" },
          { op: "step", key: "b", ms: 150 },
          { op: "step", key: "c" },
        ],
      },
    });
    await sleep(60);
    await first.close();
    expect(done).toEqual(["a", "b"]);
    const second = await connected();
    await second.open(program);
    expect(await second.result("closed")).toEqual(["a", "b", "c"]);
    expect(done).toEqual(["a", "b", "c"]);
  });

  it("keeps large values beside the journal and forgets them with the run", async () => {
    const engine = await connected();
    await engine.open(scriptProgram(async () => null));
    await engine.start({
      runId: "large",
      input: {
        ops: [
          { op: "step", key: "big", bytes: 300_000 },
          { op: "step", key: "small" },
        ],
      },
    });
    await engine.result("large");
    const longest = "select max(length(output))::int as longest from dbos.operation_outputs";
    expect((await engine.pool.query(longest)).rows[0].longest).toBeLessThan(70_000);
    expect((await engine.pool.query("select 1 from mortise_engine.blobs")).rowCount).toBeGreaterThan(0);
    await engine.purge(new Date(Date.now() + 1));
    expect((await engine.pool.query("select 1 from mortise_engine.blobs")).rowCount).toBe(0);
    expect((await engine.pool.query("select 1 from dbos.operation_outputs where workflow_uuid = 'large'")).rowCount).toBe(0);
  });

  it("remembers commit points until they are cleared, and which run they belong to", async () => {
    const engine = await connected();
    await engine.open(async (context) => context.step("w", (attempt) => engine.intents.commit(attempt.idempotencyKey)));
    await engine.start({ runId: "intent", input: null });
    expect(await engine.result("intent")).toBe(true);
    expect((await engine.pool.query("select run_id from mortise_engine.intents")).rows).toEqual([{ run_id: "intent" }]);
    expect([await engine.intents.commit("k"), await engine.intents.commit("k"), await engine.intents.committed("k")]).toEqual([
      true,
      false,
      true,
    ]);
    await engine.intents.clear("k");
    expect(await engine.intents.committed("k")).toBe(false);
  });

  it("opens once in a process and says so", async () => {
    const engine = await connected();
    await engine.open(async () => null);
    const other = await connected();
    await expect(other.open(async () => null)).rejects.toMatchObject({
      code: "INTERNAL",
      message: expect.stringContaining("one per process"),
    });
    await engine.start({ runId: "still", input: null });
    expect(await engine.result("still")).toBeNull();
  });

  it("says what to do when there is no database", async () => {
    const missing = dbosEngine({ databaseUrl: "postgresql://someone:hidden@127.0.0.1:1/none" });
    const error = await missing.catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "DATABASE_UNAVAILABLE" });
    expect(JSON.stringify(error.data)).not.toContain("hidden");
  });
});
