// Pins: invariants P1 to P3 (parts mixed up, skipped or read twice), parents fetched ahead of their children, states that cover too much.
import type { Json, Operation } from "@mortise/contract";
import { afterEach, expect, it } from "vitest";
import { createRuntime, type StreamedPage } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const STREAM = { items: "/rows", resume: "cursor" } as const;
const PAGES = { kind: "cursor", cursor: "/next", param: "c" } as const;

/** Projects p1 to p3, two a page, with `counts` of tasks, two a page. */
async function projects(tasks: Partial<Operation> = {}, counts: Record<string, number> = { p1: 3, p2: 0, p3: 1 }) {
  let names = Object.keys(counts);
  let status = 200;
  const server = await loopback((request, response) => {
    if (status !== 200) return json(response, {}, status);
    const url = new URL(request.url, "http://x");
    const start = Number(url.searchParams.get("c") ?? 0);
    const project = /\/projects\/(\w+)\/tasks/.exec(url.pathname)?.[1];
    const all = project === undefined ? names.map((id) => ({ id })) : rowsOf(project, counts[project] ?? 0);
    json(response, { rows: all.slice(start, start + 2), ...(start + 2 < all.length ? { next: start + 2 } : {}) });
  });
  const listTasks: Partial<Operation> = {
    request: {
      method: "GET",
      url: at("/projects/${partition.id}/tasks"),
      output: {
        rows: { $cel: "response.body.rows.map(r, {'id': r.id, 'at': r.at, 'project': partition.id})" },
        next: { $cel: "response.body.?next.orValue(null)" },
      },
    },
    stream: STREAM,
    pagination: PAGES,
    identity: ["/id"],
    partition: { parent: { operation: "listProjects", with: {} } },
    ...tasks,
  };
  const listProjects: Partial<Operation> = {
    request: { method: "GET", url: at("/projects") },
    stream: STREAM,
    pagination: PAGES,
    identity: ["/id"],
  };
  const runtime = createRuntime({ connectors: [connectorOf({ listTasks, listProjects })], egress: { allow: [server.origin] } });
  open.push(server, runtime);
  const connection = connectionTo(server.origin);
  const stream = async (request: { cursor?: Json; state?: Json } = {}): Promise<StreamedPage[]> => {
    const pages: StreamedPage[] = [];
    for await (const page of runtime.stream("sample/listTasks", { connection, input: {}, ...request })) pages.push(page);
    return pages;
  };
  return {
    server,
    stream,
    call: (input: Json = {}, state?: Json) =>
      runtime.call("sample/listTasks", { connection, input, ...(state === undefined ? {} : { state }) }),
    pages: () => runtime.stream("sample/listTasks", { connection, input: {} })[Symbol.asyncIterator](),
    fail: (code: number) => {
      status = code;
    },
    setProjects: (all: string[]) => {
      names = all;
    },
  };
}

const rowsOf = (project: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `${project}-${index}`, at: index }));
const idsOf = (pages: readonly StreamedPage[]) => pages.flatMap(({ items }) => items.map((item) => (item as { id: string }).id));
const all = ["p1-0", "p1-1", "p1-2", "p3-0"];

it("reads each part to its end before the next, and says what part an item is of", async () => {
  const { stream, call, server } = await projects();
  const pages = await stream();
  expect(idsOf(pages)).toEqual(all);
  expect(pages[0]?.items[0]).toEqual({ id: "p1-0", at: 0, project: "p1" });
  expect(server.seen.map(({ url }) => url)).toEqual([
    "/projects",
    "/projects/p1/tasks",
    "/projects/p1/tasks?c=2",
    "/projects/p2/tasks",
    "/projects?c=2",
    "/projects/p3/tasks",
  ]);
  expect(await call()).toMatchObject({ output: { rows: [{}, {}, {}, { project: "p3" }] } });
});

it("goes on from any cursor, which is JSON", async () => {
  const { stream } = await projects();
  const pages = await stream();
  for (const [index, { next }] of pages.entries()) {
    if (next === null) continue;
    const rest = await stream({ cursor: JSON.parse(JSON.stringify(next)) });
    expect(idsOf(rest)).toEqual(idsOf(pages.slice(index + 1)));
  }
});

it("finds a part at another place, and fails where it is gone (P2)", async () => {
  const { pages, stream, setProjects } = await projects();
  const first = await pages().next();
  setProjects(["p0", "p1", "p2", "p3"]);
  expect(idsOf(await stream({ cursor: first.value.next }))).toEqual(["p1-2", "p3-0"]);
  setProjects(["p2", "p3"]);
  await expect(stream({ cursor: first.value.next })).rejects.toMatchObject({ code: "STREAM_CHANGED" });
});

it("fetches neither a parent nor a child before it is asked for", async () => {
  const { pages, server } = await projects();
  const iterator = pages();
  await iterator.next();
  expect(server.seen).toHaveLength(2);
  await iterator.return?.();
  expect(server.seen).toHaveLength(2);
});

it("reads the values of a list", async () => {
  const over = { $cel: "['p1', 'p3']" };
  const url = at("/projects/${partition}/tasks");
  const { stream, call } = await projects({ partition: { over }, request: { method: "GET", url } });
  const pages = await stream();
  expect(idsOf(pages)).toEqual(all);
  expect(idsOf(await stream({ cursor: pages[0]?.next ?? null }))).toEqual(all.slice(2));
  expect(await call({ limit: 1 })).toMatchObject({ output: { rows: [{ id: "p1-0" }] }, meta: { truncated: true } });
});

it("keeps a state for every part, and the old one of a part that was not read to its end (P3)", async () => {
  const incremental = { cursor: "/at", as: "number" } as const;
  const counts = { p1: 3, p2: 1, p3: 1 };
  const { stream, call } = await projects({ incremental }, counts);
  const first = await call();
  expect(first.meta.state).toMatchObject({ parts: { p1: { reach: 2 }, p2: { reach: 0 }, p3: { reach: 0 } } });
  Object.assign(counts, { p1: 5, p3: 2 });
  const state = first.meta.state ?? null;
  const pages = await stream({ state });
  expect(idsOf(pages)).toEqual(["p1-3", "p1-4", "p3-1"]);
  expect(pages[0]?.state).toEqual(state);
  const early = await call({ limit: 1 }, state);
  expect(early).toMatchObject({
    output: { rows: [{ id: "p1-3" }] },
    meta: { truncated: true, state: { parts: { p1: { reach: 2 } } } },
  });
  const [, , third] = pages;
  const rest = await stream({ cursor: third?.next ?? null });
  expect(idsOf(rest)).toEqual(["p3-1"]);
  expect(rest.at(-1)?.state).toEqual(pages.at(-1)?.state);
});

it("takes a state only where one is kept", async () => {
  const { call } = await projects();
  expect(await call({}, { parts: {} })).toMatchObject({ outcome: "fault", error: { code: "USAGE" } });
  const incremental = await projects({ incremental: { cursor: "/at", as: "number" } });
  expect(await incremental.call({}, "old")).toMatchObject({ outcome: "fault", error: { code: "INVALID_VALUE" } });
});

it("gives an empty list where there is no part", async () => {
  const { call, stream } = await projects({}, {});
  expect(await call()).toMatchObject({ outcome: "success", output: { rows: [] } });
  expect(await stream()).toEqual([]);
});

it("fails with the error of a parent that cannot be read", async () => {
  const { call, fail } = await projects();
  fail(403);
  expect(await call()).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED", status: 403 } });
});
