// Pins: invariants J1 to J3 (jobs left running, waits given up too early, started writes that look unsent), and who pays for a poll.
import type { Operation, WaitSpec } from "@mortise/contract";
import { afterEach, describe, expect, it } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { json, loopback, type Seen } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";
import { virtualClock } from "../virtual-clock.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const WAIT: WaitSpec = {
  poll: { operation: "getJob", with: { id: { $cel: "output.id" } } },
  done: "polled.status == 'done'",
  failed: "polled.status == 'failed'",
  messageFrom: "/reason",
  every: "2s",
  factor: 2,
  max: "10s",
  timeout: "5m",
  fetch: { operation: "getResult", with: { id: { $cel: "output.id" }, file: { $cel: "polled.file" } } },
  cancel: { operation: "stopJob", with: { id: { $cel: "output.id" } } },
};

type Answer = { readonly status?: number; readonly body: unknown; readonly headers?: Record<string, string> };

/** A vendor whose job answers the polls in turn; the last answer holds on. */
async function vendor(
  polls: readonly Answer[],
  {
    wait = {},
    effect = "read",
    idempotency = "natural",
    budget = false,
    onSleep = () => undefined,
    result = { body: { rows: [1, 2] } },
  }: Partial<Pick<Operation, "effect" | "idempotency">> & {
    readonly wait?: Partial<WaitSpec>;
    readonly budget?: boolean;
    readonly onSleep?: (ms: number, count: number) => void;
    readonly result?: Answer;
  } = {},
) {
  let polled = 0;
  const server = await loopback((request, response) => {
    const { status = 200, body, headers } = answerTo(request);
    json(response, body, status, headers);
  });
  const answerTo = ({ method, url }: Seen): Answer => {
    if (method === "POST") return { body: { id: "j1" } };
    if (method === "DELETE") return { body: {} };
    if (url.startsWith("/results")) return result;
    return polls[Math.min(polled++, polls.length - 1)] ?? { body: {} };
  };
  const clock = virtualClock("2026-01-01T00:00:00Z", onSleep);
  const read = (path: string): Partial<Operation> => ({
    request: { method: "GET", url: at(path) },
    ...(budget ? { budget: "api" } : {}),
  });
  const connector = connectorOf(
    {
      export: { effect, idempotency, request: { method: "POST", url: at("/jobs") }, wait: { ...WAIT, ...wait } },
      getJob: read("/jobs/${input.id}"),
      getResult: read("/results/${input.file}"),
      stopJob: { effect: "delete", request: { method: "DELETE", url: at("/jobs/${input.id}") } },
    },
    { budgets: { api: { rate: 1, per: "1h", scope: "connection" } } },
  );
  const runtime = createRuntime({ connectors: [connector], egress: { allow: [server.origin] }, clock, random: () => 0 });
  open.push(server, runtime);
  const connection = connectionTo(server.origin);
  return {
    clock,
    lines: () => server.seen.map(({ method, url }) => `${method} ${url}`),
    call: (signal?: AbortSignal) => runtime.call("sample/export", { connection, input: {}, ...(signal && { signal }) }),
  };
}

const RUNNING: Answer = { body: { status: "running" } };
const DONE: Answer = { body: { status: "done", file: "f1" } };

