// Pins: of two lists of a deployment one that silences the other: by failing, by being read first, or by saying less.
import type { Operation } from "@mortise/contract";
import { afterEach, expect, it } from "vitest";
import { createRuntime, type FlagList, type KillList, type RuntimeOptions } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { patientClock } from "../patient-clock.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const read: Partial<Operation> = { request: { method: "GET", url: at("/") } };
const killed = (...operations: string[]): KillList => ({
  killed: operations.map((operation) => ({ connector: "sample", operation, reason: "test" })),
});
const fails = () => {
  throw new Error("no such file");
};

async function world(options: Partial<RuntimeOptions>) {
  const server = await loopback((_, response) => json(response, {}));
  const clock = patientClock();
  const runtime = createRuntime({
    connectors: [connectorOf({ find: read, list: read })],
    egress: { allow: [server.origin] },
    clock,
    ...options,
  });
  open.push(server, runtime);
  const codes = () =>
    Promise.all(
      ["find", "list"].map(async (name) => {
        const result = await runtime.call(`sample/${name}`, { connection: connectionTo(server.origin), input: null });
        return result.outcome === "success" ? "success" : result.error.code;
      }),
    );
  return { runtime, clock, codes };
}

it("what either of two kill lists names is killed", async () => {
  const { codes } = await world({ killList: { source: [{ list: killed("find") }, { list: killed("list") }] } });
  expect(await codes()).toEqual(["CONNECTOR_KILLED", "CONNECTOR_KILLED"]);
});

it("one that cannot be read any more keeps what it said, and the other still changes (W2)", async () => {
  let first: () => KillList = () => killed("find");
  let second = killed();
  const { runtime, clock, codes } = await world({ killList: { source: [{ read: () => first() }, { read: () => second }] } });
  expect(await codes()).toEqual(["CONNECTOR_KILLED", "success"]);
  first = fails;
  second = killed("list");
  await clock.pass(15_000);
  expect(await codes()).toEqual(["CONNECTOR_KILLED", "CONNECTOR_KILLED"]);
  expect(runtime.status().lifecycle.killList).toEqual({ state: "stale", entries: 2 });
});

it("one that was never read holds everything back where the deployment says so, and nothing where it does not", async () => {
  const source = [{ list: killed("find") }, { read: fails }];
  const careful = await world({ killList: { source, whileUnread: "refuse" } });
  expect(await careful.codes()).toEqual(["CONNECTOR_KILLED", "CONNECTOR_KILLED"]);
  const bold = await world({ killList: { source } });
  expect(await bold.codes()).toEqual(["CONNECTOR_KILLED", "success"]);
});

it("a flag that two lists name is as the first one says", async () => {
  const flags = (on: boolean): FlagList => ({ flags: { both: { on }, [`only-${on}`]: { on: true } } });
  const { runtime, codes } = await world({ flags: { source: [{ list: flags(false) }, { list: flags(true) }] } });
  await codes();
  expect(["both", "only-true", "only-false"].map((name) => runtime.isOn(name))).toEqual([false, true, true]);
});

it("what would be refused is told without a call", async () => {
  const { runtime, codes } = await world({ killList: { source: { list: { killed: [{ publisher: "evil", reason: "test" }] } } } });
  await codes();
  expect(runtime.refusal("sample", "main")).toBeUndefined();
  runtime.connection("main").pause("The vendor is moving.");
  expect(runtime.refusal("sample", "main")).toMatchObject({ code: "CONNECTION_PAUSED" });
  expect(runtime.refusal("sample@1", "other")).toBeUndefined();
  expect(runtime.refusal("nowhere", "main")).toBeUndefined();
});
