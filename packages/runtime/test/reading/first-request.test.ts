// Pins: a dry run that shows another request than the one a call sends first, or fails where the call would not.
import type { Json, Operation } from "@mortise/contract";
import { expect, it, onTestFinished } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const STREAM = { items: "/rows", resume: "cursor" } as const;

interface Shown {
  readonly url: string;
  readonly body: Json;
  readonly parent?: Json;
}

async function shown(operation: Partial<Operation>, more: { input?: Json; state?: Json } = {}) {
  const server = await loopback((_, response) => json(response, { rows: [] }));
  onTestFinished(server.close);
  const list = { request: { method: "GET", url: at("/list") }, stream: STREAM, ...operation } as const;
  const parents = { request: { method: "GET", url: at("/parents") }, stream: STREAM } as const;
  const runtime = createRuntime({ connectors: [connectorOf({ list, parents })], egress: { allow: [server.origin] } });
  onTestFinished(() => runtime.close());
  const call = { connection: connectionTo(server.origin), input: {}, ...more };
  const dry = await runtime.call<{ request: Shown | null }>("sample/list", { ...call, dryRun: true });
  expect(server.seen).toEqual([]);
  await runtime.call("sample/list", call);
  const [first] = server.seen;
  const request = dry.outcome === "success" ? dry.output.request : undefined;
  return { request, first, origin: server.origin };
}

it.each<[string, Partial<Operation>, { input?: Json; state?: Json }, string]>([
  ["its first page", { pagination: { kind: "page", param: "p", sizeParam: "n", size: 5 } }, {}, "/list?p=1&n=5"],
  [
    "what is new",
    { incremental: { cursor: "/at", as: "number", param: "since", lookback: 2 } },
    { state: { reach: 9, seen: [] } },
    "/list?since=7",
  ],
  [
    "its first part",
    { partition: { over: { $cel: "input.ids" } }, request: { method: "GET", url: at("/list/${partition}") } },
    { input: { ids: ["a", "b"] } },
    "/list/a",
  ],
])("has %s", async (_, operation, more, url) => {
  const { request, first, origin } = await shown(operation, more);
  expect(request?.url).toBe(`${origin}${url}`);
  expect(first?.url).toBe(url);
});

it("has its first chunk", async () => {
  const { request, first } = await shown(
    {
      stream: undefined as never,
      request: { method: "POST", url: at("/rows"), body: { $cel: "input" } },
      batch: { input: "/rows", max: 2 },
    },
    { input: { rows: [1, 2, 3] } },
  );
  expect(request?.body).toEqual({ rows: [1, 2] });
  expect(first?.body).toBe('{"rows":[1,2]}');
});

it("is the parent's where parts come from one, and none where there is no part", async () => {
  const request = { method: "GET", url: at("/list/${partition.id}") } as const;
  const ofParent = await shown({ request, partition: { parent: { operation: "parents", with: { active: true } } } });
  expect(ofParent.request?.parent).toEqual({ operation: "sample/parents", input: { active: true } });
  expect(ofParent.first?.url).toBe("/parents");
  const none = await shown({ request, partition: { over: { $cel: "input.ids" } } }, { input: { ids: [] } });
  expect(none.request).toBeNull();
  expect(none.first).toBeUndefined();
});
