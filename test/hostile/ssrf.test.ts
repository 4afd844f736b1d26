// Pins: a request that reaches a listener nobody allowed, by any spelling of its address, by a name, by a redirect, or by a second
// request smuggled into a header or a path.
import { createServer, type Server } from "node:net";
import http from "@mortise/connector-http";
import { createRuntime, type Resolver, type Runtime } from "@mortise/runtime";
import { defineConnector, get, none, operation, t } from "@mortise/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { json, type Loopback, loopback } from "../../packages/runtime/test/loopback.ts";

let victim: Server;
let port = 0;
let reached = 0;
let vendor: Loopback;
let resolved: readonly string[] = [];
const lookups: string[] = [];
const resolver: Resolver = async (name) => {
  lookups.push(name);
  return resolved.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
};

const settings = t.Object({ baseUrl: t.String({ format: "uri" }) });
/** Shows what a hole in a path turns into. */
const items = defineConnector({
  name: "items",
  version: "1.0.0",
  title: "Items",
  publisher: "mortise",
  description: "Items of a service.",
  categories: ["test"],
  license: "Apache-2.0",
  settings,
  hosts: ["{settings.baseUrl}"],
  auth: { none: none() },
  operations: {
    get: operation(
      {
        title: "Get",
        description: "Gets one.",
        effect: "read",
        settings,
        input: t.Object({ id: t.String() }),
        output: t.Object({}),
        examples: [],
      },
      get(($) => `${$.settings.baseUrl}/items/${$.input.id}/public`, {}),
    ),
  },
});

