// Pins: a runtime that ends otherwise than the retry and delivery table says when its vendor misbehaves: too early, twice, or with half of an answer.
import type { Contract, Json } from "@mortise/contract";
import { afterEach, describe, expect, test } from "vitest";
import { type Scenario, type ScenarioChoice, type VirtualClock, virtualClock } from "../../src/index.ts";
import { CONTACTS, openWorld, type World } from "../contacts-contract.ts";

const open: World[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});
const ADA = { email: "ada@example.com", name: "Ada" };

interface TimedWorld extends World {
  readonly clock: VirtualClock;
}

/** Both sides by one clock that jumps whenever somebody sleeps. */
async function world(scenario: ScenarioChoice, contract: Contract = CONTACTS): Promise<TimedWorld> {
  const clock = virtualClock({ start: "2026-03-01T10:00:00.700Z", movedBy: "sleep" });
  const made = await openWorld({ scenario, clock }, { contract, clock, random: () => 0 });
  open.push(made);
  return { ...made, clock };
}

const withBudget = (budget: Partial<Contract["budgets"][string]>): Contract => ({
  ...CONTACTS,
  budgets: { api: { rate: 5, per: "10s", scope: "connection", ...budget } },
});

describe("429", () => {
  const wait = (scenario: ScenarioChoice, contract?: Contract) => world(scenario, contract);
  test.each<readonly [string, Contract]>([
    ["throttled-seconds", CONTACTS],
    ["throttled-date", CONTACTS],
    ["throttled", CONTACTS],
    ["throttled-epoch", CONTACTS],
    ["throttled-delta", withBudget({ reset: { header: "X-RateLimit-Reset", as: "delta_s" } })],
  ])("%s is waited out: no request comes before the moment that was told", async (name, contract) => {
    for (const others of [[], ["clock-ahead"], ["clock-behind"]]) {
      const { call, simulator } = await wait([name, ...others], contract);
      expect(await call("getContact", { id: "c1" })).toMatchObject({ outcome: "success", meta: { attempts: 2 } });
      const [first, second] = simulator.exchanges;
      expect([first?.status, second?.status]).toEqual([429, 200]);
      expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(3_000);
      expect(simulator.exchanges.flatMap(({ violation }) => violation ?? [])).toEqual([]);
    }
  });

  test("that lasts longer than a call waits ends the call with the moment to come back", async () => {
    const rules = [{ when: { times: 1 }, do: { throttle: { after: "10m" } } }] as const;
    const { call, simulator, clock } = await wait({ format: "mortise.scenario/1", rules });
    const result = await call("getContact", { id: "c1" });
    expect(result).toMatchObject({ outcome: "sick", error: { code: "THROTTLED" } });
    expect(result.outcome !== "success" && (result.error.retryAtMs ?? 0) >= clock.now() + 599_000).toBe(true);
    expect(simulator.exchanges.flatMap(({ violation }) => violation ?? [])).toEqual([]);
  });

  test("comes again for whoever does not wait, and is noted as early", async () => {
    const { simulator } = await wait("throttled-seconds");
    const headers = { authorization: `Bearer ${simulator.connectionFor().credential?.accessToken}` };
    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1)
      statuses.push((await fetch(`${simulator.origin}/contacts/c1`, { headers })).status);
    expect(statuses).toEqual([429, 429, 429]);
    expect(simulator.exchanges.map(({ violation }) => violation)).toEqual([undefined, "early", "early"]);
  });
});

