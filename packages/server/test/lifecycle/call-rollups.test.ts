// Pins: calls that are counted twice, for another tenant or never, and processes that do not know of each other.
import { afterAll, beforeAll, expect, test } from "vitest";
import { CallRollups } from "../../src/lifecycle/call-rollups.ts";
import { ProcessBoard } from "../../src/lifecycle/process-board.ts";
import type { ProcessStatus } from "../../src/lifecycle/process-status.ts";
import { type VaultDatabase, vaultDatabase } from "../support/vault-database.ts";
import { loopHand } from "./loop-hand.ts";

let database: VaultDatabase;
beforeAll(async () => {
  database = await vaultDatabase();
});
afterAll(() => database.close());

/** Rows of months ago are removed. */
const FIRST_MS = Math.floor(Date.now() / 60_000) * 60_000;
const START_MS = FIRST_MS + 30_000;

async function rowsOf(connector: string) {
  const rows = await database.db.selectFrom("call_rollups").selectAll().where("connector", "=", connector).execute();
  return rows
    .map(({ tenant, minute, attribution, calls }) => [tenant, (minute.getTime() - FIRST_MS) / 60_000, attribution, Number(calls)])
    .sort();
}

function counting() {
  const clock = { nowMs: START_MS, isAway: false };
  const db = new Proxy(database.db, {
    get: (target, key) => {
      if (clock.isAway) throw new Error("connection refused");
      const found: unknown = Reflect.get(target, key, target);
      return typeof found === "function" ? found.bind(target) : found;
    },
  });
  const rollups = new CallRollups({ db, now: () => clock.nowMs, clock: loopHand(), log: () => undefined });
  return { rollups, clock };
}

test("calls of two processes add up, by tenant, minute and whose doing their end was (U1)", async () => {
  const [one, other] = [counting(), counting()];
  for (let count = 0; count < 3; count++) one.rollups.count("north", "adds", "ok");
  one.rollups.count("north", "adds", "shed");
  other.rollups.count("north", "adds", "ok");
  other.rollups.count("south", "adds", "ok");
  await Promise.all([one.rollups.flush(), other.rollups.flush()]);
  one.clock.nowMs += 60_000;
  one.rollups.count("north", "adds", "ok");
  await one.rollups.flush();
  await one.rollups.flush();
  expect(await rowsOf("adds")).toEqual([
    ["north", 0, "ok", 4],
    ["north", 0, "shed", 1],
    ["north", 1, "ok", 1],
    ["south", 0, "ok", 1],
  ]);
});

test("what the database did not take is added later, with the minute that it is of, and once", async () => {
  const { rollups, clock } = counting();
  rollups.count("north", "later", "ok");
  clock.isAway = true;
  await expect(rollups.flush()).rejects.toThrow("connection refused");
  clock.nowMs += 120_000;
  rollups.count("north", "later", "ok");
  clock.isAway = false;
  await rollups.close();
  expect(await rowsOf("later")).toEqual([
    ["north", 0, "ok", 1],
    ["north", 2, "ok", 1],
  ]);
});

test("processes are listed while they live, one that has ended is not, and none is held up by a database that is away (P2, P3)", async () => {
  const status = (pid: number) => ({ host: "h", pid }) as ProcessStatus;
  const board = (kind: "server" | "worker", pid: number) =>
    new ProcessBoard({ db: database.db, kind, status: () => status(pid), clock: loopHand(), log: () => undefined });
  const [server, worker] = [board("server", 1), board("worker", 2)];
  await server.tell();
  await worker.tell();
  const seen = (await server.list()).map(({ kind, isSelf, status: { pid } }) => [kind, isSelf, pid]);
  expect(seen).toEqual([
    ["server", true, 1],
    ["worker", false, 2],
  ]);
  await worker.close();
  expect(await server.list()).toHaveLength(1);
  await database.db
    .updateTable("processes")
    .set({ seen_at: new Date(Date.now() - 31_000) })
    .execute();
  expect(await server.list()).toEqual([]);
  await server.close();
});
