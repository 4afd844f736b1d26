// Pins: a pause, a flag or a kill that holds in the process in which it was made alone, or that a database which is away undoes.
import { createRuntime, type RuntimeOptions } from "@mortise/runtime";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { deploymentLifecycle } from "../../src/lifecycle/deployment-lifecycle.ts";
import { LifecycleFeed } from "../../src/lifecycle/lifecycle-feed.ts";
import { LifecycleStore } from "../../src/store/lifecycle-store.ts";
import { type VaultDatabase, vaultDatabase } from "../support/vault-database.ts";
import { heldConnector } from "./held-connector.ts";
import { loopHand } from "./loop-hand.ts";

let database: VaultDatabase;
const open: { close(): Promise<unknown> }[] = [];
beforeAll(async () => {
  database = await vaultDatabase();
});
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
  for (const table of ["holds", "kill_entries", "feature_flags"] as const) await database.db.deleteFrom(table).execute();
});
afterAll(() => database.close());

/** One process of a deployment, all of them on one database. */
async function process(configured: Pick<RuntimeOptions, "killList" | "flags"> = {}) {
  const real = new LifecycleStore(database.db, "default", Date.now);
  let isAway = false;
  const reads = { revision: 0, all: 0 };
  const store = {
    revision: () => {
      reads.revision++;
      if (isAway) throw new Error("connection refused");
      return real.revision();
    },
    read: () => {
      reads.all++;
      return real.read();
    },
  };
  const logged: string[] = [];
  const clock = loopHand();
  const feed = new LifecycleFeed({ store, clock, log: (line) => logged.push(line) });
  await feed.look();
  const runtime = createRuntime({ connectors: [heldConnector], ...deploymentLifecycle(configured, feed) });
  feed.start(runtime);
  open.push(runtime, feed);
  const connection = { name: "main", connector: "sample", settings: {} };
  const call = async (use: string) => {
    const result = await runtime.call(use, { connection, input: null });
    return result.outcome === "success" ? "success" : result.error.code;
  };
  return {
    store: real,
    feed,
    runtime,
    clock,
    logged,
    reads,
    call,
    works: () => call("sample/works"),
    away: (away: boolean) => {
      isAway = away;
    },
  };
}

const PAUSE = { reason: "The vendor is moving.", actor: "Ada" };
const connection = { kind: "connection", name: "main" } as const;
const connectorOf = { kind: "connector", name: "sample" } as const;

test.each([
  ["connection", connection, "CONNECTION_PAUSED"],
  ["connector", connectorOf, "CONNECTOR_PAUSED"],
])(
  "a %s that is paused in one process is paused in the other with its next look, and back with the one after",
  async (_, target, code) => {
    const [one, other] = [await process(), await process()];
    expect([await one.works(), await other.works()]).toEqual(["success", "success"]);
    await one.store.hold(target, PAUSE);
    await one.feed.look();
    expect([await one.works(), await other.works()]).toEqual([code, "success"]);
    await other.feed.look();
    expect(await other.works()).toBe(code);
    expect(other.runtime.refusal("sample", "main")?.message).toContain("The vendor is moving.");

    await other.store.lift(target, "Ada");
    for (const each of [one, other]) await each.feed.look();
    expect([await one.works(), await other.works()]).toEqual(["success", "success"]);
  },
);

test("looks are 5 s apart, so that the other processes know within that (F1)", async () => {
  const [one, other] = [await process(), await process()];
  await one.store.hold(connection, PAUSE);
  const apart = other.clock.wake();
  await vi.waitFor(async () => expect(await other.works()).toBe("CONNECTION_PAUSED"), 10_000);
  console.log(`what may run: looked for every ${apart} ms (bound 60,000)`);
  expect(apart).toBeLessThanOrEqual(5_000);
});

test("a look that finds nothing new asks for one number (F3)", async () => {
  const one = await process();
  const before = { ...one.reads };
  for (let count = 0; count < 3; count++) await one.feed.look();
  expect(one.reads).toEqual({ revision: before.revision + 3, all: before.all });
});

