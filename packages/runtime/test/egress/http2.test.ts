// Pins: a call that stays on HTTP/1.1 where the server speaks more, a connection that carries calls of another connection or host, and a write
// that is repeated because its connection ended.
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type TestAuthority, testAuthority } from "../../../../test/world/certificates.ts";
import type { EgressClient } from "../../src/egress/egress-client.ts";
import { egressOver, failureOf, requestTo, TRANSPORTS, writeTo } from "./transports.ts";

let authority: TestAuthority;
let server: Http2SecureServer;
let port = 0;
const sessions: ServerHttp2Session[] = [];
const opened: EgressClient[] = [];
/** Requests seen: version, host, body. */
const seen: (readonly [string, string, string])[] = [];
let behave: "answer" | "go away" | "cut" | "hang" | "many headers" = "answer";

beforeAll(async () => {
  authority = await testAuthority();
  server = createSecureServer(
    { ...(await authority.server("api.example.com", "other.example.com")), allowHTTP1: true },
    async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      seen.push([request.httpVersion, String(request.authority ?? request.headers.host).replace(/:\d+$/, ""), body]);
      if (behave === "hang") return;
      if (behave === "go away") request.stream?.session?.destroy();
      else if (behave === "many headers") {
        for (let at = 0; at < 110; at++) response.setHeader(`x-${at}`, "1");
        response.end("{}");
      } else if (behave === "cut") {
        response.writeHead(200);
        response.write("half", () => request.stream?.close(2));
      } else {
        response.setHeader("content-encoding", "gzip");
        response.setHeader("content-type", "application/json");
        response.end(gzipSync('{"a":1}'));
      }
    },
  );
  server.on("session", (session) => sessions.push(session));
  server.on("sessionError", () => undefined);
  await new Promise<void>((go) => server.listen(0, "127.0.0.1", go));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
  seen.length = 0;
  sessions.length = 0;
  behave = "answer";
});
afterAll(async () => {
  for (const session of sessions) session.destroy();
  await new Promise((go) => server.close(go));
});

const at = (path: string, host = "api.example.com") => `https://${host}:${port}${path}`;

function over(name: (typeof TRANSPORTS)[number]): EgressClient {
  const allow = [`https://api.example.com:${port}`, `https://other.example.com:${port}`];
  const egress = egressOver(name, { allow, ca: [authority.ca], resolver: async () => [{ address: "127.0.0.1", family: 4 }] });
  opened.push(egress);
  return egress;
}

describe.each(TRANSPORTS)("over %s, a server with HTTP/2", (name) => {
  it("is spoken to in the best language that both have", async () => {
    const egress = over(name);
    const answer = await egress.send(requestTo(at("/x?y=1")));
    expect(answer).toMatchObject({ status: 200, headers: { "content-type": "application/json" }, body: Buffer.from('{"a":1}') });
    expect(Object.keys(answer.headers).filter((name) => name.startsWith(":"))).toEqual([]);
    await egress.send(writeTo(at("/x"), { body: "a body" }));
    const version = name === "undici" ? "2.0" : "1.1";
    expect(seen).toEqual([
      [version, "api.example.com", ""],
      [version, "api.example.com", "a body"],
    ]);
  });

  it("has a failure that says how far a request got", async () => {
    const egress = over(name);
    if (name === "undici") {
      for (const way of ["go away", "cut"] as const) {
        behave = way;
        for (const request of [requestTo(at("/x")), writeTo(at("/x"))])
          expect(await failureOf(egress.send(request)), way).toMatchObject({ name: "TransportError", reach: "sent" });
      }
    }
    behave = "hang";
    for (const request of [requestTo(at("/x"), { firstByteMs: 60 }), writeTo(at("/x"), { firstByteMs: 60 })])
      expect(await failureOf(egress.send(request))).toMatchObject({ code: "ETIMEDOUT", reach: "sent" });
  });

  it("may send 100 lines of headers", async () => {
    behave = "many headers";
    expect(await failureOf(over(name).send(requestTo(at("/x"))))).toMatchObject({ code: "HPE_HEADER_OVERFLOW", reach: "sent" });
  });

  it("gets a write once, whatever becomes of its connection", async () => {
    const egress = over(name);
    behave = name === "undici" ? "go away" : "hang";
    let committed = 0;
    const beforeSend = async () => void committed++;
    await failureOf(egress.send(writeTo(at("/x"), { beforeSend, firstByteMs: 1_000 })));
    expect(seen).toHaveLength(1);
    expect(committed).toBe(1);
  });
});

describe("HTTP/2 connections", () => {
  it("carry many calls of one connection at once", async () => {
    const egress = over("undici");
    await Promise.all(Array.from({ length: 50 }, (_, each) => egress.send(requestTo(at(`/${each}`)))));
    expect(seen).toHaveLength(50);
    expect(sessions).toHaveLength(1);
  });

  it("are shared by neither connections nor hosts, though the certificate is for both (RFC 9113 §9.1.1)", async () => {
    const egress = over("undici");
    for (const pool of ["tenant-1/main", "tenant-2/main"])
      for (const host of ["api.example.com", "other.example.com"]) {
        await egress.send(requestTo(at("/x", host), { pool }));
        await egress.send(requestTo(at("/x", host), { pool }));
      }
    expect(seen).toHaveLength(8);
    expect(sessions).toHaveLength(4);
  });

  it("of writes are their own", async () => {
    const egress = over("undici");
    for (let each = 0; each < 3; each++) await egress.send(writeTo(at("/x")));
    expect(sessions).toHaveLength(3);
  });

  it("let a call go without the others", async () => {
    const egress = over("undici");
    behave = "hang";
    const controller = new AbortController();
    const first = failureOf(egress.send(requestTo(at("/1"), { signal: controller.signal })));
    while (seen.length < 1) await new Promise((go) => setTimeout(go, 5));
    behave = "answer";
    const second = egress.send(requestTo(at("/2")));
    controller.abort(new Error("called off"));
    expect(await first).toMatchObject({ reach: "sent" });
    expect((await second).status).toBe(200);
    expect(sessions).toHaveLength(1);
  });
});
