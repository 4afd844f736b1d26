// Pins: a list in one answer that is held as a whole, a sender that goes on while nobody reads rows, and rows that are lost or doubled between pages.
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { type HttpRequest, isMortiseError, type Json, type JsonSchemaObject, type Operation } from "@mortise/contract";
import { afterEach, describe, expect, it } from "vitest";
import { createRuntime, type Runtime, type StreamRequest } from "../../src/index.ts";
import { type Loopback, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const ITEM: JsonSchemaObject = { type: "object", properties: { id: { type: "integer" }, name: { type: "string" } } };

let server: Loopback;
let runtime: Runtime;
afterEach(async () => {
  await runtime.close();
  await server.close();
});

async function serving(
  decode: HttpRequest["decode"],
  answer: (response: ServerResponse, count: number) => void,
  type = "",
  parts: Partial<Operation> = {},
) {
  server = await loopback((_, response, count) => {
    if (type !== "") response.setHeader("content-type", type);
    answer(response, count);
  });
  const connector = connectorOf({
    list: {
      output: { type: "array", items: ITEM },
      stream: { items: "", resume: "cursor" },
      request: { method: "GET", url: at("/rows"), ...(decode === undefined ? {} : { decode }) },
      ...parts,
    },
  });
  runtime = createRuntime({ connectors: [connector], egress: { allow: [server.origin] } });
  const request = (parts: Partial<StreamRequest> = {}) => ({ connection: connectionTo(server.origin), input: {}, ...parts });
  return {
    pages: (parts?: Partial<StreamRequest>) => runtime.stream<{ readonly id: number }>("sample/list", request(parts)),
    call: () => runtime.call("sample/list", request()),
  };
}

const jsonl = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `{"id":${from + index},"name":"n${from + index}"}\n`).join("");

async function ids(pages: AsyncIterable<{ readonly items: readonly { readonly id: number }[] }>): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const { items } of pages) found.push(...items.map(({ id }) => id));
  return found;
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