test("a process that is started later goes by what was said before", async () => {
  const one = await process();
  await one.store.hold(connection, PAUSE);
  expect(await (await process()).works()).toBe("CONNECTION_PAUSED");
});

test("a drain stops what is in progress in every process when its time is over", async () => {
  const [one, other] = [await process(), await process()];
  const lasting = [one, other].map(({ call }) => call("sample/lasts"));
  await one.store.hold(connectorOf, { ...PAUSE, drainMs: 1 });
  for (const each of [one, other]) await each.feed.look();
  expect(await Promise.all(lasting)).toEqual(["CALL_CANCELLED", "CALL_CANCELLED"]);
  expect(await other.works()).toBe("DRAINING");
});

test("what one process kills or switches off is so in the other, beside what its configuration says", async () => {
  const killList = { source: { list: { killed: [{ connector: "sample", operation: "lasts", reason: "configured" }] } } };
  const flags = { source: { list: { flags: { ours: { on: false } } } } };
  const [one, other] = [await process(), await process({ killList, flags })];
  expect([await other.works(), await other.call("sample/lasts")]).toEqual(["success", "CONNECTOR_KILLED"]);

  const id = await one.store.kill({ connector: "sample", operation: "works", reason: "It breaks things." }, "Ada");
  for (const name of ["ours", "theirs"]) await one.store.setFlag(name, { on: true }, "Ada");
  await other.feed.look();
  await vi.waitFor(async () => expect(await other.works()).toBe("CONNECTOR_KILLED"), 10_000);
  await vi.waitFor(() => expect(other.runtime.isOn("theirs")).toBe(true), 10_000);
  expect(other.runtime.isOn("ours")).toBe(false);

  await one.store.unkill(id, "Ada");
  await other.feed.look();
  await vi.waitFor(async () => expect(await other.works()).toBe("success"), 10_000);
  expect(await other.call("sample/lasts")).toBe("CONNECTOR_KILLED");
});

test("while the database is away what was read last holds, and is said to be stale (F2)", async () => {
  const one = await process();
  await one.store.hold(connection, PAUSE);
  await one.feed.look();
  expect(await one.works()).toBe("CONNECTION_PAUSED");
  one.away(true);
  await expect(one.feed.look()).rejects.toThrow("connection refused");
  await expect(one.feed.look()).rejects.toThrow("connection refused");
  expect(await one.works()).toBe("CONNECTION_PAUSED");
  expect(() => one.feed.killList()).toThrow(/does not say what may run/);
  expect(one.logged).toEqual([expect.stringContaining("connection refused")]);
  one.away(false);
  await one.store.lift(connection, "Ada");
  await one.feed.look();
  expect(one.feed.killList()).toEqual({ killed: [] });
  expect(await one.works()).toBe("success");
});

test("a change, its audit and the next revision land together or not at all (D1)", async () => {
  const { store } = await process();
  const before = await store.revision();
  const actions = async () =>
    (await database.db.selectFrom("audit").select("event").orderBy("seq").execute()).map(({ event }) => event.action);
  const known = (await actions()).length;
  await store.hold(connection, PAUSE);
  await store.setFlag("new", { on: true }, "Ada");
  const id = await store.kill({ publisher: "evil", reason: "Its key is stolen." }, "Ada");
  expect(await store.lift({ kind: "connector", name: "nobody" }, "Ada")).toBeUndefined();
  expect(await store.removeFlag("nothing", "Ada")).toBeUndefined();
  await store.unkill(id, "Ada");
  await store.lift(connection, "Ada");
  await store.removeFlag("new", "Ada");
  expect((await actions()).slice(known)).toEqual([
    "lifecycle.paused",
    "flag.set",
    "kill.added",
    "kill.removed",
    "lifecycle.resumed",
    "flag.removed",
  ]);
  expect(await store.revision()).toBeGreaterThanOrEqual(before + 6);
  await expect(store.hold(connection, { reason: "x", actor: undefined as never })).rejects.toThrow();
  expect((await actions()).length).toBe(known + 6);
});
