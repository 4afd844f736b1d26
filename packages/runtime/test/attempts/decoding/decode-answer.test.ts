// Pins: an answer read as something else than it is; an answer that costs more memory than an answer may.
import { gzipSync } from "node:zlib";
import type { Decoder, HttpRequest, Json, JsonSchema } from "@mortise/contract";
import { describe, expect, it } from "vitest";
import { compileDecoder } from "../../../src/attempts/decoding/decode-answer.ts";
import { type ZipEntry, zipFile } from "./zip-file.ts";

interface Given {
  readonly decode?: HttpRequest["decode"];
  readonly type?: string;
  readonly status?: number;
  readonly schema?: JsonSchema;
}

const read = async (body: string | Buffer, { decode, type, status = 200, schema }: Given = {}): Promise<Json> =>
  compileDecoder(decode, schema)({ status, body: Buffer.from(body), contentType: type });

const CSV = "id,name\r\n1,Ada\r\n";
const LIST: JsonSchema = {
  type: "array",
  items: { type: "object", properties: { id: { type: "integer" }, name: { type: "string" } } },
};

describe("an answer without a decoder", () => {
  it.each<readonly [type: string | undefined, body: string, expected: Json]>([
    ["application/json", '{"a":1}', { a: 1 }],
    ["application/json; charset=UTF-8", "\ufeff[1]", [1]],
    ["application/problem+json", '{"a":1}', { a: 1 }],
    ["application/jsonl", '{"a":1}\n\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ["application/x-ndjson", "1\r\n2", [1, 2]],
    ["application/json-seq", '\x1e{"a":\n1}\n\x1e2\n', [{ a: 1 }, 2]],
    ["text/csv", CSV, [{ id: "1", name: "Ada" }]],
    [
      "text/csv; header=absent",
      CSV,
      [
        ["id", "name"],
        ["1", "Ada"],
      ],
    ],
    ["application/xml", "<a><b>1</b></a>", { a: { b: "1" } }],
    ["application/atom+xml", "<feed/>", { feed: "" }],
    ["image/svg+xml", "<svg/>", "<svg/>"],
    ["text/event-stream", "data: x\n\n", [{ event: "message", data: "x", id: null }]],
    ["text/plain", "1", "1"],
    [undefined, "hello", "hello"],
    ["application/octet-stream", "\x00\x01", "AAE="],
    ["application/pdf", "%PDF", "JVBERg=="],
  ])("of the type %s is read by it", async (type, body, expected) => {
    expect(await read(body, type === undefined ? {} : { type })).toEqual(expected);
  });

  it.each(["application/json", "application/xml", "application/jsonl"])("that only claims to be %s stays text", async (type) => {
    expect(await read("<html>Sorry", { type })).toBe("<html>Sorry");
  });

  it("stays text where the schema expects text and nothing else", async () => {
    expect(await read(CSV, { type: "text/csv", schema: { type: ["string", "null"] } })).toBe(CSV);
    expect(await read("<a/>", { type: "text/xml", schema: { type: "string" } })).toBe("<a/>");
  });

  it("is null where there is nothing, whatever the decoder", async () => {
    for (const decode of ["auto", "json", "csv", "xml", "gzip", "zip", "binary"] as const)
      expect(await read("", { decode })).toBeNull();
    expect(await read("x", { decode: "none" })).toBeNull();
  });

  it("is read in its charset", async () => {
    expect(await read(Buffer.from([0xe9]), { type: "text/plain; charset=iso-8859-1" })).toBe("é");
    const latin = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>', "latin1");
    expect(await read(latin, { type: "application/xml" })).toEqual({ a: "é" });
  });
});

describe("a decoder", () => {
  it("reads what the Content-Type hides", async () => {
    const type = "application/octet-stream";
    expect(await read('{"a":1}', { decode: "json", type })).toEqual({ a: 1 });
    expect(await read("1\n2", { decode: "jsonl", type })).toEqual([1, 2]);
    expect(await read(CSV, { decode: "csv", type, schema: LIST })).toEqual([{ id: 1, name: "Ada" }]);
    expect(await read("1", { decode: "text", type: "application/json" })).toBe("1");
    expect(await read("1", { decode: "binary", type: "application/json" })).toBe("MQ==");
  });

  it("refuses what it cannot read, and says where", async () => {
    const refused = (message: string) =>
      expect.objectContaining({ code: "INVALID_OUTPUT", message: expect.stringContaining(message) });
    await expect(read("1\nx", { decode: "jsonl" })).rejects.toEqual(refused("record 2"));
    await expect(read("a,b\n1", { decode: "csv" })).rejects.toEqual(refused("line 2"));
    await expect(read("<a><b></a>", { decode: "xml" })).rejects.toEqual(refused("unexpected close tag"));
    await expect(read(gzipSync("x").subarray(0, 10), { decode: "gzip" })).rejects.toEqual(refused("gzip"));
    await expect(read("PK", { decode: "zip" })).rejects.toEqual(refused("zip"));
  });

  it("of a success does not read a failure, which comes as its own type says", async () => {
    const schema: JsonSchema = { type: "object", properties: { id: { type: "string" } } };
    expect(await read('{"message":"no"}', { decode: "csv", type: "application/json", status: 400 })).toEqual({ message: "no" });
    expect(await read("<error><id>7</id></error>", { decode: "xml", type: "text/xml", status: 400, schema })).toEqual({
      error: { id: "7" },
    });
    expect(await read('{"message":"no"}', { decode: "text", type: "application/json", status: 400 })).toEqual({ message: "no" });
    expect(await read('{"message":"no"}', { decode: "json", type: "text/plain", status: 400 })).toEqual({ message: "no" });
    expect(await read("<h1>Oops</h1>", { decode: ["zip", "csv"], type: "text/html", status: 502 })).toBe("<h1>Oops</h1>");
  });

  it("that is followed by another where nothing can follow is refused when it is compiled", () => {
    expect(() => compileDecoder(["csv", "gzip"], undefined)).toThrow(/Nothing can follow the decoder csv/);
  });
});

describe("gzip", () => {
  it("hands its bytes to the next decoder", async () => {
    expect(await read(gzipSync(CSV), { decode: ["gzip", "csv"], schema: LIST })).toEqual([{ id: 1, name: "Ada" }]);
    expect(await read(gzipSync(gzipSync('{"a":1}')), { decode: ["gzip", "gzip", "json"] })).toEqual({ a: 1 });
    expect(await read(gzipSync("[1]"), { decode: "gzip", type: "application/gzip" })).toEqual([1]);
    expect(await read(gzipSync(Buffer.from([0xff])), { decode: "gzip" })).toBe("/w==");
  });

  it("passes on what the transport has unpacked already", async () => {
    expect(await read(CSV, { decode: ["gzip", "csv"] })).toEqual([{ id: "1", name: "Ada" }]);
  });

  it("stops at 10 MB", async () => {
    const bomb = gzipSync(Buffer.alloc(11 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(20_000);
    await expect(read(bomb, { decode: ["gzip", "text"] })).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
  });
});

describe("zip", () => {
  const archive = (...entries: readonly ZipEntry[]) => zipFile(entries);
  const all = (entries: string, ...rest: readonly Decoder[]): HttpRequest["decode"] => [{ zip: { entries } }, ...rest];

  it("gives the first file, read by the next decoder or by its name", async () => {
    const body = archive(
      { name: "folder/", content: "" },
      { name: "folder/rows.csv", content: CSV },
      { name: "b.json", content: "{}" },
    );
    expect(await read(body, { decode: ["zip", "csv"], schema: LIST })).toEqual([{ id: 1, name: "Ada" }]);
    expect(await read(body, { decode: "zip" })).toEqual([{ id: "1", name: "Ada" }]);
    expect(await read(archive(), { decode: "zip" })).toBeNull();
  });

  it("gives every file that a pattern matches", async () => {
    const body = archive(
      { name: "a.csv", content: CSV },
      { name: "deep/er/b.csv", content: "id\n2\n" },
      { name: "readme.txt", content: "hello" },
      { name: "image.bin", content: Buffer.from([0xff]) },
    );
    expect(await read(body, { decode: all("*.csv") })).toEqual([{ name: "a.csv", content: [{ id: "1", name: "Ada" }] }]);
    expect(await read(body, { decode: all("**/*.csv", "text") })).toEqual([
      { name: "a.csv", content: CSV },
      { name: "deep/er/b.csv", content: "id\n2\n" },
    ]);
    expect(await read(body, { decode: all("?[.]*") })).toEqual([]);
    expect(await read(body, { decode: all("[ir]*") })).toEqual([]);
    const schema: JsonSchema = { type: "array", items: { type: "object", properties: { content: LIST } } };
    expect(await read(body, { decode: all("a.*", "csv"), schema })).toEqual([
      { name: "a.csv", content: [{ id: 1, name: "Ada" }] },
    ]);
    expect(await read(body, { decode: all("*") })).toMatchObject([{}, { content: "hello" }, { content: "/w==" }]);
  });

  it("stops at 10 MB over all files and layers, whatever the archive says about sizes", async () => {
    const six = Buffer.alloc(6 * 1024 * 1024);
    const limit = { code: "LIMIT_EXCEEDED" };
    await expect(
      read(archive({ name: "a", content: six }, { name: "b", content: six }), { decode: all("*") }),
    ).rejects.toMatchObject(limit);
    await expect(
      read(archive({ name: "a.gz", content: gzipSync(six) }, { name: "b.gz", content: gzipSync(six) }), {
        decode: all("*", "gzip", "text"),
      }),
    ).rejects.toMatchObject(limit);
    await expect(
      read(archive({ name: "a", content: "x", claims: { size: 4_000_000_000 } }), { decode: "zip" }),
    ).rejects.toMatchObject(limit);
    await expect(read(archive({ name: "a", content: six, claims: { size: 10 } }), { decode: "zip" })).rejects.toMatchObject({
      code: "INVALID_OUTPUT",
    });
  });

  it("refuses wrong checksums, encrypted files and paths that climb", async () => {
    for (const entry of [
      { name: "a", content: "x", claims: { checksum: 1 } },
      { name: "a", content: "x", claims: { encrypted: true } },
      { name: "../a", content: "x" },
    ])
      await expect(read(archive(entry), { decode: "zip" })).rejects.toMatchObject({ code: "INVALID_OUTPUT" });
  });
});
