// Pins: what is taken out of use runs on, because a list is read too late, half, or not where a call waits.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Operation } from "@mortise/contract";
import { afterEach, describe, expect, it } from "vitest";
import { createRuntime, type KillList, type LifecycleChange, type Runtime, type RuntimeOptions } from "../../src/index.ts";
import { json, type Loopback, loopback } from "../loopback.ts";
import { patientClock } from "../patient-clock.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const read: Partial<Operation> = { request: { method: "GET", url: at("/") } };
const kill = (...killed: KillList["killed"]): KillList => ({ killed });
const NOTHING = kill();

async function vendor(): Promise<Loopback> {
  const server = await loopback((_, response) => json(response, {}));
  open.push(server);
  return server;
}

function runtimeFor(server: Loopback, options: Partial<RuntimeOptions>): Runtime {
  const runtime = createRuntime({
    connectors: [connectorOf({ find: read, list: read })],
    egress: { allow: [server.origin] },
    ...options,
  });
  open.push(runtime);
  return runtime;
}

async function codeOf(runtime: Runtime, server: Loopback, use = "sample/find"): Promise<string> {
  const result = await runtime.call(use, { connection: connectionTo(server.origin), input: null });
  return result.outcome === "success" ? "success" : (result.error.code ?? "");
}

describe("a kill list", () => {
  it("acts within 60 s of its change at the slowest pace there may be, and lets run again what is taken off it", async () => {
    const server = await vendor();
    const clock = patientClock();
    let list = NOTHING;
    let changedAtMs = 0;
    let actedAfterMs: number | undefined;
    const runtime = runtimeFor(server, {
      clock,
      killList: { source: { read: () => list }, everyMs: 50_000 },
      onLifecycle: (change) => {
        if (change.kind === "killed" && change.entries === 1) actedAfterMs = clock.now() - changedAtMs;
      },
    });
    expect(await codeOf(runtime, server)).toBe("success");
    await clock.pass(1);
    list = kill({ connector: "sample", reason: "It deletes what it should read." });
    changedAtMs = clock.now();
    await clock.pass(60_000);

    const result = await runtime.call("sample/find", { connection: connectionTo(server.origin), input: null });
    expect(result).toMatchObject({
      outcome: "fault",
      error: { code: "CONNECTOR_KILLED", message: "sample@1.0.0/find was taken out of use: It deletes what it should read." },
    });
    expect(server.seen).toHaveLength(1);
    expect(actedAfterMs).toBeLessThanOrEqual(60_000);
    console.log(`kill list: acted ${actedAfterMs} ms after its change (bound 60,000, virtual clock)`);

    list = NOTHING;
    await clock.pass(60_000);
    expect(await codeOf(runtime, server)).toBe("success");
  });

  it("is read at once where its source says that it has changed", async () => {
    const server = await vendor();
    const clock = patientClock();
    let list = NOTHING;
    let changed = (): void => undefined;
    const runtime = runtimeFor(server, {
      clock,
      killList: {
        source: { read: () => list },
        watch: (tell) => {
          changed = tell;
          return () => undefined;
        },
      },
    });
    expect(await codeOf(runtime, server)).toBe("success");
    list = kill({ publisher: "mortise", reason: "Its key is stolen." });
    await clock.pass(0);
    changed();
    await clock.pass(0);
    expect(await codeOf(runtime, server)).toBe("CONNECTOR_KILLED");
  });

  it("that changes while it is being read is read again at once", async () => {
    const server = await vendor();
    const clock = patientClock();
    let changed = (): void => undefined;
    let reads = 0;
    const runtime = runtimeFor(server, {
      clock,
      killList: {
        source: {
          read: () => {
            reads++;
            if (reads === 2) changed();
            return reads > 2 ? kill({ connector: "sample", reason: "test" }) : NOTHING;
          },
        },
        watch: (tell) => {
          changed = tell;
          return () => undefined;
        },
      },
    });
    expect(await codeOf(runtime, server)).toBe("success");
    await clock.pass(15_000);
    expect(reads).toBe(3);
    expect(await codeOf(runtime, server)).toBe("CONNECTOR_KILLED");
  });

  it.each([
    ["a publisher", { publisher: "mortise" }, ["CONNECTOR_KILLED", "CONNECTOR_KILLED"]],
    ["another publisher", { publisher: "acme" }, ["success", "success"]],
    ["a version", { connector: "sample", version: "1.0.0" }, ["CONNECTOR_KILLED", "CONNECTOR_KILLED"]],
    ["a major version", { connector: "sample", version: "1" }, ["CONNECTOR_KILLED", "CONNECTOR_KILLED"]],
    ["another version", { connector: "sample", version: "1.0.1" }, ["success", "success"]],
    ["an operation", { connector: "sample", operation: "find" }, ["CONNECTOR_KILLED", "success"]],
    ["an operation of another publisher", { publisher: "acme", connector: "sample", operation: "find" }, ["success", "success"]],
  ])("takes %s out of use and nothing else", async (_, entry, expected) => {
    const server = await vendor();
    const runtime = runtimeFor(server, { killList: { source: { list: kill({ ...entry, reason: "test" }) } } });
    expect([await codeOf(runtime, server), await codeOf(runtime, server, "sample/list")]).toEqual(expected);
  });

  it("ends the wait for a budget at once, and the call is never sent", async () => {
    const server = await vendor();
    const clock = patientClock();
    let list = NOTHING;
    const limited = connectorOf(
      { find: { ...read, budget: "all" } },
      { budgets: { all: { rate: 1, per: "60s", scope: "connection" } } },
    );
    const runtime = runtimeFor(server, {
      connectors: [limited],
      clock,
      killList: { source: { read: () => list }, everyMs: 5_000 },
    });
    expect(await codeOf(runtime, server)).toBe("success");
    let ended = "";
    const waiting = codeOf(runtime, server).then((code) => {
      ended = code;
    });
    await clock.pass(4_000);
    expect(ended).toBe("");
    list = kill({ connector: "sample", reason: "test" });
    await clock.pass(5_000);
    expect(ended).toBe("CONNECTOR_KILLED");
    await clock.pass(120_000);
    await waiting;
    expect(server.seen).toHaveLength(1);
  });

  it("stays as it was while its source is away or gives what is no list, says so once, and says when it is back", async () => {
    const server = await vendor();
    const clock = patientClock();
    const told: LifecycleChange[] = [];
    let given: unknown = kill({ connector: "sample", reason: "test" });
    const runtime = runtimeFor(server, {
      clock,
      killList: { source: { read: () => given as KillList }, everyMs: 1_000 },
      onLifecycle: (change) => told.push(change),
    });
    const after = async (content: unknown): Promise<string> => {
      given = content;
      await clock.pass(2_000);
      return codeOf(runtime, server);
    };
    expect(await codeOf(runtime, server)).toBe("CONNECTOR_KILLED");
    expect(await after({ killed: [{ conector: "other", reason: "misspelt" }] })).toBe("CONNECTOR_KILLED");
    expect(runtime.status().lifecycle.killList).toEqual({ state: "stale", entries: 1 });
    expect(await after({ killed: "all" })).toBe("CONNECTOR_KILLED");
    expect(await after(NOTHING)).toBe("success");
    expect(runtime.status().lifecycle.killList).toEqual({ state: "read", entries: 0 });
    expect(told.filter(({ kind }) => kind === "list")).toEqual([
      { kind: "list", list: "killList", problem: expect.stringContaining('did you mean "connector"?') },
      { kind: "list", list: "killList" },
    ]);
  });

  it.each([
    ["run", "success"],
    ["refuse", "CONNECTOR_KILLED"],
  ] as const)("that could never be read lets calls %s as the option says", async (whileUnread, expected) => {
    const server = await vendor();
    const runtime = runtimeFor(server, { killList: { source: { file: join(tmpdir(), "no-such-kill-list.json") }, whileUnread } });
    expect(await codeOf(runtime, server)).toBe(expected);
    expect(runtime.status().lifecycle.killList.state).toBe("unread");
  });

  it("is read from a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mortise-kill-"));
    open.push({ close: () => rm(folder, { recursive: true }) });
    const file = join(folder, "kill.json");
    await writeFile(file, JSON.stringify(kill({ connector: "sample", reason: "test" })));
    const server = await vendor();
    expect(await codeOf(runtimeFor(server, { killList: { source: { file } } }), server)).toBe("CONNECTOR_KILLED");
  });

  it("of a URL is asked for with the tag of the last answer, and a 304 keeps it", async () => {
    const clock = patientClock();
    const answers: (string | undefined)[] = [];
    let entries = NOTHING;
    const lists = await loopback(({ headers }, response) => {
      answers.push(headers["if-none-match"]);
      const tag = `"${entries.killed.length}"`;
      if (headers["if-none-match"] === tag) response.writeHead(304).end();
      else json(response, entries, 200, { etag: tag });
    });
    open.push(lists);
    const server = await vendor();
    const runtime = runtimeFor(server, {
      clock,
      egress: { allow: [server.origin, lists.origin] },
      killList: { source: { url: `${lists.origin}/kill.json` }, everyMs: 1_000 },
    });
    const next = async (): Promise<void> => {
      for (const before = answers.length; answers.length === before; ) await clock.pass(500);
    };
    expect(await codeOf(runtime, server)).toBe("success");
    await next();
    entries = kill({ connector: "sample", reason: "test" });
    await next();
    await next();
    expect(answers.slice(0, 2)).toEqual([undefined, '"0"']);
    expect(answers.at(-1)).toBe('"1"');
    expect(await codeOf(runtime, server)).toBe("CONNECTOR_KILLED");
  });

  it("is not read before the first call, nor again when the runtime has closed", async () => {
    const server = await vendor();
    const clock = patientClock();
    let reads = 0;
    const source = {
      read: () => {
        reads++;
        return NOTHING;
      },
    };
    const runtime = runtimeFor(server, { clock, killList: { source } });
    await clock.pass(100_000);
    expect(reads).toBe(0);
    await codeOf(runtime, server);
    expect(reads).toBe(1);
    await clock.pass(16_000);
    expect(reads).toBe(2);
    await runtime.close();
    await clock.pass(100_000);
    expect(reads).toBe(2);
  });

  it("refuses a pace that would be too slow for 60 s", () => {
    expect(() => createRuntime({ connectors: [], killList: { source: { list: NOTHING }, everyMs: 50_001 } })).toThrow(
      "killList.everyMs is 50001",
    );
  });
});
