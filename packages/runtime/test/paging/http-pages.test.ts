// Pins: invariants H2 and H3 (a vendor that leads in a circle, a list cut short without a word), and lists that `output` has changed.
import type { Json, Operation } from "@mortise/contract";
import { afterEach, expect, it } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function listing(operation: Partial<Operation>, answer: Parameters<typeof loopback>[0]) {
  const server = await loopback(answer);
  const runtime = createRuntime({
    connectors: [
      connectorOf({
        list: { request: { method: "GET", url: at("/list") }, stream: { items: "/rows", resume: "cursor" }, ...operation },
      }),
    ],
    egress: { allow: [server.origin] },
  });
  open.push(server, runtime);
  const connection = connectionTo(server.origin);
  const stream = async (): Promise<unknown[]> => {
    const items: unknown[] = [];
    for await (const page of runtime.stream("sample/list", { connection, input: {} })) items.push(...page.items);
    return items;
  };
  return { server, stream, call: (input = {}) => runtime.call("sample/list", { connection, input }) };
}

it("stops at a vendor that leads in a circle (H2)", async () => {
  const circle = ["a", "b", "c"];
  const { call, server } = await listing({ pagination: { kind: "cursor", cursor: "/next", param: "c" } }, (_, response, count) =>
    json(response, { rows: [count], next: circle[count % 3] }),
  );
  expect(await call()).toMatchObject({ outcome: "poison", error: { code: "INVALID_OUTPUT" } });
  expect(server.seen.length).toBeLessThanOrEqual(5);
});

it("reads no more than maxItems, and says that more follows (H3)", async () => {
  const pagination = { kind: "page", param: "p", maxItems: 5 } as const;
  const { call, stream, server } = await listing({ pagination }, (_, response) => json(response, { rows: [1, 2, 3] }));
  expect(await call()).toMatchObject({ output: { rows: [1, 2, 3, 1, 2] }, meta: { truncated: true } });
  expect(server.seen).toHaveLength(2);
  await expect(stream()).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
});

it("does not call a list cut that ends exactly at its bound", async () => {
  const pagination = { kind: "cursor", cursor: "/next", param: "c", maxItems: 4 } as const;
  const { call, stream } = await listing({ pagination }, (request, response) =>
    json(response, request.url.includes("c=2") ? { rows: [3, 4] } : { rows: [1, 2], next: 2 }),
  );
  const result = await call();
  expect(result).toMatchObject({ output: { rows: [1, 2, 3, 4] } });
  expect(result.meta).not.toHaveProperty("truncated");
  expect(await stream()).toEqual([1, 2, 3, 4]);
});

it("counts what the vendor sent, also where `output` leaves items out", async () => {
  const rows = [1, 2, 3, 4, 5].map((id) => ({ id, keep: id % 2 === 1 }));
  const keep: Json = { $map: [{ from: { $cel: "response.body.data" } }, { filter: { where: { $cel: "row.keep" } } }] };
  const { call, server } = await listing(
    {
      pagination: { kind: "offset", param: "o", size: 2, list: "/data" },
      request: { method: "GET", url: at("/list"), output: { rows: keep } },
    },
    (request, response) => {
      const start = Number(new URL(request.url, "http://x").searchParams.get("o"));
      json(response, { data: rows.slice(start, start + 2) });
    },
  );
  expect(await call()).toMatchObject({ output: { rows: [{ id: 1 }, { id: 3 }, { id: 5 }] } });
  expect(server.seen.map(({ url }) => url)).toEqual(["/list?o=0", "/list?o=2", "/list?o=4"]);
});

it("counts pages in the path", async () => {
  const seen: string[] = [];
  const server = await loopback((request, response) => {
    seen.push(request.url);
    json(response, { rows: [seen.length], pages: 2 });
  });
  const list: Partial<Operation> = {
    request: { method: "GET", url: `${server.origin}/list/{page}/rows`, path: { page: 1 } },
    pagination: { kind: "page", param: "page", in: "path", total: "/pages" },
    stream: { items: "/rows", resume: "cursor" },
  };
  const runtime = createRuntime({ connectors: [connectorOf({ list })], egress: { allow: [server.origin] } });
  open.push(server, runtime);
  expect(await runtime.call("sample/list", { connection: connectionTo(server.origin), input: {} })).toMatchObject({
    output: { rows: [1, 2] },
  });
  expect(seen).toEqual(["/list/1/rows", "/list/2/rows"]);
});

it("takes an answer without content for the end of a list", async () => {
  const output = { rows: { $cel: "response.body.rows.map(row, row)" } };
  const request = { method: "GET", url: at("/list"), output } as const;
  const { stream } = await listing({ request, pagination: { kind: "page", param: "p", list: "/rows" } }, (_, response, count) => {
    if (count < 3) return json(response, { rows: [count] });
    response.writeHead(204).end();
  });
  expect(await stream()).toEqual([1, 2]);
});

it("ends where the contract says that an answer is an empty list", async () => {
  const { call } = await listing(
    {
      pagination: { kind: "page", param: "p", list: "/rows" },
      outcomes: [{ when: { status: 404 }, as: "success", output: { rows: [] } }],
    },
    (_, response, count) => (count < 3 ? json(response, { rows: [count] }) : json(response, { error: "no such page" }, 404)),
  );
  expect(await call()).toMatchObject({ outcome: "success", output: { rows: [1, 2] } });
});
