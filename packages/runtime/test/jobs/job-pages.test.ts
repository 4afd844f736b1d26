// Pins: a job that is run again for every page of its result, or a large result that is cut without a word.
import type { Json, Operation } from "@mortise/contract";
import { afterEach, expect, it } from "vitest";
import { createRuntime, type StreamedPage } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";
import { virtualClock } from "../virtual-clock.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const STREAM = { items: "/rows", resume: "cursor" } as const;
const WAIT: Operation["wait"] = {
  poll: { operation: "getJob", with: { id: { $cel: "output.id" } } },
  done: "polled.done",
  every: "1s",
  timeout: "1m",
  fetch: { operation: "getRows", with: { file: { $cel: "polled.file" } } },
};

async function exporter(parts: Partial<Operation> = {}, results: readonly number[][] = [[1, 2, 3, 4, 5]]) {
  let jobs = 0;
  const server = await loopback(({ method, url }, response) => {
    if (method === "POST") return json(response, { id: ++jobs });
    if (url.startsWith("/jobs")) return json(response, { done: true, file: `f${url.split("/").at(-1)}` });
    const start = Number(new URL(url, "http://x").searchParams.get("o"));
    const ids = results[Number(/f(\d+)/.exec(url)?.[1]) - 1] ?? [];
    json(response, { rows: ids.slice(start, start + 2).map((id) => ({ id, at: `2026-01-0${id}` })) });
  });
  const connector = connectorOf({
    export: { request: { method: "POST", url: at("/jobs") }, stream: STREAM, wait: WAIT, ...parts },
    getJob: { request: { method: "GET", url: at("/jobs/${input.id}") } },
    getRows: {
      request: { method: "GET", url: at("/rows/${input.file}") },
      stream: STREAM,
      pagination: { kind: "offset", param: "o", size: 2 },
    },
  });
  const clock = virtualClock("2026-01-04T00:00:00Z");
  const runtime = createRuntime({ connectors: [connector], egress: { allow: [server.origin] }, clock });
  open.push(server, runtime);
  const connection = connectionTo(server.origin);
  const lines = () => server.seen.splice(0).map(({ method, url }) => `${method} ${url}`);
  const stream = async (request: { cursor?: Json; state?: Json } = {}): Promise<StreamedPage[]> => {
    const pages: StreamedPage[] = [];
    for await (const page of runtime.stream("sample/export", { connection, input: {}, ...request })) pages.push(page);
    return pages;
  };
  return { runtime, connection, lines, stream };
}

it("reads the result page by page, and goes on from a cursor without the job", async () => {
  const { stream, lines } = await exporter();
  const pages = await stream();
  expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 1]);
  expect(lines()).toEqual(["POST /jobs", "GET /jobs/1", "GET /rows/f1?o=0", "GET /rows/f1?o=2", "GET /rows/f1?o=4"]);
  const rest = await stream({ cursor: JSON.parse(JSON.stringify(pages[0]?.next)) });
  expect(rest.flatMap(({ items }) => items)).toMatchObject([3, 4, 5].map((id) => ({ id })));
  expect(lines()).toEqual(["GET /rows/f1?o=2", "GET /rows/f1?o=4"]);
});

it("gives the whole result to a call", async () => {
  const { runtime, connection } = await exporter();
  const result = await runtime.call("sample/export", { connection, input: {} });
  expect(result).toMatchObject({ output: { rows: [{ id: 1 }, {}, {}, {}, { id: 5 }] } });
});

it("runs one job for every window, and drops what it gave before", async () => {
  const incremental = {
    cursor: "/at",
    as: "date",
    param: "from",
    until: "to",
    in: "body",
    window: "2d",
    start: "2026-01-01",
  } as const;
  const { stream, lines } = await exporter({ incremental, identity: ["/id"] }, [
    [1, 2, 3],
    [3, 4],
    [3, 4],
  ]);
  const pages = await stream();
  expect(pages.flatMap(({ items }) => items)).toMatchObject([1, 2, 3, 4].map((id) => ({ id })));
  expect(lines().filter((line) => line.startsWith("POST"))).toHaveLength(2);
  const rest = await stream({ cursor: JSON.parse(JSON.stringify(pages[1]?.next)) });
  expect(rest.flatMap(({ items }) => items)).toMatchObject([{ id: 4 }]);
});

it("says so where a cursor is none of its own", async () => {
  const { stream } = await exporter();
  await expect(stream({ cursor: { page: 2 } })).rejects.toMatchObject({ code: "INVALID_VALUE" });
});