describe("a job", () => {
  it("is started once, polled with growing waits, and its result is the output", async () => {
    const { call, lines, clock } = await vendor([RUNNING, RUNNING, RUNNING, DONE]);
    expect(await call()).toMatchObject({ outcome: "success", output: { rows: [1, 2] }, meta: { attempts: 6 } });
    expect(lines()).toEqual(["POST /jobs", ...Array(4).fill("GET /jobs/j1"), "GET /results/f1"]);
    expect(clock.slept).toEqual([2_000, 4_000, 8_000, 10_000]);
  });

  it("gives what the last poll saw where there is nothing to fetch", async () => {
    const { call } = await vendor([DONE], { wait: { fetch: undefined as never } });
    expect(await call()).toMatchObject({ output: { status: "done", file: "f1" } });
  });

  it("that fails is poison, with the vendor's reason", async () => {
    const { call } = await vendor([RUNNING, { body: { status: "failed", reason: "no such table" } }]);
    const result = await call();
    expect(result).toMatchObject({ outcome: "poison", error: { code: "CALL_REJECTED" } });
    expect(result).toHaveProperty("error.message", expect.stringContaining("no such table"));
  });

  it("that does not end in time is sick, and stopped (J1)", async () => {
    const { call, lines, clock } = await vendor([RUNNING], { wait: { timeout: "1m" } });
    expect(await call()).toMatchObject({ outcome: "sick", error: { code: "JOB_TIMEOUT" } });
    expect(clock.slept.reduce((sum, ms) => sum + ms)).toBe(60_000);
    expect(lines().at(-1)).toBe("DELETE /jobs/j1");
  });

  it("may take longer than an ordinary call", async () => {
    const { call } = await vendor([...Array(60).fill(RUNNING), DONE], { wait: { timeout: "30m" } });
    expect(await call()).toMatchObject({ outcome: "success" });
  });

  it("is stopped where its call is cancelled (J1)", async () => {
    const stop = new AbortController();
    const { call, lines } = await vendor([RUNNING], { onSleep: (_, count) => count === 3 && stop.abort() });
    expect(await call(stop.signal)).toMatchObject({ outcome: "sick", error: { code: "CALL_CANCELLED" } });
    expect(lines()).toEqual(["POST /jobs", "GET /jobs/j1", "GET /jobs/j1", "DELETE /jobs/j1"]);
  });

  it("that writes and cannot be stopped is unknown where its call is cancelled (J3)", async () => {
    const stop = new AbortController();
    const { call } = await vendor([RUNNING], {
      effect: "create",
      idempotency: "none",
      wait: { cancel: undefined as never },
      onSleep: (_, count) => count === 2 && stop.abort(),
    });
    expect(await call(stop.signal)).toMatchObject({ outcome: "unknown", error: { code: "UNKNOWN_OUTCOME" } });
  });

  it("is asked for again after a poll that failed for a while, not before the vendor says (J2)", async () => {
    const busy: Answer = { status: 429, body: {}, headers: { "retry-after": "40" } };
    const { call, clock } = await vendor([RUNNING, busy, DONE]);
    expect(await call()).toMatchObject({ outcome: "success" });
    expect(clock.slept.at(-1)).toBeGreaterThanOrEqual(40_000);
  });

  it("that only reads fails with the poll that can never succeed", async () => {
    const { call } = await vendor([{ status: 404, body: {} }]);
    expect(await call()).toMatchObject({ outcome: "poison", error: { code: "NOT_FOUND", status: 404 } });
  });

  it.each<[string, readonly Answer[], Answer | undefined]>([
    ["its state cannot be read", [{ status: 403, body: {} }], undefined],
    ["its result cannot be read", [DONE], { status: 404, body: {} }],
  ])("that writes is unknown where %s (J3)", async (_, polls, result) => {
    const { call } = await vendor(polls, { effect: "create", idempotency: "none", ...(result && { result }) });
    const ended = await call();
    expect(ended).toMatchObject({ outcome: "unknown", error: { code: "UNKNOWN_OUTCOME" } });
    expect(ended).not.toHaveProperty("error.status");
  });

  it("takes a permit for every poll", async () => {
    const { call, lines } = await vendor([RUNNING, DONE], { budget: true, wait: { timeout: "10m" } });
    expect(await call()).toMatchObject({ outcome: "sick", error: { code: "JOB_TIMEOUT" } });
    expect(lines()).toEqual(["POST /jobs", "GET /jobs/j1", "DELETE /jobs/j1"]);
  });

  it.each<[string, Partial<WaitSpec>, string]>([
    ["a time that is none", { every: "soon" }, "MISCONFIGURED"],
    ["an operation that is not there", { poll: { operation: "nope", with: {} } }, "MISCONFIGURED"],
    ["a condition that cannot be read", { done: "polled.status ==" }, "EXPRESSION_SYNTAX"],
    ["a poll that writes", { poll: { operation: "stopJob", with: {} } }, "UNSAFE_CONTRACT"],
  ])("is refused with %s", async (_, wait, code) => {
    const { call, lines } = await vendor([DONE], { wait });
    expect(await call()).toMatchObject({ outcome: "fault", error: { code } });
    expect(lines()).toEqual([]);
  });
});
