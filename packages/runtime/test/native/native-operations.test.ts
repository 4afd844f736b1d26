// Pins: code of our own that goes round the egress check, sends a write twice, or leaks a pool.

import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { CallResult, Operation } from "@mortise/contract";
import { MortiseError } from "@mortise/contract";
import type { NativeContext } from "@mortise/sdk";
import { afterEach, describe, expect, it } from "vitest";
import { type CallRequest, createRuntime, type RuntimeOptions } from "../../src/index.ts";
import { connectionTo, connectorOf } from "../sample-connector.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

type Code = (input: never, ctx: NativeContext<never>) => Promise<unknown>;
const NATIVE = { native: { reason: "test", uses: [] } } as const;
const WRITE: Partial<Operation> = { ...NATIVE, effect: "send", idempotency: "none" };

function runtimeOf(code: Code, operation: Partial<Operation> = NATIVE, options: Partial<RuntimeOptions> = {}) {
  const runtime = createRuntime({
    connectors: [connectorOf({ op: operation }, {}, { op: { call: code } })],
    random: () => 0,
    ...options,
  });
  open.push(runtime);
  return {
    runtime,
    call: (request: Partial<CallRequest> = {}): Promise<CallResult> =>
      runtime.call("sample/op", { connection: connectionTo("x"), input: {}, ...request }),
  };
}

const withCode = (code: string, message = code): Error => Object.assign(new Error(message), { code });
const failure = (result: CallResult) =>
  result.outcome === "success" ? undefined : { outcome: result.outcome, ...result.error, ...result.meta };

async function echoServer(address: { port: number; host: string } | { path: string }): Promise<Server> {
  const server = createServer((socket) => socket.on("error", () => undefined).pipe(socket));
  server.listen(address);
  await new Promise((resolve) => server.once("listening", resolve));
  open.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
  return server;
}

describe("an operation's own code", () => {
  it("reaches TCP and Unix sockets that the deployment allows, and no others", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "mortise-"));
    open.push({ close: () => rm(folder, { recursive: true }) });
    const tcp = await echoServer({ port: 0, host: "127.0.0.1" });
    const { port } = tcp.address() as AddressInfo;
    const unixSocket = path.join(folder, "echo.sock");
    await echoServer({ path: unixSocket });
    const code: Code = async (_, ctx) => {
      const answers = [];
      for (const target of [{ host: "127.0.0.1", port }, { unixSocket }]) {
        const socket = await ctx.connect(target);
        socket.end("ping");
        for await (const chunk of socket) answers.push(String(chunk));
      }
      return answers;
    };
    const allowed = runtimeOf(code, NATIVE, { egress: { allow: [`tcp://127.0.0.1:${port}`, `unix:${folder}`] } });
    expect(await allowed.call()).toMatchObject({ outcome: "success", output: ["ping", "ping"] });
    expect(failure(await runtimeOf(code).call())).toMatchObject({ outcome: "fault", code: "EGRESS_DENIED", attempts: 1 });
  });

  it("fails as its outcome table says, by the codes of its driver, and else by what the code is", async () => {
    const cases: readonly (readonly [unknown, string, string, number])[] = [
      [withCode("23505"), "poison", "CONFLICT", 1],
      [withCode("28P01"), "fault", "AUTH_FAILED", 1],
      [withCode("ECONNREFUSED"), "sick", "TARGET_SICK", 3],
      [withCode("ZZ999"), "poison", "CALL_REJECTED", 1],
      [new TypeError("oops"), "poison", "INTERNAL", 1],
      [new MortiseError("FILE_MALFORMED", "line 3"), "poison", "FILE_MALFORMED", 1],
      [new MortiseError("MISCONFIGURED", "no host"), "fault", "MISCONFIGURED", 1],
    ];
    const outcomes = [
      { when: { code: "23505" }, as: "conflict", message: "exists" },
      { when: { code: "28*" }, as: "credential" },
    ] as const;
    for (const [thrown, outcome, code, attempts] of cases) {
      const { call } = runtimeOf(() => Promise.reject(thrown), { ...NATIVE, outcomes });
      expect(failure(await call())).toMatchObject({ outcome, code, attempts });
    }
  });

  it("of a write is tried again before its commit point, and never behind it", async () => {
    let tries = 0;
    const before = runtimeOf(async (_, ctx) => {
      if (++tries < 3) throw withCode("ECONNRESET");
      await ctx.commitPoint();
      return "sent";
    }, WRITE);
    const commits: number[] = [];
    const commit = async () => commits.push(tries) === 1;
    expect(await before.call({ commit })).toMatchObject({ outcome: "success", output: "sent" });
    expect(commits).toEqual([3]);

    let sent = 0;
    const behind = runtimeOf(async (_, ctx) => {
      await ctx.commitPoint();
      sent++;
      throw withCode("ECONNRESET");
    }, WRITE);
    expect(failure(await behind.call())).toMatchObject({ outcome: "unknown", code: "UNKNOWN_OUTCOME", attempts: 1 });
    expect(failure(await behind.call({ commit: async () => false }))).toMatchObject({ outcome: "unknown", attempts: 1 });
    expect(sent).toBe(1);
  });

  it("that the other side refused behind the commit point has a known outcome", async () => {
    const { call } = runtimeOf(
      async (_, ctx) => {
        await ctx.commitPoint();
        throw withCode("550");
      },
      { ...WRITE, outcomes: [{ when: { code: "5*" }, as: "rejected" }] },
    );
    expect(failure(await call())).toMatchObject({ outcome: "poison", code: "CALL_REJECTED" });
  });

  it("that hangs is cut by the attempt's limit, whether it listens or not", async () => {
    const hang: Code = () => new Promise(() => undefined);
    const write = runtimeOf(
      async (_, ctx) => {
        await ctx.commitPoint();
        return hang(_, ctx);
      },
      { ...WRITE, attemptTimeoutMs: 120 },
    );
    expect(failure(await write.call())).toMatchObject({ outcome: "unknown" });
    expect(failure(await runtimeOf(hang, { ...NATIVE, attemptTimeoutMs: 120, maxAttempts: 2 }).call())).toMatchObject({
      outcome: "sick",
      attempts: 2,
    });
  });

  it("shares a resource between the calls of a connection and closes it with the runtime", async () => {
    const log: string[] = [];
    const { runtime, call } = runtimeOf((_, ctx) =>
      ctx.resource(
        "pool",
        async () => {
          log.push("open");
          return "pool";
        },
        async (resource) => void log.push(`close ${resource}`),
      ),
    );
    await Promise.all([call(), call()]);
    expect(await call()).toMatchObject({ output: "pool" });
    await call({ connection: connectionTo("other settings") });
    expect(log).toEqual(["open", "open"]);
    await runtime.close();
    expect(log).toEqual(["open", "open", "close pool", "close pool"]);
    expect(failure(await call())).toMatchObject({ code: "CALL_CANCELLED" });
  });

  it("of a publisher who is not trusted does not run", async () => {
    const connector = connectorOf({ op: NATIVE }, { publisher: "stranger" }, { op: { call: async () => "ran" } });
    for (const [trustedPublishers, outcome] of [
      [undefined, "fault"],
      [["stranger"], "success"],
    ] as const) {
      const runtime = createRuntime({ connectors: [connector], trustedPublishers });
      open.push(runtime);
      expect((await runtime.call("sample/op", { input: {} })).outcome).toBe(outcome);
    }
  });
});
