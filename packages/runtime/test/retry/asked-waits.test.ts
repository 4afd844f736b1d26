// Pins R15 of the reliability scorecard: a request that comes earlier than the other side asked for, in any form in which it can ask, and a
// call that waits for years. Prints how many requests came early.
import type { CallResult, Operation } from "@mortise/contract";
import { afterEach, expect, it } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { vendorResetMs } from "../../src/retry/vendor-reset.ts";
import { json, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";
import { virtualClock } from "../virtual-clock.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const START = "2026-01-01T00:00:00Z";
const START_MS = Date.parse(START);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const YEARS_MS = 10 * 365 * DAY_MS;
const READ: Partial<Operation> = { request: { method: "GET", url: at("/") } };
const httpDate = (ms: number): string => new Date(ms).toUTCString();

type Headers = Record<string, string>;

/** A vendor whose first answer is a 429 with these headers, and what it saw when, on the virtual clock. */
async function throttledOnce(headers: Headers) {
  const clock = virtualClock(START);
  const seenAtMs: number[] = [];
  const server = await loopback((_, response, count) => {
    seenAtMs.push(clock.now() - START_MS);
    response.sendDate = false;
    if (count === 1) json(response, { message: "slow down" }, 429, headers);
    else json(response, { count });
  });
  const runtime = createRuntime({
    connectors: [connectorOf({ op: READ })],
    egress: { allow: [server.origin] },
    random: () => 0,
    clock,
  });
  open.push(server, runtime);
  const call = (): Promise<CallResult> => runtime.call("sample/op", { connection: connectionTo(server.origin), input: {} });
  return { call, clock, seenAtMs };
}

/** Headers of the answer, the wait they ask for in ms, and whether it is sat out inside of the call. */
const FORMS: readonly (readonly [name: string, headers: Headers, askedMs: number, inside: boolean])[] = [
  ["seconds", { "retry-after": "3" }, 3_000, true],
  ["seconds with a fraction", { "retry-after": "1.5" }, 1_500, true],
  ["an HTTP date", { "retry-after": httpDate(START_MS + 4_000), date: httpDate(START_MS) }, 4_000, true],
  ["an HTTP date without Date", { "retry-after": httpDate(START_MS + 4_000) }, 4_000, true],
  ["an obsolete date", { "retry-after": "Thu Jan  1 00:00:02 2026" }, 2_000, true],
  [
    "a date by a clock that is an hour ahead",
    { "retry-after": httpDate(START_MS + HOUR_MS + 3_000), date: httpDate(START_MS + HOUR_MS) },
    3_000,
    true,
  ],
  [
    "a date by a clock that is a day behind",
    { "retry-after": httpDate(START_MS - DAY_MS + 3_000), date: httpDate(START_MS - DAY_MS) },
    3_000,
    true,
  ],
  ["a date in the past", { "retry-after": httpDate(START_MS - HOUR_MS), date: httpDate(START_MS) }, 0, true],
  ["a negative number", { "retry-after": "-5" }, 0, true],
  ["zero", { "retry-after": "0" }, 0, true],
  ["junk", { "retry-after": "soon" }, 0, true],
  ["nothing", { "retry-after": "" }, 0, true],
  ["more than a call waits", { "retry-after": "30" }, 30_000, false],
  ["a day", { "retry-after": "86400" }, DAY_MS, false],
  ["the RateLimit field", { ratelimit: '"default";r=0;t=4' }, 4_000, true],
  ["the RateLimit field with a long window", { ratelimit: '"burst";r=0;t=90, "day";r=5;t=900' }, 90_000, false],
  ["RateLimit-Reset", { "ratelimit-reset": "2" }, 2_000, true],
  ["X-RateLimit-Reset in s", { "x-ratelimit-reset": "45" }, 45_000, false],
  ["X-RateLimit-Reset as an epoch", { "x-ratelimit-reset": `${START_MS / 1_000 + 4}` }, 4_000, true],
  ["X-RateLimit-Reset as an epoch in ms", { "x-ratelimit-reset": `${START_MS + 4_500}` }, 4_500, true],
  [
    "an epoch by a clock that is an hour ahead",
    { "x-ratelimit-reset": `${(START_MS + HOUR_MS) / 1_000 + 4}`, date: httpDate(START_MS + HOUR_MS) },
    4_000,
    true,
  ],
  ["Retry-After beside a reset", { "retry-after": "2", "x-ratelimit-reset": "4000" }, 2_000, true],
];

it("sends no request earlier than the other side asked for, whatever form it asks in", async () => {
  const early: string[] = [];
  let requests = 0;
  for (const [name, headers, askedMs, inside] of FORMS) {
    const { call, clock, seenAtMs } = await throttledOnce(headers);
    const first = await call();
    if (inside) expect(first, name).toMatchObject({ outcome: "success", meta: { attempts: 2 } });
    else {
      expect(first, name).toMatchObject({ outcome: "sick", error: { code: "THROTTLED", retryAtMs: START_MS + askedMs } });
      // Nobody else of the connection may ask in the meantime either.
      clock.advance(askedMs - 6_000);
      expect(await call(), name).toMatchObject({
        outcome: "sick",
        error: { retryAtMs: START_MS + askedMs },
        meta: { attempts: 0 },
      });
      clock.advance(6_000);
      expect((await call()).outcome, name).toBe("success");
    }
    requests += seenAtMs.length;
    if ((seenAtMs[1] ?? Number.NaN) < askedMs) early.push(`${name} at ${seenAtMs[1]} of ${askedMs} ms`);
    expect(seenAtMs, name).toHaveLength(2);
  }
  console.info(`R15: ${FORMS.length} forms, ${requests} requests, ${early.length} early`);
  expect(early).toEqual([]);
});

it.each<[string, Headers]>([
  ["seconds", { "retry-after": `${YEARS_MS / 1_000}` }],
  ["a date", { "retry-after": httpDate(START_MS + YEARS_MS), date: httpDate(START_MS) }],
  ["an epoch", { "x-ratelimit-reset": `${(START_MS + YEARS_MS) / 1_000}` }],
])(
  "fails at once where it is asked to wait for ten years in %s, shows the figure, and holds the connection for a day",
  async (_, headers) => {
    const { call, clock, seenAtMs } = await throttledOnce(headers);
    const result = await call();
    expect(result).toMatchObject({ outcome: "sick", error: { code: "THROTTLED", status: 429 }, meta: { attempts: 1 } });
    expect(result.outcome === "success" ? "" : result.error.message).toContain("315360000 s");
    expect(result.outcome === "success" ? 0 : result.error.retryAtMs).toBeUndefined();
    clock.advance(DAY_MS - 10_000);
    expect(await call()).toMatchObject({ outcome: "sick", meta: { attempts: 0 } });
    expect(seenAtMs).toHaveLength(1);
  },
);

it.each<[Headers, number | undefined]>([
  [{}, undefined],
  [{ ratelimit: "nonsense" }, undefined],
  [{ ratelimit: '"default";r=0;t=-4' }, undefined],
  [{ "x-ratelimit-reset": "tomorrow" }, undefined],
  [{ "x-ratelimit-reset": "9".repeat(400) }, undefined],
  [{ "x-ratelimit-reset": "-7" }, 0],
  [{ "x-ratelimit-reset": "1000000000" }, 0],
])("reads a window's end from %j as %j ms", (headers, expected) => {
  expect(vendorResetMs(headers, START_MS)).toBe(expected);
});
