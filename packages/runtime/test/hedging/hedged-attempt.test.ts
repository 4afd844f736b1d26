// Pins: a read made twice without anybody having asked, a write made twice at all, a loser that goes on, and a call that fails although one
// of its two attempts got an answer.
import { once } from "node:events";
import type { CallResult, Operation } from "@mortise/contract";
import { afterEach, describe, expect, it } from "vitest";
import { type CallRequest, type Clock, createRuntime } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const READ: Partial<Operation> = { request: { method: "GET", url: at("/") } };
const KNOWN = 40;

/** A clock whose sleeps end when the test says so. */
function steppedClock() {
  const sleepers: (() => void)[] = [];
  let asleep = (): void => undefined;
  const clock: Clock = {
    now: () => Date.parse("2026-01-01T00:00:00Z"),
    sleep: (_, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
        sleepers.push(resolve);
        asleep();
      }),
  };
  /** Waits until somebody sleeps, and wakes them. */
  const wake = async (): Promise<void> => {
    while (sleepers.length === 0) await new Promise<void>((resolve) => (asleep = resolve));
    for (const sleeper of sleepers.splice(0)) sleeper();
  };
  return { clock, wake, forget: () => sleepers.splice(0).length };
}

type Response = Parameters<typeof json>[0];

/** A vendor that answers 40 calls at once; the test has the responses of the others. */
async function setUp(operation: Partial<Operation>, request: Partial<CallRequest> = {}) {
  const { clock, wake, forget } = steppedClock();
  const held: Response[] = [];
  let came = (): void => undefined;
  const server = await loopback((_, response, count) => {
    if (count <= KNOWN) return json(response, { count });
    held.push(response);
    came();
  });
  const runtime = createRuntime({
    connectors: [connectorOf({ op: operation })],
    egress: { allow: [server.origin] },
    random: () => 0,
    clock,
  });
  open.push(server, runtime);
  const call = (): Promise<CallResult> =>
    runtime.call("sample/op", { connection: connectionTo(server.origin), input: {}, ...request });
  for (let count = 0; count < KNOWN; count++) await call();
  forget();
  const response = async (index: number): Promise<Response> => {
    while (held.length <= index) await new Promise<void>((resolve) => (came = resolve));
    return held[index] as Response;
  };
  return { call, wake, forget, response, held, server };
}

describe("a slow read that may be hedged", () => {
  it.each<[string, Partial<Operation>, Partial<CallRequest>]>([
    ["by its contract", { ...READ, hedge: true }, {}],
    ["by the call", READ, { hedge: true }],
  ])("%s is made a second time, the first answer counts, and the loser's socket is closed", async (_, operation, request) => {
    const { call, wake, response, held } = await setUp(operation, request);
    const result = call();
    const first = await response(0);
    const closed = once(first, "close");
    expect(held).toHaveLength(1);
    await wake();
    json(await response(1), { from: "the second" });
    expect(await result).toMatchObject({ outcome: "success", output: { from: "the second" }, meta: { attempts: 2 } });
    await closed;
    expect(held).toHaveLength(2);
  });

  it("succeeds with the second answer where the first attempt fails after all", async () => {
    const { call, wake, response } = await setUp({ ...READ, hedge: true });
    const result = call();
    const first = await response(0);
    await wake();
    const second = await response(1);
    json(first, { message: "down" }, 400);
    json(second, { from: "the second" });
    expect(await result).toMatchObject({ outcome: "success", output: { from: "the second" } });
  });

  it("fails as the first does where both fail", async () => {
    const { call, wake, response } = await setUp({ ...READ, hedge: true });
    const result = call();
    const first = await response(0);
    await wake();
    json(await response(1), { message: "not here" }, 404);
    json(first, { message: "bad" }, 400);
    expect(await result).toMatchObject({ outcome: "poison", error: { code: "CALL_REJECTED" } });
  });

  it("ends with both attempts when the caller cancels", async () => {
    const stop = new AbortController();
    const { call, wake, response } = await setUp(READ, { hedge: true, signal: stop.signal });
    const result = call();
    const closed = [once(await response(0), "close")];
    await wake();
    closed.push(once(await response(1), "close"));
    stop.abort();
    expect(await result).toMatchObject({ outcome: "sick", error: { code: "CALL_CANCELLED" } });
    await Promise.all(closed);
  });
});

it.each<[string, Partial<Operation>, Partial<CallRequest>]>([
  ["nobody asked for it", READ, {}],
  ["the call says no", { ...READ, hedge: true }, { hedge: false }],
  ["it writes, however safe a repeat is", { ...READ, effect: "update", idempotency: "natural" }, { hedge: true }],
  ["it costs more than one permit", { ...READ, cost: 2, hedge: true }, {}],
])("a read is made once where %s", async (_, operation, request) => {
  const { call, response, held, server, forget } = await setUp(operation, request);
  const result = call();
  const first = await response(0);
  // Nobody waits for it to become slow.
  expect(forget()).toBe(0);
  json(first, {});
  expect(await result).toMatchObject({ outcome: "success", meta: { attempts: 1 } });
  expect([held.length, server.seen.length]).toEqual([1, KNOWN + 1]);
});