describe("the contract's budgets", () => {
  test("are not overspent by a runtime, in whatever window", async () => {
    const { call, simulator, clock } = await world("limits", withBudget({}));
    for (let count = 0; count < 23; count += 1)
      expect(await call("getContact", { id: `c${count}` })).toMatchObject({ outcome: "success" });
    const times = simulator.exchanges.filter(({ operation }) => operation === "getContact").map(({ atMs }) => atMs);
    const most = Math.max(...times.map((atMs) => times.filter((each) => each >= atMs && each < atMs + 10_000).length));
    console.log(
      `budgets: at most ${most} of 5 permits in any window of 10 s, over ${times.length} calls and ${clock.now() - (times[0] ?? 0)} ms`,
    );
    expect(most).toBe(5);
    expect(simulator.exchanges.flatMap(({ violation }) => violation ?? [])).toEqual([]);
  });

  test("refuse whoever overspends them, until the window has slid on", async () => {
    const contract = withBudget({ remaining: { header: "X-Left" }, limit: { header: "X-Limit" } });
    const { simulator, clock } = await world("limits", contract);
    const headers = { authorization: `Bearer ${simulator.connectionFor().credential?.accessToken}` };
    const get = () => fetch(`${simulator.origin}/contacts/c1`, { headers });
    const first = await get();
    expect([first.headers.get("x-left"), first.headers.get("x-limit")]).toEqual(["4", "5"]);
    await clock.advance(4_000);
    for (let count = 0; count < 4; count += 1) await get();
    const over = await get();
    expect(over.status).toBe(429);
    expect(Number(over.headers.get("retry-after"))).toBe(6);
    await clock.advance(6_001);
    expect([(await get()).status, (await get()).status]).toEqual([200, 429]);
    expect(simulator.exchanges.filter(({ violation }) => violation === "overspent")).toHaveLength(2);
  });
});

describe("failures before anything took effect", () => {
  test.each<readonly [string, string, object]>([
    ["error-500", "getContact", { outcome: "success", meta: { attempts: 2 } }],
    ["reset-before", "getContact", { outcome: "success", meta: { attempts: 2 } }],
    ["outage", "getContact", { outcome: "sick", error: { code: "TARGET_SICK", status: 503 }, meta: { attempts: 3 } }],
  ])("%s: %s", async (scenario, operation, expected) => {
    const { call } = await world(scenario);
    expect(await call(operation, { id: "c1" })).toMatchObject(expected);
  });

  test("a connection that breaks: a write with a key is sent again, and happens once", async () => {
    for (const scenario of ["reset-before", "reset-after", "reset-body"]) {
      const { call, simulator } = await world([scenario, "empty"]);
      expect(await call("createContact", ADA), scenario).toMatchObject({ outcome: "success", meta: { attempts: 2 } });
      expect(simulator.state.list("/contacts"), scenario).toHaveLength(1);
      expect(simulator.exchanges.map(({ status }) => status === 0).includes(true), scenario).toBe(scenario !== "reset-body");
    }
  });

  test("a connection that breaks: a write without a key is unknown, and is not sent again", async () => {
    const { call, simulator } = await world("reset-after");
    expect(await call("exportContacts", {})).toMatchObject({ outcome: "unknown", error: { code: "UNKNOWN_OUTCOME" } });
    expect(simulator.exchanges.filter(({ operation }) => operation === "exportContacts")).toHaveLength(1);
  });
});

