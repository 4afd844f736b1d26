// Pins: a file that is held in memory to be sent, one that arrives cut off and counts as sent, one that is sent from where it was left after a
// break, and a file of the deployment that data or a stranger's contract can name.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setImmediate as turn } from "node:timers/promises";
import type { Contract, Json, Operation } from "@mortise/contract";
import { afterEach, describe, expect, it } from "vitest";
import { createRuntime, type Runtime, type Upload } from "../../src/index.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-upload-"));
const BYTES = Buffer.alloc(3_000_000, "mortise ");
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

interface Took {
  readonly headers: IncomingMessage["headers"];
  readonly bytes: Buffer;
}

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => unknown;

/** A server that keeps what it took as a whole. */
async function vendor(answer?: Answer): Promise<{ readonly origin: string; readonly took: Took[]; count: number }> {
  const found = { origin: "", took: [] as Took[], count: 0 };
  const server = createServer(async (request, response) => {
    const count = ++found.count;
    if ((await answer?.(request, response, count)) === "mine") return;
    const bytes = await buffer(request).catch(() => undefined);
    // Broken off: nothing was taken.
    if (bytes === undefined) return;
    found.took.push({ headers: request.headers, bytes });
    if (!response.headersSent) response.writeHead(201, { "content-type": "application/json" });
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push({
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  found.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return found;
}

const RAW: Operation["request"] = {
  method: "PUT",
  url: at("/file"),
  body: { $cel: "input.file" },
  bodyType: "binary",
  fromFiles: true,
};
const PARTS: Operation["request"] = {
  method: "POST",
  url: at("/files"),
  body: { $cel: "{'title': input.title, 'file': input.file}" },
  bodyType: "multipart",
  styles: { body: { file: { file: true } } },
  fromFiles: true,
};
const OPERATIONS = {
  put: { effect: "update", idempotency: "natural", request: RAW },
  once: { effect: "create", idempotency: "none", request: { ...RAW, method: "POST" } },
  post: { effect: "create", idempotency: "none", request: PARTS },
  plain: { effect: "create", idempotency: "none", request: { ...PARTS, fromFiles: false } },
} as const satisfies { readonly [name: string]: Partial<Operation> };

function calling(
  origin: string,
  options: Partial<Parameters<typeof createRuntime>[0]> = {},
): (
  operation: keyof typeof OPERATIONS,
  input: Json,
  uploads?: { readonly [name: string]: Upload },
) => ReturnType<Runtime["call"]> {
  const runtime = createRuntime({
    connectors: [connectorOf(OPERATIONS)],
    egress: { allow: [origin] },
    files: { roots: [folder], base: folder },
    ...options,
  });
  open.push(runtime);
  return (operation, input, uploads) =>
    runtime.call(`sample/${operation}`, {
      connection: connectionTo(origin),
      input,
      ...(uploads === undefined ? {} : { uploads }),
    });
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
const written = (name: string, bytes: Buffer = BYTES): string => {
  writeFileSync(join(folder, name), bytes);
  return name;
};
/** Files below the folder that this process has open. */
const openFiles = (): number =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      return false;
    }
  }).length;

describe.each(["got", "undici"] as const)("a file that is sent by %s", (transport) => {
  it("arrives as it is, with its length, and is closed", async () => {
    const { origin, took } = await vendor();
    const call = calling(origin, { transport });
    expect(await call("put", { file: written("a.bin") })).toMatchObject({ outcome: "success" });
    expect(took.map(({ bytes }) => sha256(bytes))).toEqual([sha256(BYTES)]);
    expect(took[0]?.headers).toMatchObject({ "content-length": "3000000", "content-type": "application/octet-stream" });
    expect(await call("put", { file: { path: written("none.csv", Buffer.alloc(0)), type: "text/csv" } })).toMatchObject({
      outcome: "success",
    });
    expect(took[1]).toMatchObject({ headers: { "content-length": "0", "content-type": "text/csv" }, bytes: Buffer.alloc(0) });
    await expect.poll(openFiles).toBe(0);
  });

  it("is a part beside others, and the length of all of them is known", async () => {
    const { origin, took } = await vendor();
    const call = calling(origin, { transport });
    await call("post", { title: "of November", file: { path: written("a.csv"), type: "text/csv" } });
    const [{ headers, bytes } = { headers: {}, bytes: Buffer.alloc(0) }] = took;
    const boundary = /boundary=(mortise-[0-9a-f]{32})$/.exec(headers["content-type"] ?? "")?.[1] ?? "?";
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="title"\r\n\r\nof November\r\n--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n`;
    const whole = Buffer.concat([Buffer.from(head), BYTES, Buffer.from(`\r\n--${boundary}--\r\n`)]);
    expect(bytes.equals(whole)).toBe(true);
    expect(headers["content-length"]).toBe(String(whole.length));
  });

  it("is opened anew for another attempt, and sent from its start", async () => {
    const { origin, took } = await vendor((request, response, count) => {
      if (count === 1) request.once("data", () => request.socket.destroy());
      if (count === 2) response.writeHead(503, { "retry-after": "0" });
      return count === 1 ? "mine" : undefined;
    });
    const call = calling(origin, { transport });
    expect(await call("put", { file: written("a.bin") })).toMatchObject({ outcome: "success", meta: { attempts: 3 } });
    expect(took.map(({ bytes }) => sha256(bytes))).toEqual([sha256(BYTES), sha256(BYTES)]);
    await expect.poll(openFiles).toBe(0);
  });

  it("that broke off on its way is an unknown outcome where it must not be sent twice", async () => {
    const vendorOnce = await vendor((request) => {
      request.once("data", () => request.socket.destroy());
      return "mine";
    });
    const call = calling(vendorOnce.origin, { transport });
    expect(await call("once", { file: written("a.bin") })).toMatchObject({ outcome: "unknown" });
    expect(vendorOnce.count).toBe(1);
    await expect.poll(openFiles).toBe(0);
  });

  it("goes on from the start where a redirect keeps the method", async () => {
    const { origin, took } = await vendor((request, response) => {
      if (request.url === "/file") response.writeHead(307, { location: "/elsewhere" });
    });
    const call = calling(origin, { transport });
    expect(await call("put", { file: written("a.bin") })).toMatchObject({ outcome: "success" });
    expect(took.map(({ bytes }) => sha256(bytes))).toEqual([sha256(BYTES), sha256(BYTES)]);
  });

  it("is read no further than the other side takes it", async () => {
    let reading: IncomingMessage | undefined;
    const { origin, took } = await vendor(async (request, _, count) => {
      reading = request.pause();
      await resume.promise;
      return count > 1 ? "mine" : undefined;
    });
    const resume = Promise.withResolvers<void>();
    let read = 0;
    const piece = Buffer.alloc(100_000, "x");
    const many = 2_000;
    const upload: Upload = {
      length: many * piece.length,
      open: () =>
        Readable.from(
          (async function* () {
            for (; read < many; read++) yield piece;
          })(),
        ),
    };
    const called = calling(origin, { transport })("put", { file: { upload: "big" } }, { big: upload });
    await expect.poll(() => reading).toBeDefined();
    // Until nothing moves any more: what is on its way is in buffers of the two systems.
    let before = -1;
    await expect
      .poll(
        () => {
          const still = read === before;
          before = read;
          return still;
        },
        { interval: 200 },
      )
      .toBe(true);
    expect(read).toBeGreaterThan(0);
    expect(read * piece.length).toBeLessThan(0.25 * many * piece.length);
    resume.resolve();
    expect(await called).toMatchObject({ outcome: "success" });
    expect(took[0]?.bytes.length).toBe(many * piece.length);
  });

  it("of unknown length is sent in chunks", async () => {
    const { origin, took } = await vendor();
    const upload: Upload = { open: () => Readable.from([Buffer.from("one, "), Buffer.from("two")]) };
    await calling(origin, { transport })("post", { title: "t", file: { upload: "x", name: "x.txt" } }, { x: upload });
    expect(took[0]?.headers).toMatchObject({ "transfer-encoding": "chunked" });
    expect(took[0]?.headers["content-length"]).toBeUndefined();
    expect(took[0]?.bytes.toString()).toContain(
      'filename="x.txt"\r\nContent-Type: application/octet-stream\r\n\r\none, two\r\n--',
    );
  });

  it("with fewer or more bytes than it had is not sent as whole, and says so", async () => {
    const { origin, took } = await vendor();
    const call = calling(origin, { transport });
    const short: Upload = { length: 10, open: () => Readable.from([Buffer.from("short")]) };
    const long: Upload = { length: 3, open: () => Readable.from([Buffer.from("long")]) };
    for (const x of [short, long]) {
      expect(await call("put", { file: { upload: "x" } }, { x })).toMatchObject({
        outcome: "fault",
        error: { code: "UNREADABLE_FILE" },
        meta: { attempts: 1 },
      });
    }
    const cut: Upload = { length: 10, open: () => Readable.from(broken()) };
    expect(await call("put", { file: { upload: "x" } }, { x: cut })).toMatchObject({ error: { code: "UNREADABLE_FILE" } });
    await turn();
    expect(took).toEqual([]);
  });
});

async function* broken(): AsyncGenerator<Buffer> {
  yield Buffer.from("half");
  throw new Error("the store is gone");
}

describe("a file that is signed for", () => {
  const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
  const signing = (origin: string, parts: Partial<Contract["auth"][string]> = {}): ReturnType<typeof calling> => {
    const auth = { aws: { kind: "awsSigV4", title: "Keys", service: "s3", region: "eu-central-1", ...parts } } as unknown;
    const runtime = createRuntime({
      connectors: [connectorOf(OPERATIONS, { auth: auth as Contract["auth"] })],
      egress: { allow: [origin] },
      files: { roots: [folder], base: folder },
    });
    open.push(runtime);
    const connection = connectionTo(origin, { auth: "aws", credential: keys });
    return (operation, input) => runtime.call(`sample/${operation}`, { connection, input });
  };

  it("has its digest in the signature, and is sent as it was signed", async () => {
    const { origin, took } = await vendor();
    expect(await signing(origin)("put", { file: written("a.bin") })).toMatchObject({ outcome: "success" });
    expect(took[0]?.headers).toMatchObject({ "x-amz-content-sha256": sha256(BYTES), "content-length": "3000000" });
    expect(took.map(({ bytes }) => sha256(bytes))).toEqual([sha256(BYTES)]);
    await expect.poll(openFiles).toBe(0);
  });
});

describe("which file is sent", () => {
  it("is one of the deployment's folders; nothing is sent otherwise", async () => {
    const server = await vendor();
    const call = calling(server.origin);
    symlinkSync("/etc/hostname", join(folder, "link"));
    mkdirSync(join(folder, "sub"));
    const refused = async (file: Json) => {
      const { outcome, error } = (await call("put", { file })) as { outcome: string; error?: { code: string } };
      return [outcome, error?.code];
    };
    expect(await refused("/etc/hostname")).toEqual(["fault", "FILE_NOT_ALLOWED"]);
    expect(await refused("../x")).toEqual(["fault", "FILE_NOT_ALLOWED"]);
    expect(await refused({ path: "link" })).toEqual(["fault", "FILE_NOT_ALLOWED"]);
    expect(await refused("sub")).toEqual(["fault", "FILE_NOT_ALLOWED"]);
    expect(await refused("missing.bin")).toEqual(["poison", "FILE_NOT_FOUND"]);
    expect(await refused({ upload: "nobody's" })).toEqual(["poison", "INVALID_INPUT"]);
    expect(await refused({ path: "a", upload: "b" })).toEqual(["poison", "INVALID_INPUT"]);
    expect(await refused({ path: "a", other: "b" })).toEqual(["poison", "INVALID_INPUT"]);
    expect(server.count).toBe(0);
  });

  it("is what the contract says: elsewhere what looks like a file is data", async () => {
    const { origin, took } = await vendor();
    const call = calling(origin);
    written("secret.txt", Buffer.from("the deployment's own"));
    // Not from files, and a part that is none.
    expect(await call("plain", { title: { path: "secret.txt" }, file: { path: "secret.txt" } })).toMatchObject({
      error: { code: "INVALID_INPUT" },
    });
    await call("post", { title: { path: "secret.txt" }, file: { text: "given" } });
    expect(took).toHaveLength(1);
    expect(took[0]?.bytes.toString()).not.toContain("own");
  });

  it("is sent for trusted publishers alone", async () => {
    const server = await vendor();
    const call = calling(server.origin, { trustedPublishers: [] });
    expect(await call("put", { file: written("a.bin") })).toMatchObject({ error: { code: "CONNECTOR_NOT_TRUSTED" } });
    expect(server.count).toBe(0);
  });

  it("may change between attempts: another attempt sends what is there then", async () => {
    const { origin, took } = await vendor(async (request, response, count) => {
      if (count !== 1) return undefined;
      await buffer(request);
      truncateSync(join(folder, "a.bin"), 1_000);
      response.writeHead(503, { "retry-after": "0" }).end();
      return "mine";
    });
    const call = calling(origin);
    written("a.bin", BYTES.subarray(0, 2_000));
    expect(await call("put", { file: "a.bin" })).toMatchObject({ outcome: "success" });
    expect(took.map(({ bytes }) => bytes.length)).toEqual([1_000]);
  });
});
