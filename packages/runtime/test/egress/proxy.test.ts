// Pins: calls that leave an enterprise past its proxy, a proxy that is led to another address than the one that was checked, a server whose name
// nobody verifies inside of a tunnel, and a proxy of the environment that sees calls.
import { createServer as createHttpServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { type TestAuthority, testAuthority } from "../../../../test/world/certificates.ts";
import { createRuntime } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";
import { egressOver, failureOf, requestTo, TRANSPORTS, writeTo } from "./transports.ts";

const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});
let authority: TestAuthority;
beforeAll(async () => {
  authority = await testAuthority();
});

interface TestProxy {
  readonly url: string;
  /** What tunnels were asked for, with the credential that was shown. */
  readonly asked: (readonly [string, string | undefined])[];
  close(): Promise<void>;
}

/** A CONNECT proxy, which leads every tunnel to one port of this machine. `answer`: what it says before it does, or instead. */
async function openProxy(
  leadsTo: () => number,
  answer: string | ((asked: string) => string) = OPEN,
  secure = false,
): Promise<TestProxy> {
  const asked: (readonly [string, string | undefined])[] = [];
  const sockets = new Set<Duplex>();
  const pair = secure ? await authority.server("proxy.example.com") : undefined;
  const server: Server = pair === undefined ? createHttpServer() : createHttpsServer(pair);
  server.on("connection", (socket: Socket) => void sockets.add(socket));
  server.on("connect", (request: IncomingMessage, socket: Duplex) => {
    const target = request.url ?? "";
    asked.push([target, request.headers["proxy-authorization"]]);
    socket.on("error", () => undefined);
    const said = typeof answer === "string" ? answer : answer(target);
    socket.write(said);
    if (!/^HTTP\/1\.1 2/.test(said)) {
      socket.end();
      return;
    }
    const onward = connect(leadsTo(), "127.0.0.1");
    sockets.add(onward);
    onward.on("error", () => socket.destroy());
    onward.pipe(socket).pipe(onward);
  });
  await new Promise<void>((go) => server.listen(0, "127.0.0.1", go));
  const { port } = server.address() as AddressInfo;
  const proxy: TestProxy = {
    url: secure ? `https://proxy.example.com:${port}` : `http://127.0.0.1:${port}`,
    asked,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((go) => server.close(go));
    },
  };
  open.push(proxy);
  return proxy;
}

const OPEN = "HTTP/1.1 200 Connection established\r\nvia: test\r\n\r\n";
/** What the names of these tests are. */
const PUBLIC = "93.184.216.34";
const resolver = async (name: string) => [
  { address: name.startsWith("proxy.") ? "127.0.0.1" : name.startsWith("inside.") ? "10.1.2.3" : PUBLIC, family: 4 },
];

