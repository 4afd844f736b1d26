// Pins: a body that was cut off and counts as whole, a write that is repeated because a failure claims that nothing was sent, and a server that
// holds a call longer than its deadline (scorecard R11).

import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import type { Operation } from "@mortise/contract";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";
import { ok, type RawServer, rawServer } from "./raw-server.ts";
import { egressOver, failureOf, requestTo, TRANSPORTS, writeTo } from "./transports.ts";

const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});
let calls = 0;
let late = 0;
let partial = 0;
afterAll(() =>
  console.log(`R11: ${calls} calls to faulty servers, ${late} past deadline + 100 ms, ${partial} partial bodies as success`),
);

async function serve(answer: Parameters<typeof rawServer>[0]): Promise<RawServer> {
  const server = await rawServer(answer);
  open.push(server);
  return server;
}

const CUT = gzipSync(Buffer.from(`{"whole":"${"x".repeat(2_000)}"}`)).subarray(0, 25);
const head = (lines: string) => `HTTP/1.1 200 OK\r\n${lines}\r\n\r\n`;
const then = (text: string | Buffer, act: (socket: Socket) => void) => (socket: Socket) => {
  socket.write(text, () => act(socket));
};
const reset = (socket: Socket) => void socket.resetAndDestroy();
const end = (socket: Socket) => void socket.end();
const hang = () => undefined;

/** What ends by itself: nothing whole ever comes. */
const BROKEN: readonly (readonly [string, (socket: Socket) => void])[] = [
  ["resets before it answers", reset],
  ["hangs up before it answers", end],
  ["resets inside of its headers", then("HTTP/1.1 200 OK\r\ncontent-le", reset)],
  ["resets after its headers", then(head("content-length: 10"), reset)],
  ["resets inside of its body", then(`${head("content-length: 10")}{"a":`, reset)],
  ["hangs up inside of its body", then(`${head("content-length: 10")}{"a":`, end)],
  ["resets inside of a chunk", then(`${head("transfer-encoding: chunked")}a\r\n{"a":`, reset)],
  ["hangs up inside of a chunk", then(`${head("transfer-encoding: chunked")}a\r\n{"a":`, end)],
  ["hangs up before the last chunk", then(`${head("transfer-encoding: chunked")}7\r\n{"a":1}\r\n`, end)],
  ["writes a chunk's size that is none", then(`${head("transfer-encoding: chunked")}zz\r\n{}\r\n0\r\n\r\n`, hang)],
  ["says two lengths", then(`${head("content-length: 2\r\ncontent-length: 7")}{"a":1}`, hang)],
  ["says a length that is none", then(`${head("content-length: 7x")}{"a":1}`, hang)],
  ["answers in another language", then("SSH-2.0-OpenSSH_9.6\r\n", hang)],
  [
    "cuts its gzip off and frames that as whole",
    then(Buffer.concat([Buffer.from(head(`content-encoding: gzip\r\ncontent-length: ${CUT.length}`)), CUT]), hang),
  ],
  ["calls gzip what is none", then(`${head("content-encoding: gzip\r\ncontent-length: 7")}{"a":1}`, hang)],
  ["is silent after 102 and hangs up", then("HTTP/1.1 102 Processing\r\n\r\n", end)],
];

/** What never ends. */
const SILENT: readonly (readonly [string, (socket: Socket) => void])[] = [
  ["never answers", hang],
  ["stops inside of its status", then("HTTP/1.1 2", hang)],
  ["stops inside of its headers", then("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n", hang)],
  ["stops after its headers", then(head("content-length: 10"), hang)],
  ["stops inside of its body", then(`${head("content-length: 10")}{"a":`, hang)],
  ["stops inside of a chunk", then(`${head("transfer-encoding: chunked")}a\r\n{"a":`, hang)],
  ["stops before the last chunk", then(`${head("transfer-encoding: chunked")}7\r\n{"a":1}\r\n`, hang)],
  ["says 102 and no more", then("HTTP/1.1 102 Processing\r\n\r\n", hang)],
];

