// Pins: an event that comes twice or never, a first poll that floods, a memory without end, a bad event that stops all.
import type { Contract, Json, Trigger } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { connectorOf } from "../sample-connector.ts";

type Poll = Extract<Trigger, { kind: "poll" }>;

/** A runtime with one poll trigger over the rows that the vendor has now. */
async function pollOf(parts: Partial<Poll>, contract: Partial<Contract> = {}, incremental = false) {
  const vendor = { rows: [] as Json[], broken: false };
  const server = await loopback((_, response) => json(response, { rows: vendor.rows }, vendor.broken ? 400 : 200));
  onTestFinished(server.close);
  const trigger: Poll = {
    kind: "poll",
    title: "New rows",
    scopes: [],
    input: { type: "object", properties: { kind: { type: "string", default: "all" } } },
    output: {},
    identity: ["/id"],
    source: { operation: "listRows", with: { kind: { $cel: "input.kind" } } },
    firstRun: "all",
    examples: [],
    ...parts,
  };
  const listRows = {
    request: {
      method: "GET" as const,
      url: { $text: "${settings.baseUrl}/rows" },
      query: { kind: { $cel: "input.kind" } },
    },
    stream: { items: "/rows", resume: "none" as const },
    identity: ["/id"],
    ...(incremental ? { incremental: { cursor: "/at", as: "number" as const } } : {}),
  };
  const runtime = createRuntime({
    connectors: [connectorOf({ listRows }, { triggers: { newRow: trigger }, ...contract })],
    egress: { allow: [server.origin] },
  });
  onTestFinished(() => runtime.close());
  const connection = { name: "main", connector: "sample", settings: { baseUrl: server.origin } };
  const poll = (state: Json, input: Json = {}) => runtime.poll("sample/newRow", { connection, input, state });
  return { vendor, poll, server, runtime, connection };
}

test("each event comes once, in the order of the source, whatever comes and goes between polls", async () => {
  const { vendor, poll, server } = await pollOf({});
  vendor.rows = [{ id: 2 }, { id: 1 }, { id: 2 }];
  const first = await poll(null);
  expect(first.events).toEqual([{ id: 2 }, { id: 1 }]);
  vendor.rows = [{ id: 3 }, { id: 2, name: "changed" }];
  const second = await poll(first.state);
  expect(second.events).toEqual([{ id: 3 }]);
  vendor.rows = [{ id: 1 }, { id: 4 }];
  const third = await poll(second.state);
  expect(third.events).toEqual([{ id: 4 }]);
  expect((await poll(second.state)).events).toEqual([{ id: 4 }]);
  expect(server.seen[0]?.url).toBe("/rows?kind=all");
});

test("the first poll gives nothing, the newest event, or all, and knows all of them from then on", async () => {
  const rows = [
    { id: 1, at: 5 },
    { id: 2, at: 9 },
    { id: 3, at: 7 },
  ];
  for (const [firstRun, incremental, expected] of [
    ["skip", false, []],
    ["latest", false, [1]],
    ["latest", true, [2]],
    ["all", true, [1, 2, 3]],
  ] as const) {
    const { vendor, poll } = await pollOf({ firstRun }, {}, incremental);
    vendor.rows = rows;
    const first = await poll(null);
    expect(first.events.map((event) => (event as { id: number }).id)).toEqual(expected);
    vendor.rows = [...rows, { id: 4, at: 10 }];
    const second = await poll(first.state);
    expect(second.events).toEqual([{ id: 4, at: 10 }]);
  }
});

test("an incremental source is asked from where the last poll came to", async () => {
  const { vendor, poll } = await pollOf({}, {}, true);
  vendor.rows = [{ id: 1, at: 5 }];
  const first = await poll(null);
  vendor.rows = [
    { id: 9, at: 4 },
    { id: 2, at: 5 },
    { id: 1, at: 5 },
    { id: 3, at: 6 },
  ];
  expect((await poll(first.state)).events).toEqual([
    { id: 2, at: 5 },
    { id: 3, at: 6 },
  ]);
});

