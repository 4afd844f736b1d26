// Pins: an answer that comes out as something else than the contract says; one that is larger unpacked than an answer may be.
import { gzipSync } from "node:zlib";
import type { Decoder, HttpRequest, Json, JsonSchemaObject } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";
import { zipFile } from "../../packages/runtime/test/attempts/decoding/zip-file.ts";
import { type Answer, at, connect, contractOf, openVendor } from "./vendor.ts";

const ROWS: JsonSchemaObject = {
  type: "array",
  items: {
    type: "object",
    properties: { id: { type: "integer" }, name: { type: "string" }, paid: { type: "boolean" } },
    required: ["id", "name", "paid"],
  },
};
const ADA = { id: 1, name: "Ada, Countess", paid: true };
const CSV = 'id,name,paid\r\n1,"Ada, Countess",true\r\n';
const XML = "<rows><row><id>1</id><name>Ada, Countess</name><paid>true</paid></row></rows>";

async function read(answer: Answer, request: Partial<HttpRequest> = {}, output?: JsonSchemaObject) {
  const vendor = await openVendor(() => answer);
  onTestFinished(vendor.close);
  const operation = {
    request: { method: "GET", url: at("/x"), ...request },
    ...(output === undefined ? {} : { output }),
  } as const;
  const { runtime, connection } = connect(contractOf({ read: operation }), vendor);
  onTestFinished(() => runtime.close());
  return runtime.call("vendor/read", { connection, input: {} });
}

const typed = (type: string, body: string | Buffer): Answer => ({ headers: { "content-type": type }, body });
const entries = (pattern: string): Decoder => ({ zip: { entries: pattern } });

test.each<readonly [what: string, answer: Answer, decode: HttpRequest["decode"]]>([
  ["JSON", typed("application/vnd.api+json", JSON.stringify([ADA])), undefined],
  ["JSON lines", typed("application/x-ndjson", `${JSON.stringify(ADA)}\n`), undefined],
  ["a JSON sequence", typed("application/json-seq", `\x1e${JSON.stringify(ADA)}\n`), undefined],
  ["CSV", typed("text/csv; charset=utf-8", CSV), undefined],
  ["CSV of another dialect", typed("text/plain", "id;name;paid\n1;'Ada, Countess';1\n"), { csv: { delimiter: ";", quote: "'" } }],
  ["XML", typed("application/xml", XML), undefined],
  ["gzip of JSON lines", typed("application/octet-stream", gzipSync(JSON.stringify(ADA))), ["gzip", "jsonl"]],
  [
    "zip of gzip of CSV",
    typed("application/zip", zipFile([{ name: "rows.csv.gz", content: gzipSync(CSV) }])),
    ["zip", "gzip", "csv"],
  ],
])("%s comes out as the output schema says", async (_, answer, decode) => {
  expect(await read(answer, decode === undefined ? {} : { decode }, ROWS)).toMatchObject({ outcome: "success", output: [ADA] });
});

test("events come out as a list", async () => {
  const body = ': hello\n\nevent: delta\ndata: {"a":1}\nid: 7\n\ndata: two\ndata: lines\n\ndata: cut off';
  expect(await read(typed("text/event-stream", body))).toMatchObject({
    output: [
      { event: "delta", data: '{"a":1}', id: "7" },
      { event: "message", data: "two\nlines", id: "7" },
    ],
  });
});

test("several files of an archive come out by their names", async () => {
  const body = zipFile([
    { name: "2026/a.csv", content: CSV },
    { name: "2026/b.csv", content: "id,name,paid\n" },
    { name: "readme.txt", content: "no rows" },
  ]);
  const output: JsonSchemaObject = {
    type: "array",
    items: { type: "object", properties: { name: { type: "string" }, content: ROWS } },
  };
  expect(await read(typed("application/zip", body), { decode: entries("**/*.csv") }, output)).toMatchObject({
    output: [
      { name: "2026/a.csv", content: [ADA] },
      { name: "2026/b.csv", content: [] },
    ],
  });
});

test("bytes come out as base64, and an output can be made of them", async () => {
  const output = {
    file: { name: "a.png", type: { $cel: "response.headers['content-type']" }, base64: { $cel: "response.body" } },
  };
  expect(await read(typed("image/png", Buffer.from([0, 255])), { output })).toMatchObject({
    output: { file: { name: "a.png", type: "image/png", base64: "AP8=" } },
  });
});

test("where the contract makes the output itself, texts stay texts and lists are those it names", async () => {
  const decode: Decoder = { xml: { lists: ["row"] } };
  const result = await read(typed("text/xml", XML), { decode, output: { $cel: "response.body.rows.row[0]" } });
  expect(result).toMatchObject({ output: { id: "1", paid: "true" } });
});

test("HEAD, 204 and an empty body give null", async () => {
  const empty: readonly (readonly [Answer, Partial<HttpRequest>])[] = [
    [typed("application/json", '{"a":1}'), { method: "HEAD" }],
    [{ status: 204 }, {}],
    [typed("text/csv", ""), { decode: "csv" }],
    [typed("application/zip", ""), { decode: "zip" }],
    [typed("text/plain", "not read"), { decode: "none" }],
  ];
  for (const [answer, request] of empty) expect(await read(answer, request)).toMatchObject({ outcome: "success", output: null });
});

test("an answer that is too large when it is unpacked, or is not what it should be, fails the read", async () => {
  const twelve = Buffer.alloc(12 * 1024 * 1024, 32);
  const large = { outcome: "poison", error: { code: "LIMIT_EXCEEDED" } };
  expect(await read(typed("application/gzip", gzipSync(twelve)), { decode: ["gzip", "text"] })).toMatchObject(large);
  expect(
    await read(typed("application/zip", zipFile([{ name: "a", content: twelve }])), { decode: ["zip", "text"] }),
  ).toMatchObject(large);
  const encoded: Answer = { headers: { "content-type": "text/plain", "content-encoding": "gzip" }, body: gzipSync(twelve) };
  expect(await read(encoded)).toMatchObject(large);
  const broken: Json = "id,name\n1";
  expect(await read(typed("text/csv", broken), { decode: "csv" })).toMatchObject({
    outcome: "poison",
    error: { code: "INVALID_OUTPUT" },
  });
  const entity = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>';
  expect(await read(typed("text/xml", entity), { decode: "xml" })).toMatchObject({
    outcome: "poison",
    error: { code: "INVALID_OUTPUT" },
  });
});