beforeAll(async () => {
  victim = createServer((socket) => {
    reached++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => victim.listen(0, "::", resolve));
  const address = victim.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  vendor = await loopback((request, response) => {
    const to = new URL(request.url, "http://x").searchParams.get("to");
    if (to === null) json(response, {});
    else json(response, {}, 302, { location: Buffer.from(to).toString("latin1") });
  });
});
afterAll(async () => {
  await vendor.close();
  await new Promise((resolve) => victim.close(resolve));
});
beforeEach(() => {
  reached = 0;
  resolved = [];
  lookups.length = 0;
  vendor.seen.length = 0;
});

const HOSTS = [
  "127.0.0.1",
  "127.0.0.1.",
  "127.1",
  "127.0.1",
  "2130706433",
  "0x7f000001",
  "0x7f.0.0.1",
  "0177.0.0.1",
  "017700000001",
  "127.0.0.2",
  "0.0.0.0",
  "0",
  "localhost",
  "LOCALHOST.",
  "a.localhost",
  "[::1]",
  "[::]",
  "[0:0:0:0:0:0:0:1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[2002:7f00:1::]",
  "[fe80::1]",
  "[fd00::1]",
  "１２７.０.０.１",
  "127。0。0。1",
  "%31%32%37.0.0.1",
  "ⓛocalhost",
  "169.254.169.254",
  "[fd00:ec2::254]",
];

describe.each(["got", "undici"] as const)("over %s", (transport) => {
  let runtime: Runtime;
  beforeAll(() => {
    runtime = createRuntime({
      connectors: [http, items],
      egress: { allow: [vendor.origin, "http://vendor.example.com:*", `tcp://127.0.0.1:${port}`] },
      resolver,
      transport,
    });
  });
  afterAll(() => runtime.close());
  const fetched = (url: string) => runtime.call("http/get", { input: { url } });

  describe("a listener that nobody allowed", () => {
    it.each(HOSTS)("is not reached as %s, directly or by a redirect", async (host) => {
      resolved = ["127.0.0.1"];
      for (const target of [`http://${host}:${port}/`, `https://${host}:${port}/`, `https://${host}/`]) {
        const denied = { outcome: "fault", error: { code: "EGRESS_DENIED" } };
        expect(await fetched(target), target).toMatchObject(denied);
        const { outcome } = await fetched(`${vendor.origin}/?to=${encodeURIComponent(target)}`);
        expect(outcome, `redirect to ${target}`).not.toBe("success");
      }
      expect(reached).toBe(0);
    });

    it.each([
      (to: string) => `http://vendor.example.com@${to}/`,
      (to: string) => `http://vendor.example.com:80@${to}/`,
      (to: string) => `http://vendor.example.com%00@${to}/`,
      (to: string) => `http://vendor.example.com\t@${to}/`,
      (to: string) => `http:///${to}/`,
      (to: string) => `http:\\\\${to}\\`,
      (to: string) => ` http://${to}/`,
      (to: string) => `ftp://${to}/`,
      (to: string) => `gopher://${to}/_x`,
      (to: string) => `ws://${to}/`,
      (to: string) => `unix:${to}:/x`,
      (to: string) => `http://unix:/run/x.sock:/${to}`,
      () => "file:///etc/passwd",
      () => "data:text/plain,x",
      () => "javascript:1",
      () => "blob:http://127.0.0.1/x",
    ])("is not reached by a URL that reads as another one (%#)", async (write) => {
      resolved = ["127.0.0.1"];
      const url = write(`127.0.0.1:${port}`);
      const results = [await fetched(url), await fetched(`${vendor.origin}/?to=${encodeURIComponent(url)}`)];
      for (const { outcome } of results.slice(0, 1)) expect(outcome, url).not.toBe("success");
      expect(reached).toBe(0);
    });

    it.each([
      ["https://evil.example.com/", ["127.0.0.1"]],
      ["https://evil.example.com/", ["93.184.216.34", "10.0.0.1"]],
      ["https://evil.example.com/", ["::ffff:127.0.0.1"]],
      ["https://evil.example.com/", ["fe80::1"]],
      ["https://evil.example.com/", []],
      ["https://evil.example.com/", ["not an address"]],
      ["http://vendor.example.com/", ["169.254.169.254"]],
      ["http://vendor.example.com/", ["127.0.0.1", "fd00:ec2::254"]],
      ["http://vendor.example.com/", ["0.0.0.0"]],
    ])("is not reached by the name in %s that leads to %j", async (url, addresses) => {
      resolved = addresses;
      expect(await fetched(url)).toMatchObject({ outcome: "fault", error: { code: "EGRESS_DENIED" } });
      expect(lookups).toHaveLength(1);
      expect(reached).toBe(0);
    });

    it("is not reached by a name that changes its mind after it was checked", async () => {
      resolved = ["127.0.0.9"];
      const asked: string[] = [];
      const rebinding = createRuntime({
        transport,
        connectors: [http],
        egress: { allow: ["http://vendor.example.com:*"] },
        resolver: async (name) => {
          asked.push(name);
          return [{ address: asked.length === 1 ? "127.0.0.9" : "169.254.169.254", family: 4 }];
        },
      });
      const result = await rebinding.call("http/post", { input: { url: `http://vendor.example.com:${port}/`, body: {} } });
      expect(result.outcome).not.toBe("success");
      expect(asked).toHaveLength(1);
      await rebinding.close();
    });
  });

  describe("one request stays one request", () => {
    const base = () => ({ name: "v", connector: "http", settings: { baseUrl: vendor.origin } });

    it.each([
      [{ "x-a": "1\r\nx-injected: 1" }, "a line break"],
      [{ "x-a": "1\nx-injected: 1" }, "a bare line feed"],
      [{ "x-a": "1\u0000" }, "a NUL"],
      [{ "x-a": "1\u010dx-injected: 1" }, "a character whose low byte is a line feed's neighbour"],
      [{ "x-a": "€" }, "a character that headers do not have"],
      [{ "x-a\r\nx-injected": "1" }, "a line break in the name"],
      [{ "x-a: 1\r\nx-injected": "1" }, "a header in the name"],
      [{ "": "1" }, "no name"],
      [{ Host: "evil.example.com" }, "Host"],
      [{ "Transfer-Encoding": "chunked" }, "Transfer-Encoding"],
      [{ "Content-Length": "0" }, "Content-Length"],
      [{ Connection: "x-a" }, "Connection"],
      [{ "Proxy-Authorization": "x\r\n" }, "a proxy header with a break"],
    ])("and refuses headers %j with %s", async (headers, _) => {
      expect(await runtime.call("http/get", { connection: base(), input: { url: "/x", headers } })).toMatchObject({
        outcome: "poison",
        error: { code: "INVALID_INPUT" },
      });
      expect(vendor.seen).toEqual([]);
    });

    it.each(["x\r\nx-injected: 1", "Host", "Content-Length", "Transfer-Encoding", "x y", "é"])(
      "and refuses %j as the name of the idempotency header",
      async (idempotencyHeader) => {
        const input = { url: "/x", body: {}, idempotencyHeader };
        expect(await runtime.call("http/post", { connection: base(), input })).toMatchObject({
          outcome: "poison",
          error: { code: "INVALID_INPUT" },
        });
        expect(vendor.seen).toEqual([]);
      },
    );

    it.each([
      "/x HTTP/1.1\r\nHost: evil\r\n\r\nGET /y",
      "/x\r\nx-injected: 1",
      "/x\n\ny",
      "/x\u0000y",
      "/x y",
      "/x\u010d\u010ay",
    ])("with the path %j", async (url) => {
      await runtime.call("http/get", { connection: base(), input: { url } });
      expect(vendor.seen.length).toBeLessThanOrEqual(1);
      for (const { headers, url: path } of vendor.seen) {
        expect(headers).not.toHaveProperty("x-injected");
        expect(headers.host).toBe(new URL(vendor.origin).host);
        expect(path).toMatch(/^[\x21-\x7e]+$/);
      }
    });
  });

  describe("a hole in a path is one segment", () => {
    const call = (id: string) =>
      runtime.call("items/get", {
        connection: { name: "i", connector: "items", settings: { baseUrl: vendor.origin } },
        input: { id },
      });

    it.each(["..", ".", ""])("and cannot be %j", async (id) => {
      expect(await call(id)).toMatchObject({ outcome: "poison", error: { code: "INVALID_INPUT" } });
      expect(vendor.seen).toEqual([]);
    });

    it.each([
      "../admin",
      "..\\admin",
      "%2e%2e",
      "%2e%2e%2fadmin",
      "a/b",
      "a?b=c",
      "a#b",
      "a;b",
      "..%00",
      "@evil",
      "//evil",
      "\ud800",
      "\t..",
      "..\n",
    ])("also as %j", async (id) => {
      await call(id);
      for (const { url } of vendor.seen) expect(url).toMatch(/^\/items\/[^/?#\\]+\/public$/);
      expect(vendor.seen).toHaveLength(1);
    });
  });
});
