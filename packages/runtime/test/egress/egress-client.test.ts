// Pins: redirects and name tricks that lead out of what was checked, credentials that cross an origin, answers that eat the memory.

import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { gzipSync } from "node:zlib";
import type { Operation } from "@mortise/contract";
import { afterEach, describe, expect, it } from "vitest";
import { createRuntime, type Resolver, type RuntimeOptions } from "../../src/index.ts";
import { json, type Loopback, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";
import { TRANSPORTS } from "./transports.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const READ: Partial<Operation> = { request: { method: "GET", url: at("/start"), decode: "text" } };
const TOKEN = "canary-token-0123456789";

async function serve(answer: Parameters<typeof loopback>[0]): Promise<Loopback> {
  const server = await loopback(answer);
  open.push(server);
  return server;
}

async function callOver(
  origin: string,
  options: Partial<RuntimeOptions>,
  operation: Partial<Operation> = READ,
  hosts: readonly string[] = ["*"],
) {
  const connector = connectorOf({ op: operation }, { hosts, auth: { key: { kind: "apiKey", in: "header", name: "X-Key" } } });
  const runtime = createRuntime({ connectors: [connector], random: () => 0, ...options });
  open.push(runtime);
  const connection = connectionTo(origin, { credential: { apiKey: TOKEN } });
  const result = await runtime.call("sample/op", { connection, input: {} });
  return result.outcome === "success"
    ? result
    : { code: result.error.code, message: result.error.message, attempts: result.meta.attempts };
}

describe.each(TRANSPORTS)("the egress client over %s", (transport) => {
  const call = (...[origin, options, ...rest]: Parameters<typeof callOver>) =>
    callOver(origin, { transport, ...options }, ...rest);

  it("refuses a redirect to a literal private address, and one to a name that leads there", async () => {
    const secret = await serve((_, response) => json(response, "inside"));
    for (const target of [
      secret.origin,
      secret.origin.replace("127.0.0.1", "localhost"),
      "http://169.254.169.254/latest/meta-data",
    ]) {
      const server = await serve((_, response) => json(response, {}, 302, { location: target }));
      expect(await call(server.origin, { egress: { allow: [server.origin] } })).toMatchObject({
        code: "EGRESS_DENIED",
        attempts: 1,
      });
    }
    expect(secret.seen).toHaveLength(0);
  });

  it("refuses plain http and loopback by default and says which entry would allow it", async () => {
    const server = await serve((_, response) => json(response, {}));
    expect(await call(server.origin, {})).toMatchObject({
      code: "EGRESS_DENIED",
      message: expect.stringContaining(server.origin),
    });
    expect(server.seen).toHaveLength(0);
  });

  it("dials the address that was checked, so that a name which changes its mind gains nothing", async () => {
    const server = await serve((_, response) => json(response, "inside"));
    let asked = 0;
    const resolver: Resolver = async () => [{ address: asked++ === 0 ? "203.0.113.77" : "127.0.0.1", family: 4 }];
    const result = await call(`http://rebind.example.com:${server.port}`, { resolver, egress: { allow: [] } });
    expect(result).toMatchObject({ code: "EGRESS_DENIED" });
    const https = await call("https://rebind.example.com", { resolver: async () => [{ address: "127.0.0.1", family: 4 }] });
    expect(https).toMatchObject({ code: "EGRESS_DENIED" });
    expect(server.seen).toHaveLength(0);
  });

  it("resolves a name once for each connection and reaches an allowed name at the address it was given", async () => {
    const server = await serve((_, response) => json(response, "fine"));
    let asked = 0;
    const resolver: Resolver = async () => [{ address: ++asked === 1 ? "127.0.0.1" : "10.9.9.9", family: 4 }];
    const origin = `http://api.example.com:${server.port}`;
    expect(await call(origin, { resolver, egress: { allow: [origin] } })).toMatchObject({ outcome: "success" });
    expect(asked).toBe(1);
    expect(server.seen[0]?.headers.host).toBe(`api.example.com:${server.port}`);
  });

  it("refuses hosts that the contract does not list", async () => {
    const server = await serve((_, response) => json(response, {}));
    expect(await call(server.origin, { egress: { allow: [server.origin] } }, READ, ["api.example.com"])).toMatchObject({
      code: "EGRESS_DENIED",
    });
    expect(await call(server.origin, { egress: { allow: [server.origin] } }, READ, ["{settings.baseUrl}"])).toMatchObject({
      outcome: "success",
    });
  });

  it("follows redirects inside of what is allowed and drops the credential when the origin changes", async () => {
    const other = await serve((_, response) => json(response, "other"));
    const server = await serve((request, response) =>
      json(response, {}, 307, { location: request.url === "/start" ? "/second" : `${other.origin}/third` }),
    );
    const result = await call(server.origin, { egress: { allow: [server.origin, other.origin] } });
    expect(result).toMatchObject({ outcome: "success", output: '"other"' });
    expect(server.seen.map(({ headers }) => headers["x-key"])).toEqual([TOKEN, TOKEN]);
    expect(other.seen[0]?.headers["x-key"]).toBeUndefined();
  });

  it("gives up after five redirects", async () => {
    const server = await serve((_, response) => json(response, {}, 302, { location: "/again" }));
    const result = await call(server.origin, { egress: { allow: [server.origin] } }, { ...READ, maxAttempts: 1 });
    expect(result).toMatchObject({ code: "TARGET_SICK", message: expect.stringContaining("5 redirects") });
    expect(server.seen).toHaveLength(6);
  });

  it("turns a POST into a GET without a body after 303", async () => {
    const server = await serve((request, response) =>
      request.url === "/start" ? json(response, {}, 303, { location: "/result" }) : json(response, "done"),
    );
    const write: Partial<Operation> = {
      effect: "create",
      idempotency: "none",
      request: { method: "POST", url: at("/start"), body: { a: 1 } },
    };
    expect(await call(server.origin, { egress: { allow: [server.origin] } }, write)).toMatchObject({
      outcome: "success",
      output: "done",
    });
    expect(server.seen.map(({ method, body }) => [method, body])).toEqual([
      ["POST", '{"a":1}'],
      ["GET", ""],
    ]);
  });

  it("reads no more than 10 MB after decompression", async () => {
    const bomb = gzipSync(Buffer.alloc(12 * 1024 * 1024));
    const server = await serve((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip", "content-type": "text/plain" });
      response.end(bomb);
    });
    expect(await call(server.origin, { egress: { allow: [server.origin] } })).toMatchObject({
      code: "LIMIT_EXCEEDED",
      attempts: 1,
    });
  });

  it("reads no more than 16 KB of headers", async () => {
    const server = await serve((_, response) => json(response, {}, 200, { "x-long": "a".repeat(20_000) }));
    expect(await call(server.origin, { egress: { allow: [server.origin] } })).toMatchObject({ code: "TARGET_SICK" });
  });

  it("counts a TLS failure as one before sending", async () => {
    let connections = 0;
    const plain: Server = createServer((socket) => {
      connections++;
      socket.once("data", () => socket.end("this is not TLS"));
      socket.on("error", () => undefined);
    });
    plain.listen(0, "127.0.0.1");
    await new Promise((resolve) => plain.once("listening", resolve));
    open.push({ close: () => new Promise((resolve) => plain.close(() => resolve())) });
    const origin = `https://127.0.0.1:${(plain.address() as AddressInfo).port}`;
    const write: Partial<Operation> = {
      effect: "create",
      idempotency: "none",
      request: { method: "POST", url: at("/start"), body: { a: 1 } },
    };
    expect(await call(origin, { egress: { allow: [origin] } }, write)).toMatchObject({ code: "TARGET_SICK", attempts: 3 });
    expect(connections).toBe(3);
  });
});