describe("a list in one answer", () => {
  it.each([
    ["JSON lines", "jsonl", jsonl(0, 2_500)],
    ["lines with carriage returns and blanks", "jsonl", jsonl(0, 2_500).replaceAll("\n", "\r\n\r\n")],
    ["a JSON text sequence", "jsonl", jsonl(0, 2_500).replaceAll("{", "\u001e{")],
    ["no line break at its end", "jsonl", jsonl(0, 2_500).trimEnd()],
    [
      "CSV",
      "csv",
      `id,name\n${upTo(2_500)
        .map((id) => `${id},"n, ""${id}"""`)
        .join("\n")}`,
    ],
  ] as const)("comes in pages: %s", async (_, decode, body) => {
    const { pages } = await serving(decode, (response) => response.end(body));
    expect(await ids(pages())).toEqual(upTo(2_500));
    expect(server.seen).toHaveLength(1);
  });

  it("is put together again where it is cut in the midst of a row and of a letter", async () => {
    const bytes = Buffer.from(`{"id":0,"name":"Zoë 🐦"}\n${jsonl(1, 20)}`);
    const { pages } = await serving("jsonl", async (response) => {
      for (const byte of bytes) {
        response.write(Buffer.of(byte));
        await turn();
      }
      response.end();
    });
    const found: Json[] = [];
    for await (const { items } of pages()) found.push(...items);
    expect(found[0]).toEqual({ id: 0, name: "Zoë 🐦" });
    expect(found).toHaveLength(20);
  });

  it("goes on behind the row that a cursor names", async () => {
    const { pages } = await serving("jsonl", (response) => response.end(jsonl(0, 25)));
    const seen: { readonly ids: readonly number[]; readonly next: Json }[] = [];
    for await (const { items, next } of pages({ pageSize: 10 })) seen.push({ ids: items.map(({ id }) => id), next });
    expect(seen.map(({ next }) => next)).toEqual([{ row: 10 }, { row: 20 }, null]);
    expect(await ids(pages({ pageSize: 10, cursor: { row: 20 } }))).toEqual([20, 21, 22, 23, 24]);
  });

  it("called and not streamed, is collected up to its bound", async () => {
    const { call } = await serving("jsonl", (response) => response.end(jsonl(0, 12_000)));
    expect(await call()).toMatchObject({ outcome: "success", meta: { truncated: true }, output: { length: 10_000 } });
  });

  it("stops its sender while no page is asked for, and lets it go when the reader leaves", async () => {
    let written = 0;
    let closed = false;
    const piece = jsonl(0, 2_000);
    const { pages } = await serving("jsonl", (response) => {
      response.on("close", () => {
        closed = true;
      });
      const more = (): void => {
        while (written < 300_000_000 && !response.destroyed) {
          written += piece.length;
          if (!response.write(piece)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    });
    for await (const { items } of pages()) {
      expect(items).toHaveLength(1_000);
      for (let last = -1; last !== written; ) {
        last = written;
        for (let turns = 0; turns < 200; turns++) await turn();
      }
      break;
    }
    console.log(`the sender stood still after ${(written / 1e6).toFixed(1)} MB of 300`);
    expect(written).toBeLessThan(30_000_000);
    await expect.poll(() => closed).toBe(true);
  });

  it("that breaks off gives the rows before it, and then says after how many", async () => {
    const { pages } = await serving("jsonl", (response) => {
      response.writeHead(200, { "content-length": "1000000" });
      response.write(jsonl(0, 1_000), () => setTimeout(() => response.destroy(), 50));
    });
    const found: number[] = [];
    const failure = await (async () => {
      for await (const { items } of pages({ pageSize: 500 })) found.push(...items.map(({ id }) => id));
    })().catch((error: unknown) => error);
    expect(found).toEqual(upTo(1_000));
    expect(isMortiseError(failure) && [failure.code, failure.message]).toEqual([
      "TARGET_SICK",
      expect.stringContaining("broke off after 1000 rows"),
    ]);
  });

  it.each([
    ["jsonl", `${jsonl(0, 3)}{"id":\n`, "INVALID_OUTPUT"],
    ["jsonl", `${jsonl(0, 3)}{"id":"x"}\n`, "INVALID_OUTPUT"],
    ["jsonl", `{"id":1,"name":"${"x".repeat(11_000_000)}"}`, "LIMIT_EXCEEDED"],
    ["csv", 'id,name\n1,"x\n', "INVALID_OUTPUT"],
    ["csv", "id,name\n1,2,3\n", "INVALID_OUTPUT"],
    ["csv", `id,name\n1,"${"x".repeat(11_000_000)}"\n`, "LIMIT_EXCEEDED"],
  ] as const)("says of %s what is no row (%#)", async (decode, body, code) => {
    const { pages } = await serving(decode, (response) => response.end(body));
    const failure = await ids(pages()).catch((error: unknown) => error);
    expect(isMortiseError(failure) && failure.code).toBe(code);
  });

  it("that is a failure says what the vendor said, and a sick vendor is asked again", async () => {
    const { pages } = await serving("jsonl", (response) => {
      if (server.seen.length < 3) response.writeHead(503).end();
      else response.writeHead(400, { "content-type": "application/json" }).end('{"message":"Bad filter."}');
    });
    const failure = await ids(pages()).catch((error: unknown) => error);
    expect(isMortiseError(failure) && failure.message).toContain("Bad filter.");
    expect(server.seen).toHaveLength(3);
  });

  it("refuses a cursor of something else", async () => {
    const { pages } = await serving("jsonl", (response) => response.end(jsonl(0, 3)));
    const failure = await ids(pages({ cursor: "page-2" })).catch((error: unknown) => error);
    expect(isMortiseError(failure) && failure.code).toBe("USAGE");
  });
});

const inDocument: Partial<Operation> = {
  output: { type: "object", properties: { data: { type: "array", items: ITEM }, more: { type: "string" } } },
  stream: { items: "/data", resume: "cursor" },
};
const items = (from: number, to: number): string =>
  JSON.stringify(
    upTo(to)
      .slice(from)
      .map((id) => ({ id, name: `n${id}` })),
  );
const document = (to: number): string => `{"more":"yes","data":${items(0, to)},"after":[1]}`;

describe("a list in one JSON document", () => {
  it.each([
    ["as its Content-Type says", undefined, "application/json", document(2_500), inDocument],
    ["whatever its Content-Type says", "json", "text/plain", document(2_500), inDocument],
    ["packed", ["gzip", "json"], "application/gzip", gzipSync(document(2_500)), inDocument],
    ["said to be packed and not", ["gzip", "json"], "application/gzip", document(2_500), inDocument],
    ["that is the document", undefined, "application/json", items(0, 2_500), {}],
    ["of lines in place of a document", undefined, "application/x-ndjson", jsonl(0, 2_500), {}],
    ["packed lines", ["gzip", "jsonl"], "", gzipSync(jsonl(0, 2_500)), {}],
  ] as const)("comes in pages: %s", async (_, decode, type, body, parts) => {
    const { pages } = await serving(decode, (response) => response.end(body), type, parts);
    const sizes: number[] = [];
    const found: number[] = [];
    for await (const page of pages()) {
      sizes.push(page.items.length);
      found.push(...page.items.map(({ id }) => id));
    }
    expect(found).toEqual(upTo(2_500));
    expect(sizes).toEqual([1_000, 1_000, 500]);
  });

  it("may be larger than an answer that is read at once, and goes on behind a cursor", async () => {
    const row = (id: number): string => `{"id":${id},"name":"${"n".repeat(1_000)}"}`;
    const { pages } = await serving(
      undefined,
      async (response) => {
        response.write('{"data":[');
        for (let at = 0; at < 20_000; at += 500) {
          const part = upTo(500)
            .map((each) => row(at + each))
            .join(",");
          if (!response.write(at === 0 ? part : `,${part}`)) await once(response, "drain");
        }
        response.end("]}");
      },
      "application/json",
      inDocument,
    );
    expect(await ids(pages({ cursor: { row: 19_000 } }))).toEqual(upTo(20_000).slice(19_000));
  });

  it("called and not streamed, has the rest of the document beside it", async () => {
    const { call } = await serving(undefined, (response) => response.end(document(20)), "application/json", inDocument);
    expect(await call()).toMatchObject({ outcome: "success", output: { more: "yes", after: [1], data: { length: 20 } } });
  });

  it("that breaks off in its first page is asked for again, as any answer", async () => {
    const { pages } = await serving(
      undefined,
      (response, count) => {
        if (count > 1) return void response.end(document(300));
        response.writeHead(200, { "content-length": "100000" });
        response.write(document(300).slice(0, 2_000), () => setTimeout(() => response.destroy(), 20));
      },
      "application/json",
      inDocument,
    );
    expect(await ids(pages())).toEqual(upTo(300));
    expect(server.seen).toHaveLength(2);
  });

  it("that breaks off behind its first page is not taken for a shorter one", async () => {
    const { pages } = await serving(
      undefined,
      (response) => {
        response.writeHead(200, { "content-length": "1000000" });
        response.write(document(1_500).slice(0, 16_000), () => setTimeout(() => response.destroy(), 50));
      },
      "application/json",
      inDocument,
    );
    const found: number[] = [];
    const failure = await (async () => {
      for await (const page of pages({ pageSize: 500 })) found.push(...page.items.map(({ id }) => id));
    })().catch((error: unknown) => error);
    expect(found).toEqual(upTo(500));
    expect(failure).toMatchObject({ code: "TARGET_SICK", message: expect.stringContaining("broke off after 500 rows") });
  });

  it.each([
    ["no JSON", "<html>", "INVALID_OUTPUT"],
    ["no list", '{"data":{}}', "INVALID_OUTPUT"],
    ["an item that does not fit", '{"data":[{"id":"x"}]}', "INVALID_OUTPUT"],
    ["an item over 10 MB", `{"data":[{"id":1,"name":"${"x".repeat(11_000_000)}"}]}`, "LIMIT_EXCEEDED"],
  ])("says what is wrong with it: %s", async (_, body, code) => {
    const { pages } = await serving(undefined, (response) => response.end(body), "application/json", inDocument);
    await expect(ids(pages())).rejects.toMatchObject({ code });
    expect(server.seen).toHaveLength(1);
  });

  it("is read as a whole where a rule of the outcome table looks at what is in a success", async () => {
    const { pages } = await serving(undefined, (response) => response.end('{"data":[],"error":"quota"}'), "application/json", {
      ...inDocument,
      outcomes: [{ when: { status: 200, cel: "has(body.error)" }, as: "throttled" }],
    });
    await expect(ids(pages())).rejects.toMatchObject({ code: "THROTTLED" });
  });

  it("packed a thousandfold is stopped at the row that is too long", async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from('{"data":["'), Buffer.alloc(40_000_000, "x"), Buffer.from('"]}')]));
    const { pages } = await serving(["gzip", "json"], (response) => response.end(bomb), "", inDocument);
    await expect(ids(pages())).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  });
});
