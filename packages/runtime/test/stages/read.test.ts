// Pins: pages fetched that nobody asked for, pages lost or read for ever, a list silently cut short.
import type { CallResult, Operation, Pagination } from "@mortise/contract";
import type { NativeContext } from "@mortise/sdk";
import { afterEach, describe, expect, it } from "vitest";
import { createRuntime, type Runtime } from "../../src/index.ts";
import { json, type Loopback, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const ROWS = Array.from({ length: 7 }, (_, id) => ({ id }));
const STREAM = { items: "/rows", resume: "cursor" } as const;

async function paged(
  pagination: Pagination,
  answer: Parameters<typeof loopback>[0],
): Promise<{ server: Loopback; runtime: Runtime }> {
  const server = await loopback(answer);
  const operation: Partial<Operation> = { pagination, stream: STREAM, request: { method: "GET", url: at("/list?fixed=1") } };
  const runtime = createRuntime({
    connectors: [connectorOf({ list: operation })],
    egress: { allow: [server.origin] },
    random: () => 0,
  });
  open.push(server, runtime);
  return { server, runtime };
}

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

const param = (url: string, name: string) => new URL(url, "http://x").searchParams.get(name);

const KINDS: readonly (readonly [string, Pagination, Parameters<typeof loopback>[0]])[] = [
  [
    "cursor",
    { kind: "cursor", cursor: "/next", param: "after" },
    (request, response) => {
      const start = Number(param(request.url, "after") ?? 0);
      json(response, { rows: ROWS.slice(start, start + 3), next: start + 3 < 7 ? String(start + 3) : null });
    },
  ],
  [
    "page",
    { kind: "page", param: "page", sizeParam: "size", size: 3 },
    (request, response) => {
      const start = (Number(param(request.url, "page")) - 1) * Number(param(request.url, "size"));
      json(response, { rows: ROWS.slice(start, start + Number(param(request.url, "size"))) });
    },
  ],
  [
    "offset",
    { kind: "offset", param: "skip", sizeParam: "take", size: 3 },
    (request, response) => {
      const start = Number(param(request.url, "skip"));
      json(response, { rows: ROWS.slice(start, start + Number(param(request.url, "take"))) });
    },
  ],
  [
    "link",
    { kind: "link" },
    (request, response) => {
      const start = Number(param(request.url, "s") ?? 0);
      const link: Record<string, string> =
        start + 3 < 7 ? { link: `<?s=0>; rel="first", </list?s=${start + 3}>; title="a,b"; rel="next"` } : {};
      json(response, { rows: ROWS.slice(start, start + 3) }, 200, link);
    },
  ],
  [
    "nextUrl",
    { kind: "nextUrl", url: "/meta/next" },
    (request, response) => {
      const start = Number(param(request.url, "s") ?? 0);
      json(response, { rows: ROWS.slice(start, start + 3), meta: { next: start + 3 < 7 ? `/list?s=${start + 3}` : "" } });
    },
  ],
];

describe("a stream over HTTP", () => {
  it.each(KINDS)(
    "by %s reads every item once, goes on from any cursor, and collects them all in a call",
    async (_, pagination, answer) => {
      const { server, runtime } = await paged(pagination, answer);
      const connection = connectionTo(server.origin);
      const pages = await collect(runtime.stream<{ id: number }>("sample/list", { connection, input: {}, pageSize: 3 }));
      expect(pages.map(({ items }) => items.map(({ id }) => id))).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
      expect(pages.at(-1)?.next).toBeNull();
      const rest = await collect(
        runtime.stream<{ id: number }>("sample/list", { connection, input: {}, cursor: pages[0]?.next, pageSize: 3 }),
      );
      expect(rest.flatMap(({ items }) => items.map(({ id }) => id))).toEqual([3, 4, 5, 6]);
      expect(await runtime.call("sample/list", { connection, input: {} })).toMatchObject({
        outcome: "success",
        output: { rows: ROWS },
      });
    },
  );

  it("fetches a page only when it is asked for", async () => {
    const [, pagination, answer] = KINDS[0] as (typeof KINDS)[number];
    const { server, runtime } = await paged(pagination, answer);
    const pages = runtime.stream("sample/list", { connection: connectionTo(server.origin), input: {} })[Symbol.asyncIterator]();
    expect(server.seen).toHaveLength(0);
    await pages.next();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(server.seen).toHaveLength(1);
    await pages.next();
    expect(server.seen).toHaveLength(2);
    await pages.return?.();
    expect(server.seen).toHaveLength(2);
  });

  it("retries a page, and throws what a page fails with", async () => {
    const { server, runtime } = await paged({ kind: "page", param: "p" }, (_, response, count) =>
      count === 2
        ? json(response, {}, 503)
        : count < 4
          ? json(response, { rows: [count] })
          : json(response, { detail: "no more" }, 403),
    );
    const seen: unknown[] = [];
    const run = async () => {
      for await (const page of runtime.stream("sample/list", { connection: connectionTo(server.origin), input: {} }))
        seen.push(...page.items);
    };
    await expect(run()).rejects.toMatchObject({ code: "AUTH_FAILED", data: { status: 403 } });
    expect(seen).toEqual([1, 3]);
  });

  it("says so when a call stops at its limit", async () => {
    const [, pagination, answer] = KINDS[0] as (typeof KINDS)[number];
    const { server, runtime } = await paged(pagination, answer);
    const result: CallResult = await runtime.call("sample/list", {
      connection: connectionTo(server.origin),
      input: { limit: 4 },
    });
    expect(result).toMatchObject({ output: { rows: ROWS.slice(0, 4) }, meta: { truncated: true } });
    expect(server.seen).toHaveLength(2);
  });

  it("stops where the vendor names the same page again, another origin, or more pages than allowed", async () => {
    const again = await paged({ kind: "cursor", cursor: "/next", param: "c" }, (_, response) =>
      json(response, { rows: [1], next: "same" }),
    );
    const code = async ({ server, runtime }: { server: Loopback; runtime: Runtime }) => {
      const result = await runtime.call("sample/list", { connection: connectionTo(server.origin), input: {} });
      return result.outcome === "success" ? "success" : result.error.code;
    };
    expect(await code(again)).toBe("INVALID_OUTPUT");
    const away = await paged({ kind: "nextUrl", url: "/next" }, (_, response) =>
      json(response, { rows: [1], next: "https://evil.example.com/x" }),
    );
    expect(await code(away)).toBe("EGRESS_DENIED");
    const many = await paged({ kind: "page", param: "p", maxPages: 3 }, (_, response) => json(response, { rows: [1] }));
    expect(await code(many)).toBe("LIMIT_EXCEEDED");
    expect(many.server.seen).toHaveLength(3);
  });
});

describe("a stream of an operation's own code", () => {
  const runtimeOf = (resume: "cursor" | "none", fail: (start: number) => boolean) => {
    const log: string[] = [];
    async function* rows(_: never, ctx: NativeContext<never>, page: { cursor: unknown; size: number }) {
      try {
        for (let start = Number(page.cursor ?? 0); start < 7; start += page.size) {
          if (fail(start)) throw Object.assign(new Error("gone"), { code: "ECONNRESET" });
          log.push(`read ${start}`);
          const next = start + page.size;
          yield { items: ROWS.slice(start, next), next: next < 7 ? next : null };
        }
      } finally {
        log.push(ctx.signal.aborted ? "stopped" : "ended");
      }
    }
    const operation: Partial<Operation> = { native: { reason: "test", uses: [] }, stream: { items: "/rows", resume } };
    const runtime = createRuntime({
      connectors: [connectorOf({ list: operation }, {}, { list: { stream: rows } })],
      random: () => 0,
    });
    open.push(runtime);
    return { runtime, log };
  };

  it("is pulled page by page and closed when the consumer leaves", async () => {
    const { runtime, log } = runtimeOf("cursor", () => false);
    for await (const page of runtime.stream("sample/list", { input: {}, pageSize: 2 })) {
      expect(page.items).toHaveLength(2);
      if (page.next === 4) break;
    }
    expect(log).toEqual(["read 0", "read 2", "stopped"]);
  });

  it("goes on from the last cursor after a failure where it can resume, and fails where it cannot", async () => {
    let broken = 0;
    const resumes = runtimeOf("cursor", (start) => start === 4 && broken++ < 1);
    const pages = await collect(resumes.runtime.stream("sample/list", { input: {}, pageSize: 2 }));
    expect(pages.flatMap(({ items }) => items)).toEqual(ROWS);
    const cannot = runtimeOf("none", (start) => start === 4);
    await expect(collect(cannot.runtime.stream("sample/list", { input: {}, pageSize: 2 }))).rejects.toMatchObject({
      code: "TARGET_SICK",
    });
  });

  it("fails on a page with an item that drifted from the contract", async () => {
    const operation: Partial<Operation> = {
      native: { reason: "test", uses: [] },
      stream: STREAM,
      output: {
        type: "object",
        properties: { rows: { type: "array", items: { $ref: "#/$defs/row" } } },
        $defs: { row: { required: ["id"] } },
      },
    };
    async function* rows() {
      yield { items: [{ id: 1 }], next: 1 };
      yield { items: [{ id: 2 }, { no: 3 }], next: null };
    }
    const runtime = createRuntime({ connectors: [connectorOf({ list: operation }, {}, { list: { stream: rows } })] });
    open.push(runtime);
    const pages = runtime.stream("sample/list", { input: {} })[Symbol.asyncIterator]();
    expect((await pages.next()).value.items).toEqual([{ id: 1 }]);
    await expect(pages.next()).rejects.toMatchObject({ code: "INVALID_OUTPUT", data: { path: "/1/id" } });
  });

  it("is collected by a call", async () => {
    const { runtime } = runtimeOf("cursor", () => false);
    expect(await runtime.call("sample/list", { input: {} })).toMatchObject({ outcome: "success", output: { rows: ROWS } });
  });
});