test("an event is made from an item and checked; one that does not fit is set apart, once", async () => {
  const { vendor, poll } = await pollOf({
    event: { rowId: { $cel: "item.id" }, kind: { $cel: "input.kind" } },
    output: { type: "object", required: ["rowId"], properties: { rowId: { type: "integer" } } },
    identity: ["/rowId"],
  });
  vendor.rows = [{ id: 1 }, { id: "x" }];
  const first = await poll(null, { kind: "open" });
  expect(first.events).toEqual([{ rowId: 1, kind: "open" }]);
  expect(first.invalid).toMatchObject([{ event: { rowId: "x" }, diagnostics: [{ code: "WRONG_TYPE" }] }]);
  expect(await poll(first.state, { kind: "open" })).toMatchObject({ events: [], invalid: [] });
});

test("an item that no event can be made of is set apart, and the poll goes on", async () => {
  const { vendor, poll } = await pollOf({ event: { day: { $cel: "item.at.split('T')[0]" } }, identity: ["/day"] });
  vendor.rows = [{ at: "2026-01-01T10:00:00Z" }, { id: 2 }];
  const first = await poll(null);
  expect(first.events).toEqual([{ day: "2026-01-01" }]);
  expect(first.invalid).toMatchObject([{ event: { id: 2 }, diagnostics: [{ code: "EXPRESSION_FAILED" }] }]);
  expect(await poll(first.state)).toMatchObject({ events: [], invalid: [] });
});

test("events without an identity are told apart by all that they are", async () => {
  const { vendor, poll } = await pollOf({ identity: [] });
  vendor.rows = [{ a: 1, b: 2 }];
  const first = await poll(null);
  vendor.rows = [
    { b: 2, a: 1 },
    { a: 1, b: 3 },
  ];
  expect((await poll(first.state)).events).toEqual([{ a: 1, b: 3 }]);
});

test("a poll that fails leaves nothing to keep, so that nothing is lost", async () => {
  const { vendor, poll } = await pollOf({});
  vendor.rows = [{ id: 1 }];
  const first = await poll(null);
  vendor.rows = [{ id: 1 }, { id: 2 }];
  vendor.broken = true;
  await expect(poll(first.state)).rejects.toMatchObject({ code: "CALL_REJECTED" });
  vendor.broken = false;
  expect((await poll(first.state)).events).toEqual([{ id: 2 }]);
});

test("the memory is bounded, and never forgets what the last poll saw", async () => {
  const { vendor, poll } = await pollOf({});
  const rowsFrom = (start: number, count: number) => Array.from({ length: count }, (_, index) => ({ id: start + index }));
  vendor.rows = rowsFrom(0, 7_000);
  const first = await poll(null);
  expect((await poll(first.state)).events).toEqual([]);
  vendor.rows = rowsFrom(7_000, 1_000);
  const second = await poll(first.state);
  expect((second.state as { seen: readonly string[] }).seen).toHaveLength(5_000);
  vendor.rows = [...rowsFrom(7_000, 1_000), { id: 6_999 }, { id: 0 }];
  expect((await poll(second.state)).events).toEqual([{ id: 0 }]);
  vendor.rows = rowsFrom(0, 10_001);
  await expect(poll(null)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
});

test("what is asked wrongly is said before anything is sent", async () => {
  const { poll, server, runtime, connection } = await pollOf({});
  await expect(poll({ cursor: 1 })).rejects.toMatchObject({ code: "INVALID_VALUE" });
  await expect(poll(null, { kind: 1 })).rejects.toMatchObject({ code: "INVALID_INPUT", data: { path: "/input/kind" } });
  await expect(runtime.poll("sample/newRows", { connection, input: {} })).rejects.toMatchObject({
    code: "UNKNOWN_REFERENCE",
    data: { remedy: "Did you mean sample/newRow?" },
  });
  await expect(runtime.poll("other/newRow", { connection, input: {} })).rejects.toMatchObject({ code: "CONNECTOR_NOT_FOUND" });
  expect(await runtime.subscribe("sample/newRow", { connection, input: {}, url: "https://x", secret: "s" })).toMatchObject({
    outcome: "fault",
    error: { code: "USAGE" },
  });
  expect(server.seen).toEqual([]);
});