describe("a body that is not whole", () => {
  test("is never a success where its framing tells, of a read and of a write", async () => {
    const { call } = await world("truncated");
    for (const [operation, input] of [
      ["getContact", { id: "c1" }],
      ["listContacts", {}],
      ["createContact", ADA],
    ] as const) {
      const result = await call(operation, input as Json);
      expect(result.outcome, `${operation} ${JSON.stringify(result)}`).not.toBe("success");
    }
  });

  test("and only its content tells: a read fails; a write is done, and says what it was answered", async () => {
    const { call, simulator } = await world(["truncated-quietly", "empty"]);
    expect(await call("listContacts", {})).toMatchObject({ outcome: "poison", error: { code: "INVALID_OUTPUT" } });
    expect(await call("createContact", ADA)).toMatchObject({ outcome: "success", output: expect.stringMatching(/^\{"id":/) });
    expect(simulator.state.list("/contacts")).toHaveLength(1);
    expect(await call("getContact", { id: simulator.state.list("/contacts")[0]?.id ?? "" })).toMatchObject({ outcome: "poison" });
  });

  test("but comes slowly is read to its end", async () => {
    const { call, clock } = await world("slow-drip");
    const before = clock.now();
    expect(await call("getContact", { id: "c1" })).toMatchObject({ outcome: "success", meta: { attempts: 1 } });
    expect(clock.now() - before).toBeGreaterThanOrEqual(600);
  });
});

test("200 with an error in it is a failure with the vendor's message, by the contract's own rule", async () => {
  const { call, simulator } = await world("false-success");
  expect(await call("createContact", ADA)).toMatchObject({
    outcome: "poison",
    error: { status: 200, message: expect.stringContaining("could not do it") },
  });
  expect(simulator.state.list("/contacts").filter((each) => each.email === ADA.email && each.name === "Ada")).toEqual([]);
  // No rule of the contract knows one here, so the output's schema has to.
  expect(await call("getContact", { id: "c1" })).toMatchObject({ outcome: "poison", error: { code: "INVALID_OUTPUT" } });
});

describe("tokens", () => {
  test("one that has ended is renewed once, and the call is a success", async () => {
    const { call, simulator } = await world("expired-token");
    expect(await call("getContact", { id: "c1" })).toMatchObject({ outcome: "success" });
    expect(simulator.requests.map(({ path, status }) => [path, status])).toEqual([
      ["/contacts/c1", 401],
      ["/token", 200],
      ["/contacts/c1", 200],
    ]);
  });

  test("a connection that was taken back is a fault, once its renewal was refused", async () => {
    const { call } = await world("revoked-token");
    expect(await call("getContact", { id: "c1" })).toMatchObject({ outcome: "success" });
    expect(await call("getContact", { id: "c1" })).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED" } });
    expect(await call("getContact", { id: "c1" })).toMatchObject({ outcome: "fault" });
  });

  test("live as long as the scenario says, by the clock", async () => {
    const { call, simulator, clock } = await world("short-tokens");
    for (let minute = 0; minute < 3; minute += 1) {
      expect(await call("getContact", { id: "c1" })).toMatchObject({ outcome: "success" });
      await clock.advance(61_000);
    }
    expect(simulator.requests.filter(({ path, status }) => path === "/token" && status === 200).length).toBeGreaterThanOrEqual(2);
  });
});

describe("pages", () => {
  test("one without its items cannot be told from a page that is empty: the others are read", async () => {
    const { listed } = await world("lost-page");
    expect(await listed()).toHaveLength(3);
  });

  test("one that comes twice gives its items twice", async () => {
    const { listed } = await world("repeated-page");
    const items = await listed();
    expect(items).toHaveLength(5);
    expect(new Set(items.map((each) => JSON.stringify(each))).size).toBe(3);
  });

  test("one that leads to itself ends the read with an error", async () => {
    const { listed } = await world("looping-page");
    await expect(listed()).rejects.toMatchObject({
      code: expect.stringMatching(/^(LIMIT_EXCEEDED|INVALID_OUTPUT|STREAM_CHANGED)$/),
    });
  });
});

describe("jobs", () => {
  test("that take their time are asked about until they are done", async () => {
    const { call, simulator } = await world("slow-jobs");
    expect(await call("exportContacts", {})).toMatchObject({ outcome: "success", output: { state: "done" } });
    expect(simulator.requests.filter(({ operation }) => operation === "getExport")).toHaveLength(4);
  });

  test("that end badly are a failure", async () => {
    const { call } = await world("failing-jobs");
    expect((await call("exportContacts", {})).outcome).toBe("poison");
  });
});

test("rules fire for the requests that they are on, as often and as long as they say (D2)", async () => {
  const scenario: Scenario = {
    format: "mortise.scenario/1",
    rules: [
      {
        on: { operations: ["getContact"] },
        when: { after: 1, every: 2, times: 2 },
        do: { answer: { status: 418, body: { tea: true } } },
      },
      { on: { effects: ["read"] }, when: { from: "1h", for: "1h" }, do: { fail: "notFound" } },
      { on: { signIn: true }, do: { answer: { status: 503 } } },
    ],
  };
  const { simulator, clock } = await world(scenario);
  const headers = { authorization: `Bearer ${simulator.connectionFor().credential?.accessToken}` };
  const get = async (path = "/contacts/c1") => (await fetch(simulator.origin + path, { headers })).status;
  const statuses: number[] = [];
  for (let count = 0; count < 8; count += 1) statuses.push(await get());
  expect(statuses).toEqual([200, 200, 418, 200, 418, 200, 200, 200]);
  await clock.advance(3_600_000);
  expect(await get("/contacts")).toBe(404);
  await clock.advance(3_600_000);
  expect(await get("/contacts")).toBe(200);
  expect((await fetch(`${simulator.origin}/token`, { method: "POST" })).status).toBe(503);
});
