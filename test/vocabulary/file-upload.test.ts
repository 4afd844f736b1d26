// Pins: a file that a real multipart parser reads under another name, of another type, or with other bytes.
import busboy from "busboy";
import { expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor, type Seen } from "./vendor.ts";

interface Upload {
  readonly fields: readonly (readonly [name: string, value: string, type: string | undefined])[];
  readonly files: readonly {
    readonly field: string;
    readonly name: string | undefined;
    readonly type: string;
    readonly bytes: Buffer;
  }[];
}

function parse({ headers, body }: Seen): Promise<Upload> {
  const fields: [string, string, string | undefined][] = [];
  const files: { field: string; name: string | undefined; type: string; bytes: Buffer }[] = [];
  const parser = busboy({ headers, defParamCharset: "utf8" });
  parser.on("field", (name, value, { mimeType }) => fields.push([name, value, mimeType]));
  parser.on("file", (field, stream, { filename, mimeType }) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => files.push({ field, name: filename, type: mimeType, bytes: Buffer.concat(chunks) }));
  });
  return new Promise((resolve, reject) => {
    parser.on("close", () => resolve({ fields, files }));
    parser.on("error", reject);
    parser.end(body);
  });
}

const contract = contractOf({
  upload: {
    effect: "create",
    idempotency: "none",
    request: { method: "POST", url: at("/files"), body: { $cel: "input" }, bodyType: "multipart" },
  },
  attach: {
    effect: "create",
    idempotency: "none",
    request: {
      method: "POST",
      url: at("/files"),
      body: { title: { $cel: "input.title" }, document: { $cel: "input.document" }, labels: ["a", "b"] },
      bodyType: "multipart",
      styles: { body: { document: { file: true, contentType: "application/pdf" }, labels: { contentType: "application/json" } } },
    },
  },
  put: {
    effect: "update",
    request: {
      method: "PUT",
      url: at("/raw"),
      body: { $cel: "input.file" },
      bodyType: "binary",
      contentType: { $cel: "input.?type.orValue(null)" },
    },
  },
});

async function setUp() {
  const vendor = await openVendor(() => ({ status: 201, body: { id: "1" } }));
  onTestFinished(vendor.close);
  const { runtime, connection } = connect(contract, vendor);
  onTestFinished(() => runtime.close());
  return {
    vendor,
    call: (operation: string, input: object) => runtime.call(`vendor/${operation}`, { connection, input: input as never }),
  };
}

test("files arrive whole, under their names, next to plain fields and JSON", async () => {
  const { vendor, call } = await setUp();
  const bytes = Buffer.from(Array.from({ length: 256 * 16 }, (_, index) => index % 256));
  const names = ['we"ird; name=".txt', "žluťoučký 文件 😀.png", "two\r\nlines.txt"];
  const input = {
    title: "Résumé",
    count: 3,
    meta: { a: [1] },
    tags: ["x", "y"],
    files: names.map((name) => ({ name, type: "image/png", base64: bytes.toString("base64") })),
  };
  expect(await call("upload", input)).toMatchObject({ outcome: "success", output: { id: "1" } });
  const [seen] = vendor.seen;
  if (seen === undefined) throw new Error("nothing was sent");
  expect(seen.headers["content-length"]).toBe(String(seen.body.length));
  const { fields, files } = await parse(seen);
  expect(fields).toEqual([
    ["title", "Résumé", "text/plain"],
    ["count", "3", "text/plain"],
    ["meta", '{"a":[1]}', "application/json"],
    ["tags", "x", "text/plain"],
    ["tags", "y", "text/plain"],
  ]);
  expect(files.map(({ field, type }) => [field, type])).toEqual(names.map(() => ["files", "image/png"]));
  expect(files.map(({ name }) => name)).toEqual(["we%22ird; name=%22.txt", "žluťoučký 文件 😀.png", "two%0D%0Alines.txt"]);
  for (const file of files) expect(file.bytes.equals(bytes)).toBe(true);
});

test("a part can be said to be a file, and have a type of its own", async () => {
  const { vendor, call } = await setUp();
  await call("attach", { title: "T", document: Buffer.from("%PDF-1.7").toString("base64") });
  expect(await parse(vendor.seen[0] as Seen)).toEqual({
    fields: [
      ["title", "T", "text/plain"],
      ["labels", '["a","b"]', "application/json"],
    ],
    files: [{ field: "document", name: "document", type: "application/pdf", bytes: Buffer.from("%PDF-1.7") }],
  });
});

test("a file can be the whole body", async () => {
  const { vendor, call } = await setUp();
  await call("put", { file: { base64: "AAH/", type: "image/gif" } });
  await call("put", { file: "AAH/" });
  await call("put", { file: { text: "hi" }, type: "text/markdown" });
  expect(vendor.seen.map(({ headers, body }) => [headers["content-type"], body.toString("hex")])).toEqual([
    ["image/gif", "0001ff"],
    ["application/octet-stream", "0001ff"],
    ["text/markdown", "6869"],
  ]);
});

test("what is no base64 is refused before anything is sent", async () => {
  const { vendor, call } = await setUp();
  expect(await call("put", { file: "not base64!" })).toMatchObject({ outcome: "poison", error: { code: "INVALID_INPUT" } });
  expect(vendor.seen).toEqual([]);
});
