// Pins the seam between interpreter and runtime: the intent of a step reaches the runtime as its commit point, a stream is read
// page by page without being opened again for each, and a failed page is an outcome, not an exception.
import { type CallResult, MortiseError } from "@mortise/contract";
import { afterEach, expect, it } from "vitest";
import { memoryEngine } from "../../src/index.ts";
import { runtimeOperations } from "../../src/runner/runtime-operations.ts";
import { fakeRuntime } from "./fake-runtime.ts";

const meta = { attempts: 1, waitMs: 0, durationMs: 1 };
const done: CallResult = { outcome: "success", output: { id: 1 }, meta };
const request = (more: object = {}) => ({
  use: "shop/addOrder",
  connection: "shop",
  input: { n: 1 },
  runId: "r",
  stepPath: "add",
  idempotencyKey: "key-1",
  signal: new AbortController().signal,
  ...more,
});
const closing: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(closing.splice(0).map((port) => port.close())));
const portOf = (fake: ReturnType<typeof fakeRuntime>) => {
  const port = runtimeOperations({ runtime: fake.runtime, intents: memoryEngine().intents });
  closing.push(port);
  return port;
};

it("hands a call over with its key, place and commit point", async () => {
  const fake = fakeRuntime(
    async (_, call) => ({ ...done, output: [await call.commit?.(), await call.commit?.()] }) as CallResult,
  );
  const result = await portOf(fake).call(request());
  expect(result).toMatchObject({ outcome: "success", output: [true, false] });
  expect(fake.calls[0]).toMatchObject({
    operation: "shop/addOrder",
    request: { connection: "shop", input: { n: 1 }, idempotencyKey: "key-1", runId: "r", stepPath: "add" },
  });
});

const failed = (outcome: "poison" | "fault" | "sick" | "unknown", error: object) =>
  ({ outcome, error: { message: "no", ...error }, meta }) as CallResult;

it.each([
  ["a rejected item", failed("poison", { code: "CALL_REJECTED", status: 422 })],
  ["a credential that is not accepted", failed("fault", { code: "AUTH_FAILED", status: 401 })],
  ["a rate limit", failed("sick", { code: "THROTTLED", status: 429, retryAtMs: 5 })],
  ["a rate limit in the words of code", failed("sick", { code: "THROTTLED", retryAtMs: 5 })],
  ["a sick server that answers", failed("sick", { code: "TARGET_SICK", status: 503 })],
  ["a driver's error", failed("poison", { code: "CALL_REJECTED", nativeCode: "23505" })],
])("lets a write be sent again after %s", async (_, refusal) => {
  const fake = fakeRuntime(async (_, call) =>
    (await call.commit?.()) ? refusal : failed("unknown", { code: "UNKNOWN_OUTCOME" }),
  );
  const port = portOf(fake);
  expect([await port.call(request()), await port.call(request())]).toEqual([refusal, refusal]);
});

it.each([
  ["one that succeeded", done],
  ["one without an answer", failed("unknown", { code: "UNKNOWN_OUTCOME", status: 504 })],
  ["one whose answer could not be used", failed("poison", { code: "INVALID_OUTPUT", status: 200 })],
  ["one whose answer was too large", failed("poison", { code: "LIMIT_EXCEEDED" })],
  ["one whose code broke off somewhere", failed("poison", { code: "CALL_REJECTED" })],
  ["one that was cancelled", failed("sick", { code: "CALL_CANCELLED" })],
])("keeps the commit point of %s", async (_, end) => {
  const unknown = failed("unknown", { code: "UNKNOWN_OUTCOME" });
  const port = portOf(fakeRuntime(async (_, call) => ((await call.commit?.()) ? end : unknown)));
  await port.call(request());
  // Neither does the call that finds the commit point forget it.
  expect([await port.call(request()), await port.call(request())]).toEqual([unknown, unknown]);
});

it("describes what the interpreter needs to know of an operation", () => {
  const port = portOf(fakeRuntime(async () => done));
  expect(port.describe("shop/addOrder")).toEqual({ effect: "create", repeatable: false });
  expect(port.describe("shop/listOrders")).toEqual({ effect: "read", repeatable: true, streamItems: "/rows" });
  expect(port.describe("shop/nothing")).toBeUndefined();
});

it("reads the pages of a stream one after the other from one opened stream", async () => {
  const fake = fakeRuntime(async () => done);
  const port = portOf(fake);
  const seen: unknown[] = [];
  for (let cursor: unknown = null; seen.length < 4; ) {
    const page = await port.readPage({ ...request(), cursor: cursor as null, pageSize: 3 });
    if (page.outcome !== "success") throw new Error(page.error.message);
    seen.push(page.output.items);
    cursor = page.output.next;
  }
  expect(seen).toEqual([[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]]);
  expect(fake.streams).toEqual([{ from: null, closed: true, pages: 4 }]);
});

it("opens the stream anew where another place is asked for, as after a crash", async () => {
  const fake = fakeRuntime(async () => done);
  const port = portOf(fake);
  await port.readPage({ ...request(), cursor: null, pageSize: 3 });
  expect(await port.readPage({ ...request(), cursor: 6, pageSize: 3 })).toMatchObject({ output: { items: [6, 7, 8], next: 9 } });
  expect(fake.streams.map(({ from, pages }) => [from, pages])).toEqual([
    [null, 1],
    [6, 1],
  ]);
  expect(fake.streams[0]?.closed).toBe(true);
});

it("turns what a stream throws into an outcome by its code", async () => {
  const fake = fakeRuntime(async () => done);
  const failing = (code: ConstructorParameters<typeof MortiseError>[0]) => {
    const runtime = {
      ...fake.runtime,
      stream: () => {
        throw new MortiseError(code, "no");
      },
    };
    const port = runtimeOperations({ runtime, intents: memoryEngine().intents });
    return port.readPage({ ...request(), cursor: null, pageSize: 3 });
  };
  const outcomes = await Promise.all((["FILE_MALFORMED", "TARGET_SICK", "AUTH_FAILED", "UNKNOWN_OUTCOME"] as const).map(failing));
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["poison", "sick", "fault", "unknown"]);
  expect(outcomes[0]).toMatchObject({ error: { code: "FILE_MALFORMED" } });
});