describe.each(TRANSPORTS)("over %s, a server that", (name) => {
  it.each(BROKEN)("%s has answered nothing, and a request was sent", async (_, misbehave) => {
    const server = await serve(misbehave);
    const egress = egressOver(name, { allow: [server.origin] });
    open.push(egress);
    for (const request of [requestTo(server.origin), writeTo(server.origin)]) {
      calls++;
      expect(await failureOf(egress.send(request))).toMatchObject({ name: "TransportError", reach: "sent" });
    }
    expect(server.heads).toHaveLength(2);
  });

  it.each(SILENT)("%s is waited for no longer than was said, and let go", async (_, misbehave) => {
    const server = await serve(misbehave);
    const egress = egressOver(name, { allow: [server.origin] });
    open.push(egress);
    for (const request of [requestTo(server.origin, { firstByteMs: 60 }), writeTo(server.origin, { firstByteMs: 60 })]) {
      calls++;
      expect(await failureOf(egress.send(request))).toMatchObject({ code: "ETIMEDOUT", reach: "sent" });
    }
    await server.allClosed();
  });

  it("sends bytes one by one is heard to the end", async () => {
    const text = ok(JSON.stringify({ whole: "answer" }));
    const server = await serve(async (socket) => {
      socket.setNoDelay(true);
      for (const byte of text) await new Promise((done) => socket.write(byte, done));
    });
    const egress = egressOver(name, { allow: [server.origin] });
    open.push(egress);
    expect((await egress.send(requestTo(server.origin))).body.toString()).toBe('{"whole":"answer"}');
  });

  it("sends a byte now and then, for ever, is given up at the limit of the whole", async () => {
    const server = await serve((socket) => {
      socket.write(head("content-length: 100000"));
      const drip = setInterval(() => socket.write("x"), 5);
      socket.on("close", () => clearInterval(drip));
    });
    const egress = egressOver(name, { allow: [server.origin] });
    open.push(egress);
    const failure = await failureOf(egress.send(requestTo(server.origin, { firstByteMs: 60_000, limitMs: 700 })));
    expect(failure).toMatchObject({ code: "ETIMEDOUT", reach: "sent", message: expect.stringContaining("no end within 700 ms") });
    await server.allClosed();
  });

  it("says 100, which nobody asked for, and no more has answered nothing", async () => {
    const server = await serve(then("HTTP/1.1 100 Continue\r\n\r\n", hang));
    const egress = egressOver(name, { allow: [server.origin] });
    open.push(egress);
    for (const request of [requestTo(server.origin, { firstByteMs: 60 }), writeTo(server.origin, { firstByteMs: 60 })])
      expect(await failureOf(egress.send(request))).toMatchObject({ name: "TransportError", reach: "sent" });
    await server.allClosed();
  });

  it("says 103 first is heard to the end", async () => {
    const server = await serve((socket) => void socket.write(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${ok("{}")}`));
    const egress = egressOver(name, { allow: [server.origin] });
    open.push(egress);
    expect(await egress.send(requestTo(server.origin))).toMatchObject({ status: 200, body: Buffer.from("{}") });
  });

  it("sends more than it said has its answer cut where it said, and the rest is nobody's answer", async () => {
    const smuggled = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil";
    const server = await serve((socket, _, count) => void socket.write(count === 1 ? ok("good") + smuggled : ok("fine")));
    const egress = egressOver(name, { allow: [server.origin] });
    open.push(egress);
    expect((await egress.send(requestTo(server.origin))).body.toString()).toBe("good");
    expect((await egress.send(requestTo(server.origin))).body.toString()).toBe("fine");
    expect(server.accepted).toBe(2);
  });

  it("sends something on a socket that is at rest loses that socket", async () => {
    const server = await serve((socket, _, count) => {
      socket.write(count === 1 ? ok("good") : ok("fine"), () => {
        if (count === 1) setTimeout(() => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"), 20);
      });
    });
    const egress = egressOver(name, { allow: [server.origin] });
    open.push(egress);
    expect((await egress.send(requestTo(server.origin))).body.toString()).toBe("good");
    await server.allClosed();
    expect((await egress.send(requestTo(server.origin))).body.toString()).toBe("fine");
    expect(server.accepted).toBe(2);
  });

  it("closes a kept socket early fails a read as sent at most, and no write", async () => {
    const server = await serve((socket, _, count) => void socket.write(ok(String(count)), () => socket.end()));
    const egress = egressOver(name, { allow: [server.origin] });
    open.push(egress);
    for (let each = 0; each < 10; each++) {
      calls++;
      expect((await egress.send(writeTo(server.origin))).status).toBe(200);
      const read = await egress.send(requestTo(server.origin)).catch((error: unknown) => error);
      if (read instanceof Error) expect(read).toMatchObject({ name: "TransportError", reach: "sent" });
    }
  });

  it("cannot be reached was sent nothing", async () => {
    const gone = await rawServer(() => undefined);
    await gone.close();
    const egress = egressOver(name, {
      allow: [gone.origin, "http://nowhere.example.com"],
      resolver: async () => Promise.reject(new Error("no such name")),
    });
    open.push(egress);
    for (const request of [requestTo(gone.origin), writeTo(gone.origin)])
      expect(await failureOf(egress.send(request))).toMatchObject({ code: "ECONNREFUSED", reach: "unsent" });
    for (const request of [requestTo("http://nowhere.example.com"), writeTo("http://nowhere.example.com")])
      expect(await failureOf(egress.send(request))).toMatchObject({ code: "ENOTFOUND", reach: "unsent" });
  });

  it("hangs up before a write's commit point has passed was sent nothing", async () => {
    const server = await rawServer(() => undefined);
    open.push(server);
    const egress = egressOver(name, { allow: [server.origin] });
    open.push(egress);
    const beforeSend = async () => {
      for (const socket of server.open) socket.resetAndDestroy();
      await server.allClosed();
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    expect(await failureOf(egress.send(writeTo(server.origin, { beforeSend })))).toMatchObject({
      code: "ECONNRESET",
      reach: "unsent",
    });
    expect(server.heads).toEqual([]);
  });

  it("is not sent a write whose commit point refuses, nor one that was called off before", async () => {
    const server = await serve((socket) => void socket.write(ok("{}")));
    const egress = egressOver(name, { allow: [server.origin] });
    open.push(egress);
    const beforeSend = () => Promise.reject(new Error("no"));
    expect(await failureOf(egress.send(writeTo(server.origin, { beforeSend })))).toMatchObject({ reach: "unsent" });
    const calledOff = { signal: AbortSignal.abort(new Error("called off")) };
    expect(await failureOf(egress.send(writeTo(server.origin, calledOff)))).toMatchObject({ reach: "unsent" });
    const between = new AbortController();
    const abortFirst = async () => between.abort(new Error("called off"));
    expect(
      await failureOf(egress.send(writeTo(server.origin, { signal: between.signal, beforeSend: abortFirst }))),
    ).toMatchObject({ reach: "unsent" });
    await server.allClosed();
    expect(server.heads).toEqual([]);
  });

  it("misbehaves in any way ends no call after its deadline, and none as a success", async () => {
    const write: Partial<Operation> = {
      effect: "create",
      idempotency: "none",
      request: { method: "POST", url: at("/x"), body: { a: 1 } },
    };
    const read: Partial<Operation> = { request: { method: "GET", url: at("/x"), decode: "text" } };
    const runtime = createRuntime({
      connectors: [connectorOf({ read, write })],
      transport: name,
      random: () => 0,
      egress: { allow: ["http://127.0.0.1:*"] },
    });
    open.push(runtime);
    const waits: Promise<void>[] = [];
    for (const [what, misbehave] of [...BROKEN, ...SILENT]) {
      const server = await serve(misbehave);
      for (const operation of ["read", "write"]) {
        calls++;
        const deadlineMs = Date.now() + 400;
        // Timers fire in the order of their moments, however busy the machine is.
        const tooLate = new Promise<"late">((resolve) => setTimeout(() => resolve("late"), 500));
        const call = runtime.call(`sample/${operation}`, { connection: connectionTo(server.origin), input: {}, deadlineMs });
        waits.push(
          Promise.race([call, tooLate]).then((result) => {
            if (result === "late") late++;
            else if (result.outcome === "success") partial++;
            else if (operation === "write" && server.heads.some((request) => request.startsWith("POST")))
              expect(result, what).toMatchObject({ outcome: "unknown", error: { code: "UNKNOWN_OUTCOME" } });
          }),
        );
      }
    }
    await Promise.all(waits);
    expect({ late, partial }).toEqual({ late: 0, partial: 0 });
  });
});

describe("a server that says 100, which nobody asked for, and then answers", () => {
  it.each([
    ["got", { status: 200 }],
    // What undici cannot do (RFC 9110 §15.2 has clients expect it): it takes it for a broken answer, and says so.
    ["undici", { name: "TransportError", code: "ECONNRESET", reach: "sent" }],
  ] as const)("over %s", async (name, expected) => {
    const server = await serve((socket) => void socket.write(`HTTP/1.1 100 Continue\r\n\r\n${ok("{}")}`));
    const egress = egressOver(name, { allow: [server.origin] });
    open.push(egress);
    expect(await egress.send(requestTo(server.origin)).catch((error: unknown) => error)).toMatchObject(expected);
  });
});