async function secureServer(...names: string[]) {
  const seen: string[] = [];
  const server = createHttpsServer(await authority.server(...names), (request, response) => {
    seen.push(`${request.method} ${request.headers.host} ${JSON.stringify(request.headers["proxy-authorization"] ?? null)}`);
    json(response, "inside");
  });
  await new Promise<void>((go) => server.listen(0, "127.0.0.1", go));
  open.push({
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((go) => server.close(() => go()));
    },
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

describe.each(TRANSPORTS)("over %s, a proxy", (name) => {
  it("is asked for the address that was checked, and the server's certificate is for the name", async () => {
    const server = await secureServer("api.example.com");
    const proxy = await openProxy(() => server.port);
    const credential = { username: "mortise", password: "pass:wörd-of-the-proxy" };
    const egress = egressOver(name, { resolver, ca: [authority.ca], proxy: { url: proxy.url, credential } });
    open.push(egress);
    expect((await egress.send(requestTo("https://api.example.com/x"))).body.toString()).toBe('"inside"');
    expect((await egress.send(requestTo("https://api.example.com/y"))).body.toString()).toBe('"inside"');
    expect((await egress.send(writeTo("https://api.example.com/z"))).status).toBe(200);
    const shown = `Basic ${Buffer.from("mortise:pass:wörd-of-the-proxy").toString("base64")}`;
    expect(proxy.asked[0]).toEqual([`${PUBLIC}:443`, shown]);
    // The credential is the proxy's: the server sees none of it.
    expect(server.seen).toEqual(["GET api.example.com null", "GET api.example.com null", "POST api.example.com null"]);
    expect(proxy.asked.length).toBeLessThanOrEqual(3);
  });

  it("that leads to a server of another name has led nowhere", async () => {
    const server = await secureServer("evil.example.com");
    const proxy = await openProxy(() => server.port);
    const egress = egressOver(name, { resolver, ca: [authority.ca], proxy: { url: proxy.url } });
    open.push(egress);
    expect(await failureOf(egress.send(writeTo("https://api.example.com/x")))).toMatchObject({
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
      reach: "unsent",
    });
    expect(server.seen).toEqual([]);
  });

  it("does not make a blocked address a good one", async () => {
    const proxy = await openProxy(() => 1);
    const egress = egressOver(name, { resolver, proxy: { url: proxy.url } });
    open.push(egress);
    for (const url of [
      "https://inside.example.com/",
      "https://10.1.2.3/",
      "https://169.254.169.254/",
      "https://127.0.0.1/",
      "https://localhost/",
      "http://api.example.com/",
    ])
      expect(await failureOf(egress.send(requestTo(url)))).toMatchObject({ code: "EGRESS_DENIED" });
    expect(proxy.asked).toEqual([]);
  });

  it("is asked for the name where the deployment says so, and by TLS where its URL does", async () => {
    const server = await secureServer("api.example.com");
    const proxy = await openProxy(() => server.port, OPEN, true);
    const egress = egressOver(name, { resolver, ca: [authority.ca], proxy: { url: proxy.url, tunnel: "name" } });
    open.push(egress);
    expect((await egress.send(requestTo("https://api.example.com/x"))).status).toBe(200);
    expect(proxy.asked).toEqual([["api.example.com:443", undefined]]);
    const untrusting = egressOver(name, { resolver, proxy: { url: proxy.url } });
    open.push(untrusting);
    expect(await failureOf(untrusting.send(requestTo("https://api.example.com/x")))).toMatchObject({ reach: "unsent" });
    expect(proxy.asked).toHaveLength(1);
  });

  it("carries plain http, and IPv6, through tunnels too", async () => {
    const plain = await loopback((_, response) => json(response, "plain"));
    open.push(plain);
    const proxy = await openProxy(() => plain.port);
    const allow = [`http://api.example.com:${plain.port}`, "http://[2606:2800:220:1::1]:8080"];
    const egress = egressOver(name, { resolver, allow, proxy: { url: proxy.url } });
    open.push(egress);
    expect((await egress.send(requestTo(`http://api.example.com:${plain.port}/x`))).body.toString()).toBe('"plain"');
    expect((await egress.send(writeTo("http://[2606:2800:220:1::1]:8080/y"))).body.toString()).toBe('"plain"');
    expect(proxy.asked.map(([asked]) => asked)).toEqual([`${PUBLIC}:${plain.port}`, "[2606:2800:220:1::1]:8080"]);
    expect(plain.seen.map(({ headers, body }) => [headers.host, body])).toEqual([
      [`api.example.com:${plain.port}`, ""],
      ["[2606:2800:220:1::1]:8080", "{}"],
    ]);
  });

  it.each([
    ["HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n", { code: "MISCONFIGURED" }],
    ["HTTP/1.1 403 Forbidden\r\n\r\nno", { code: "EGRESS_DENIED" }],
    ["HTTP/1.1 502 Bad Gateway\r\n\r\n", { code: "ECONNREFUSED", reach: "unsent" }],
    ["SSH-2.0\r\n\r\n", { code: "ECONNRESET", reach: "unsent" }],
    [`HTTP/1.1 200 OK\r\nx: ${"y".repeat(20_000)}`, { code: "ECONNRESET", reach: "unsent" }],
    ["", { code: "ECONNRESET", reach: "unsent" }],
  ])("that answers %j has sent nothing", async (answer, expected) => {
    const proxy = await openProxy(() => 1, answer);
    const egress = egressOver(name, { resolver, proxy: { url: proxy.url } });
    open.push(egress);
    expect(await failureOf(egress.send(writeTo("https://api.example.com/")))).toMatchObject(expected);
    expect(proxy.asked).toHaveLength(1);
  });

  it("is not there for what has no proxy", async () => {
    const server = await loopback((_, response) => json(response, "straight"));
    open.push(server);
    const proxy = await openProxy(() => 1, "HTTP/1.1 502 Bad Gateway\r\n\r\n");
    const origin = (host: string) => `http://${host}:${server.port}`;
    const hosts = ["127.0.0.1", "a.corp.example", "corp.example", "named.example"];
    const straight = async () => [{ address: "127.0.0.1", family: 4 }];
    for (const noProxy of [
      ["127.0.0.0/8"],
      ["127.0.0.1"],
      [".corp.example", "127.0.0.1", "named.example"],
      ["*"],
      [`named.example:${server.port}`, "127.0.0.1", "*.corp.example"],
    ]) {
      const egress = egressOver(name, { resolver: straight, allow: hosts.map(origin), proxy: { url: proxy.url, noProxy } });
      open.push(egress);
      for (const host of hosts) expect((await egress.send(requestTo(origin(host)))).status).toBe(200);
    }
    const partly = egressOver(name, {
      resolver,
      allow: ["http://a.corp.example", "http://xcorp.example"],
      proxy: { url: proxy.url, noProxy: [".corp.example", "named.example:1", "10.0.0.0/8", "::1"] },
    });
    open.push(partly);
    expect(await failureOf(partly.send(requestTo("http://xcorp.example")))).toMatchObject({ code: "ECONNREFUSED" });
    expect(proxy.asked).toHaveLength(1);
  });
});

describe("a deployment's proxy and authorities", () => {
  it("hold for the calls of a runtime, whatever the environment says", async () => {
    const server = await secureServer("api.example.com");
    const proxy = await openProxy(() => server.port);
    const victim = await loopback((_, response) => json(response, "stolen"));
    open.push(victim);
    const before = { ...process.env };
    Object.assign(process.env, { HTTPS_PROXY: victim.origin, HTTP_PROXY: victim.origin, NO_PROXY: "*", NODE_USE_ENV_PROXY: "1" });
    try {
      const connectors = [connectorOf({ op: { request: { method: "GET", url: at("/x") } } })];
      for (const transport of TRANSPORTS) {
        const runtime = createRuntime({ connectors, transport, resolver, ca: [authority.ca], proxy: { url: proxy.url } });
        open.push(runtime);
        const connection = connectionTo("https://api.example.com");
        expect(await runtime.call("sample/op", { connection, input: {} })).toMatchObject({
          outcome: "success",
          output: "inside",
        });
      }
    } finally {
      for (const each of ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "NODE_USE_ENV_PROXY"]) delete process.env[each];
      Object.assign(process.env, before);
    }
    expect(proxy.asked).toHaveLength(2);
    expect(victim.seen).toEqual([]);
  });

  it("trust the deployment's authorities beside Node's own, for no longer than they are given", async () => {
    const server = await secureServer("api.example.com");
    const allow = [`https://api.example.com:${server.port}`];
    const here = async () => [{ address: "127.0.0.1", family: 4 }];
    for (const name of TRANSPORTS) {
      const trusting = egressOver(name, {
        allow,
        resolver: here,
        ca: [`a comment\n${authority.ca}\n${(await testAuthority("Another")).ca}`],
      });
      const untrusting = egressOver(name, { allow, resolver: here, ca: [(await testAuthority("Another")).ca] });
      open.push(trusting, untrusting);
      const url = `https://api.example.com:${server.port}/`;
      expect((await trusting.send(requestTo(url))).status).toBe(200);
      expect(await failureOf(untrusting.send(requestTo(url)))).toMatchObject({
        reach: "unsent",
        code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      });
    }
  });

  it.each([
    [{ proxy: { url: "socks5://127.0.0.1:1080" } }, "proxy.url"],
    [{ proxy: { url: "http://user:pw@127.0.0.1" } }, "proxy.url"],
    [{ proxy: { url: "http://127.0.0.1/path" } }, "proxy.url"],
    [{ proxy: { url: "nonsense" } }, "proxy.url"],
    [{ proxy: { url: "http://127.0.0.1", noProxy: ["10.0.0.0/99"] } }, "proxy.noProxy"],
    [{ proxy: { url: "http://127.0.0.1", noProxy: ["a b"] } }, "proxy.noProxy"],
    [{ ca: ["no certificate"] }, "ca: entry 1"],
    [{ ca: ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"] }, "ca: entry 1"],
    [{ transport: "fetch" as never }, "transport"],
  ])("are refused where they cannot be read: %j", (options, says) => {
    expect(() => createRuntime({ connectors: [], ...options })).toThrow(says);
  });
});
