// Pins: a file that holds half of what was sent and counts as whole, a sender that goes on while nobody reads, and a body that is held in memory.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { FileDecoder } from "@mortise/contract";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { createRuntime, type Runtime } from "../../src/index.ts";
import { type Loopback, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-receive-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let server: Loopback;
let runtime: Runtime;
afterEach(async () => {
  await runtime.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

type Answer = (response: ServerResponse, count: number) => void;

async function serving(answer: Answer, file: Partial<FileDecoder["file"]> = {}, transport: "got" | "undici" = "got") {
  server = await loopback((_, response, count) => answer(response, count));
  const decode: FileDecoder = { file: { path: { $cel: "input.path" }, ...file } };
  const connector = connectorOf({
    save: { request: { method: "GET", url: at("/file"), decode } },
    read: { request: { method: "GET", url: at("/file"), decode: "binary" } },
  });
  runtime = createRuntime({
    connectors: [connector],
    egress: { allow: [server.origin] },
    files: { roots: [folder], base: folder },
    transport,
  });
  const connection = connectionTo(server.origin);
  return {
    save: (path: string) => runtime.call("sample/save", { connection, input: { path } }),
    receive: (receive: Parameters<Runtime["call"]>[1]["receive"]) =>
      runtime.call("sample/read", { connection, input: {}, ...(receive === undefined ? {} : { receive }) }),
  };
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
const BYTES = Buffer.alloc(3_000_000, "mortise ");

describe.each(["got", "undici"] as const)("an answer that goes to a file, by %s", (transport) => {
  it("is written as a whole, its folders made, and described", async () => {
    const { save } = await serving((response) => response.setHeader("content-type", "text/csv").end(BYTES), {}, transport);
    expect(await save("a/b/c.csv")).toMatchObject({
      outcome: "success",
      output: { path: "a/b/c.csv", bytes: BYTES.length, contentType: "text/csv", sha256: sha256(BYTES) },
    });
    expect(readFileSync(join(folder, "a/b/c.csv")).equals(BYTES)).toBe(true);
    expect(readdirSync(join(folder, "a/b"))).toEqual(["c.csv"]);
  });

  it("is written decompressed", async () => {
    const { save } = await serving(
      (response) => response.setHeader("content-encoding", "gzip").end(gzipSync(BYTES)),
      {},
      transport,
    );
    expect(await save("c.csv")).toMatchObject({ output: { bytes: BYTES.length, sha256: sha256(BYTES) } });
  });

  it("that breaks off leaves the old file as it was, and is fetched again from its start", async () => {
    writeFileSync(join(folder, "c.csv"), "old");
    const { save } = await serving(
      (response, count) => {
        response.writeHead(200, { "content-length": String(BYTES.length) });
        if (count === 3) response.end(BYTES);
        else response.write(BYTES.subarray(0, 100_000), () => response.destroy());
        if (count > 1) expect(readFileSync(join(folder, "c.csv"), "utf8")).toBe("old");
      },
      {},
      transport,
    );
    expect(await save("c.csv")).toMatchObject({ outcome: "success", meta: { attempts: 3 } });
    expect(readFileSync(join(folder, "c.csv")).equals(BYTES)).toBe(true);
    expect(readdirSync(folder)).toEqual(["c.csv"]);
  });

  it("that always breaks off is a failure that can be tried again, and no file", async () => {
    const { save } = await serving(
      (response) => {
        response.writeHead(200, { "content-length": "1000" });
        response.write("half", () => response.destroy());
      },
      {},
      transport,
    );
    expect(await save("c.csv")).toMatchObject({ outcome: "sick", error: { code: "TARGET_SICK" } });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe.each(["got", "undici"] as const)("a download that broke off, by %s", (transport) => {
  const ETAG = '"of these bytes"';
  const OTHER = Buffer.alloc(BYTES.length, "another ");
  /** A server that breaks off `times` times behind a part, and gives ranges of `bytes()` as `headers` say. */
  const breaking = async (
    {
      times,
      headers = {},
      bytes = () => BYTES,
    }: { times: number; headers?: Record<string, string>; bytes?: (count: number) => Buffer },
    answer?: (response: ServerResponse, count: number) => boolean,
  ) => {
    const { save } = await serving(
      (response, count) => {
        if (answer?.(response, count)) return;
        const whole = bytes(count);
        const from = Number(/^bytes=(\d+)-$/.exec(server.seen.at(-1)?.headers.range ?? "")?.[1] ?? 0);
        const said = { "accept-ranges": "bytes", etag: ETAG, "content-length": String(whole.length - from), ...headers };
        const range = from === 0 ? {} : { "content-range": `bytes ${from}-${whole.length - 1}/${whole.length}` };
        const there = Object.entries({ ...said, ...range }).filter(([, text]) => text !== "");
        response.writeHead(from === 0 ? 200 : 206, Object.fromEntries(there));
        if (count > times) return void response.end(whole.subarray(from));
        response.write(whole.subarray(from, from + 700_000), () => setTimeout(() => response.destroy(), 30));
      },
      {},
      transport,
    );
    return save;
  };
  const ranges = (): readonly (string | undefined)[] => server.seen.map(({ headers }) => headers.range);
  const complete = { outcome: "success", output: { bytes: BYTES.length, sha256: sha256(BYTES) } };

  it("goes on behind what is there, where the other side says that it is the same", async () => {
    const save = await breaking({ times: 2 });
    expect(await save("c.csv")).toMatchObject({ ...complete, meta: { attempts: 3 } });
    expect(readFileSync(join(folder, "c.csv")).equals(BYTES)).toBe(true);
    expect(readdirSync(folder)).toEqual(["c.csv"]);
    expect(ranges()).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/), expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
    const [, second, third] = ranges().map((range) => Number(/\d+/.exec(range ?? "0")?.[0]));
    expect(third).toBeGreaterThan(second ?? 0);
    expect(server.seen[1]?.headers).toMatchObject({ "if-range": ETAG, "accept-encoding": "identity" });
  });

  it.each([
    ["has no validator", { etag: "" }],
    ["has a weak one", { etag: 'W/"weak"' }],
    [
      "changed just before it was sent",
      { etag: "", "last-modified": "Sun, 22 Nov 2026 00:00:00 GMT", date: "Sun, 22 Nov 2026 00:00:30 GMT" },
    ],
    ["is of a server that gives no ranges", { "accept-ranges": "none" }],
  ])("starts over where it %s", async (_, { ...headers }: Record<string, string>) => {
    const save = await breaking({ times: 1, headers });
    expect(await save("c.csv")).toMatchObject(complete);
    expect(ranges()).toEqual([undefined, undefined]);
  });

  it("goes on by the time of its last change where that lies back", async () => {
    const lastly = "Sat, 21 Nov 2026 00:00:00 GMT";
    const save = await breaking({
      times: 1,
      headers: { etag: "", "last-modified": lastly, date: "Sun, 22 Nov 2026 00:00:00 GMT" },
    });
    expect(await save("c.csv")).toMatchObject(complete);
    expect(server.seen[1]?.headers["if-range"]).toBe(lastly);
  });

  it("starts over where the other side has something new and sends all of it", async () => {
    const save = await breaking({ times: 1 }, (response, count) => {
      if (count === 1) return false;
      response.writeHead(200, { etag: '"new"' }).end(OTHER);
      return true;
    });
    expect(await save("c.csv")).toMatchObject({ outcome: "success", output: { sha256: sha256(OTHER) } });
    expect(readFileSync(join(folder, "c.csv")).equals(OTHER)).toBe(true);
  });

  it("starts over where the rest is refused", async () => {
    const save = await breaking({ times: 1 }, (response, count) => {
      if (count === 2) response.writeHead(416).end();
      return count === 2;
    });
    expect(await save("c.csv")).toMatchObject({ ...complete, meta: { attempts: 3 } });
    expect(ranges()).toEqual([undefined, expect.any(String), undefined]);
  });

  it.each([
    ["another part", { "content-range": "bytes 5-2999999/3000000", etag: ETAG }],
    ["no part that is named", { etag: ETAG }],
    ["a part of something else", { etag: '"other"' }],
    ["a part of something longer", { "content-range": "bytes 5-3000000/3000001", etag: ETAG }],
  ])("is no file where %s comes", async (_, headers) => {
    const save = await breaking({ times: 1 }, (response, count) => {
      if (count === 1) return false;
      const from = Number(/\d+/.exec(server.seen.at(-1)?.headers.range ?? "")?.[0]);
      const right = headers.etag === ETAG ? {} : { "content-range": `bytes ${from}-2999999/3000000` };
      response.writeHead(206, { ...right, ...headers }).end(BYTES.subarray(from));
      return true;
    });
    expect(await save("c.csv")).toMatchObject({ error: { code: "INVALID_OUTPUT" } });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is no file where the bytes are not those of the digest that is said", async () => {
    const digest = (bytes: Buffer) => `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`;
    const right = await breaking({ times: 1, headers: { "repr-digest": digest(BYTES) } });
    expect(await right("c.csv")).toMatchObject(complete);
    await runtime.close();
    await server.close();
    const wrong = await breaking({ times: 1, headers: { "repr-digest": digest(OTHER) } });
    expect(await wrong("d.csv")).toMatchObject({
      error: { code: "INVALID_OUTPUT", message: expect.stringContaining("Repr-Digest") },
    });
    expect(readdirSync(folder)).toEqual(["c.csv"]);
  });
});

describe("an answer that goes to a file", () => {
  it("is no file where it is a failure, and says what the vendor said", async () => {
    const { save } = await serving((response) => {
      response.writeHead(404, { "content-type": "application/json" });
      response.end('{"message":"There is no such report."}');
    });
    const result = await save("c.csv");
    expect(result).toMatchObject({ error: { message: expect.stringContaining("There is no such report.") } });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ["said beforehand", { "content-length": "3000000" }],
    ["found out on the way", {}],
  ])("is no larger than the contract allows, which is %s", async (_, headers) => {
    const { save } = await serving((response) => response.writeHead(200, headers).end(BYTES), { maxBytes: 2_000_000 });
    expect(await save("c.csv")).toMatchObject({ error: { code: "LIMIT_EXCEEDED" }, meta: { attempts: 1 } });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ["../outside.csv", "FILE_NOT_ALLOWED"],
    ["/etc/mortise-outside", "FILE_NOT_ALLOWED"],
    ["", "INVALID_INPUT"],
  ])("goes to no place but the allowed folders: %j", async (path, code) => {
    const { save } = await serving((response) => response.end(BYTES));
    expect(await save(path)).toMatchObject({ error: { code } });
  });

  it("is written for trusted publishers alone: whoever describes an API does not reach our folders", async () => {
    server = await loopback((_, response) => void response.end(BYTES));
    const decode: FileDecoder = { file: { path: "c.csv" } };
    const stranger = connectorOf({ save: { request: { method: "GET", url: at("/file"), decode } } }, { publisher: "stranger" });
    runtime = createRuntime({
      connectors: [stranger],
      egress: { allow: [server.origin] },
      files: { roots: [folder], base: folder },
    });
    const result = await runtime.call("sample/save", { connection: connectionTo(server.origin), input: {} });
    expect(result).toMatchObject({ error: { code: "CONNECTOR_NOT_TRUSTED" } });
    expect(server.seen).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("cannot take the place of a folder", async () => {
    mkdirSync(join(folder, "there", "inner"), { recursive: true });
    const { save } = await serving((response) => response.end(BYTES));
    expect(await save("there")).toMatchObject({ error: { code: "UNWRITABLE_FILE" } });
    expect(readdirSync(folder)).toEqual(["there"]);
  });
});

describe("a body that the caller takes in", () => {
  it("comes in pieces, and what the caller makes of it is the output", async () => {
    const { receive } = await serving((response) => response.setHeader("content-type", "text/csv").end(BYTES));
    const result = await receive(async ({ status, headers, body }) => {
      let bytes = 0;
      for await (const chunk of body) bytes += (chunk as Buffer).length;
      return { status, type: headers["content-type"] ?? "", bytes };
    });
    expect(result).toMatchObject({ outcome: "success", output: { status: 200, type: "text/csv", bytes: BYTES.length } });
  });

  it("stops its sender while it is not read, and goes on when it is", async () => {
    let written = 0;
    const total = 200_000_000;
    const piece = Buffer.alloc(100_000, "x");
    const { receive } = await serving((response) => {
      response.writeHead(200, { "content-length": String(total) });
      const more = (): void => {
        while (written < total) {
          written += piece.length;
          if (!response.write(piece)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    });
    let whenStopped = 0;
    const result = await receive(async ({ body }) => {
      // The sender fills what is between the two, and then it must stand still.
      for (let last = -1; last !== written; ) {
        last = written;
        for (let turns = 0; turns < 200; turns++) await turn();
      }
      whenStopped = written;
      let bytes = 0;
      for await (const chunk of body) bytes += (chunk as Buffer).length;
      return bytes;
    });
    console.log(`the sender stood still after ${(whenStopped / 1e6).toFixed(1)} MB of ${total / 1e6}`);
    expect(result).toMatchObject({ outcome: "success", output: total });
    expect(whenStopped).toBeLessThan(20_000_000);
  });

  it("may be left before its end", async () => {
    const { receive } = await serving((response) => response.end(BYTES));
    expect(
      await receive(async ({ body }) => {
        for await (const chunk of body) return (chunk as Buffer).length > 0;
        return false;
      }),
    ).toMatchObject({ outcome: "success", output: true });
  });

  it("that its taker cannot take is the taker's failure, and not sent again", async () => {
    const { receive } = await serving((response) => response.end(BYTES));
    const result = await receive(async () => {
      throw new Error("The disk is full.");
    });
    expect(result).toMatchObject({ error: { code: "INTERNAL", message: "The disk is full." }, meta: { attempts: 1 } });
    expect(server.seen).toHaveLength(1);
  });
});
