// Pins: code whose result, error or limit is told wrongly, time that runs inside, and a sandbox that stays broken once it broke.
import { MortiseError } from "@mortise/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, sandboxIn } from "../src/create-sandbox.ts";
import { CAPABILITIES, type Capability } from "../src/guest/guest-call.ts";
import { hostOpeners, openHost } from "../src/open-host.ts";
import type { Sandbox } from "../src/sandbox.ts";
import type { SandboxHost } from "../src/sandbox-host.ts";
import { type SandboxLimits, sandboxLimits } from "../src/sandbox-limits.ts";
import { openThreadHost } from "../src/worker/thread-host.ts";

const NOW_MS = 1_700_000_000_000;
const patient: Partial<SandboxLimits> = { cpuMs: 20_000, wallMs: 60_000 };

let sandbox: Sandbox;
beforeAll(() => {
  sandbox = createSandbox({ limits: patient, now: () => NOW_MS });
});
afterAll(() => sandbox.close());

const run = (body: string, input: null | string | object = null, capabilities: readonly Capability[] = CAPABILITIES) =>
  sandbox.run({ source: `function go(input) {${body}}`, functionName: "go", input: input as null, capabilities });

describe("a call", () => {
  it("gives the input to the function and returns what it returns", async () => {
    expect(await run("return { sum: input.a + input.b };", { a: 1, b: 2 })).toEqual({ sum: 3 });
    expect(await run("")).toBeNull();
  });

  it("finds functions however a script defines them", async () => {
    for (const source of [
      "const go = () => 1",
      "let go = function () { return 1 }",
      "globalThis.go = async () => 1",
      "class A { static go() { return 1 } } var go = A.go",
    ])
      expect(await sandbox.run({ source, functionName: "go", input: null })).toBe(1);
  });

  it("waits for promises", async () => {
    expect(
      await run("return (async () => { const parts = await Promise.all([1, 2].map(async (n) => n)); return parts; })();"),
    ).toEqual([1, 2]);
    await expect(run("return Promise.reject(new Error('late'));")).rejects.toMatchObject({
      code: "CODE_FAILED",
      message: expect.stringContaining("late"),
    });
  });

  it("says where code failed, by line and column of its source", async () => {
    const failing = sandbox.run({
      source: "\n\nfunction go() {\n  throw new TypeError('no region');\n}",
      functionName: "go",
      input: null,
    });
    await expect(failing).rejects.toMatchObject({
      code: "CODE_FAILED",
      message: "go failed at 4:22: TypeError: no region",
      data: { detail: { line: 4, column: 22 } },
    });
    const broken = sandbox.run({ source: "function go() {\n  return ;;;)\n}", functionName: "go", input: null });
    await expect(broken).rejects.toMatchObject({
      code: "CODE_FAILED",
      message: expect.stringMatching(/^go failed at 2:\d+: SyntaxError/),
    });
  });

  it("says that there is no such function", async () => {
    await expect(sandbox.run({ source: "const go = 1", functionName: "go", input: null })).rejects.toMatchObject({
      code: "CODE_FAILED",
      message: "The code defines no function go.",
    });
    await expect(sandbox.run({ source: "", functionName: "go; evil()", input: null })).rejects.toMatchObject({
      code: "CODE_FAILED",
    });
  });

  it("has a clock that stands still and chance that does not", async () => {
    expect(await run("return [clock.now(), Date.now(), new Date().toISOString()];")).toEqual([
      NOW_MS,
      NOW_MS,
      "2023-11-14T22:13:20.000Z",
    ]);
    expect(await sandbox.run({ source: "const go = () => Date.now()", functionName: "go", input: null, nowMs: 5 })).toBe(5);
    expect(await run("return Math.random();")).not.toEqual(await run("return Math.random();"));
  });

  it("sees the host functions that it is granted, and no others", async () => {
    expect(await run("return [typeof crypto, typeof encoding, typeof random, typeof clock];", null, ["encoding"])).toEqual([
      "undefined",
      "object",
      "undefined",
      "undefined",
    ]);
    expect(await run("const encoding = 1; return encoding;")).toBe(1);
  });
});

describe("a limit", () => {
  const limited = async (limits: Partial<SandboxLimits>, body: string, input: null | string = null): Promise<void> => {
    const small = createSandbox({ limits: { ...patient, ...limits }, now: () => NOW_MS });
    try {
      await small.run({ source: `function go(input) {${body}}`, functionName: "go", input, capabilities: CAPABILITIES });
    } finally {
      await small.close();
    }
  };
  const met: readonly (readonly [string, Partial<SandboxLimits>, string, { readonly code: string; readonly message: string }])[] =
    [
      [
        "of processor time",
        { cpuMs: 50 },
        "while (true);",
        { code: "CODE_TIMEOUT", message: "go used more than 50 ms of processor time." },
      ],
      ["of time", { wallMs: 50 }, "while (true);", { code: "CODE_TIMEOUT", message: "go was not done after 50 ms." }],
      [
        "of memory",
        { memoryBytes: 20 * 2 ** 20 },
        "const kept = []; while (true) kept.push('x'.repeat(1e5) + kept.length);",
        { code: "LIMIT_EXCEEDED", message: "go needed more than 20971520 bytes of memory." },
      ],
      [
        "of stack",
        { stackBytes: 64 * 2 ** 10 },
        "return go(input);",
        { code: "LIMIT_EXCEEDED", message: "go called itself too deeply, or is nested too deeply." },
      ],
      [
        "of output",
        { outputBytes: 100 },
        "return 'x'.repeat(99);",
        { code: "LIMIT_EXCEEDED", message: "go returned more than 100 bytes." },
      ],
      [
        "of output in UTF-8",
        { outputBytes: 100 },
        "return '\\u20ac'.repeat(40);",
        { code: "LIMIT_EXCEEDED", message: "go returned more than 100 bytes." },
      ],
      [
        "of host calls",
        { hostCalls: 3 },
        "for (let at = 0; at < 4; at++) encoding.hex('x');",
        { code: "LIMIT_EXCEEDED", message: "go called host functions more than 3 times." },
      ],
      [
        "of code",
        { inputBytes: 30 },
        "return 'xxxxxxxxxxxxxxxxxxxxx';",
        { code: "LIMIT_EXCEEDED", message: "The code of go has 52 bytes, at most 30 are allowed." },
      ],
    ];

  it.each(met)("%s is told by its name", async (_, limits, body, error) => {
    await expect(limited(limits, body)).rejects.toMatchObject(error);
  });

  it("that is just kept is no error", async () => {
    await limited(
      { outputBytes: 100, hostCalls: 3, memoryBytes: 20 * 2 ** 20 },
      "for (let at = 0; at < 3; at++) encoding.hex('x'); return 'x'.repeat(98);",
    );
  });

  it("that cannot be is refused", () => {
    expect(() => createSandbox({ limits: { cpuMs: 0 } })).toThrow(expect.objectContaining({ code: "INVALID_VALUE" }));
    expect(() => createSandbox({ limits: { memoryBytes: 20_000_000 } })).toThrow(
      expect.objectContaining({ code: "INVALID_VALUE" }),
    );
    expect(() => createSandbox({ limits: { memoryBytes: 2 ** 24 } })).toThrow(expect.objectContaining({ code: "INVALID_VALUE" }));
  });
});

describe("a sandbox", () => {
  it("starts nothing before it is used, and nothing once it is closed", async () => {
    let opened = 0;
    const opener = (): Promise<SandboxHost> => {
      opened += 1;
      return openThreadHost([]);
    };
    const lazy = sandboxIn([opener], sandboxLimits());
    expect(opened).toBe(0);
    await lazy.close();
    await expect(lazy.run({ source: "", functionName: "go", input: null })).rejects.toMatchObject({ code: "CALL_CANCELLED" });
    expect(opened).toBe(0);
  });

  it("makes a call that its host broke off once more, in a new host (S2)", async () => {
    const opened: SandboxHost[] = [];
    const limits = sandboxLimits({ cpuMs: 200, wallMs: 10_000 });
    const opener = async (): Promise<SandboxHost> => {
      const host = await openHost(hostOpeners(limits));
      opened.push(host);
      return host;
    };
    const broken = sandboxIn([opener], limits);
    expect(await broken.run({ source: "const go = () => 1", functionName: "go", input: null })).toBe(1);
    const call = broken.run({ source: "const go = () => { while (true); }", functionName: "go", input: null });
    await Promise.resolve();
    await opened[0]?.close();
    await expect(call).rejects.toMatchObject({ code: "CODE_TIMEOUT" });
    expect(opened).toHaveLength(2);
    await broken.close();
  });

  it("lets calls wait for a turn, but not without end", async () => {
    const narrow = createSandbox({ atOnce: 1, maxWaiting: 1, limits: patient });
    const one = (): Promise<unknown> => narrow.run({ source: "const go = () => 1", functionName: "go", input: null });
    const calls = await Promise.allSettled([one(), one(), one()]);
    expect(calls.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(calls[2]).toMatchObject({ reason: { code: "OVERLOADED" } });
    expect(await one()).toBe(1);
    await narrow.close();
  });

  it("rejects calls that are being made when it is closed", async () => {
    const closing = createSandbox({ limits: patient });
    await closing.level();
    const call = closing.run({ source: "const go = () => { while (true); }", functionName: "go", input: null });
    await Promise.all([expect(call).rejects.toMatchObject({ code: "CALL_CANCELLED" }), closing.close()]);
  });

  it("opens one host, however many calls find none", async () => {
    const opened: SandboxHost[] = [];
    const opener = async (): Promise<SandboxHost> => {
      const host = await openThreadHost([]);
      opened.push(host);
      return host;
    };
    const shared = sandboxIn([opener], sandboxLimits(patient), { atOnce: 3 });
    const three = (): Promise<unknown> =>
      Promise.all([1, 2, 3].map(() => shared.run({ source: "const go = () => 1", functionName: "go", input: null })));
    await three();
    await opened[0]?.close();
    await three();
    expect(opened).toHaveLength(2);
    await shared.close();
  });

  it("opens again at the next call where it could not be opened", async () => {
    let tries = 0;
    const opener = async (): Promise<SandboxHost> => {
      tries += 1;
      if (tries === 1) throw new Error("not yet");
      return openThreadHost([]);
    };
    const later = sandboxIn([opener], sandboxLimits(patient));
    const one = (): Promise<unknown> => later.run({ source: "const go = () => 1", functionName: "go", input: null });
    await expect(one()).rejects.toMatchObject({ code: "MISCONFIGURED", message: expect.stringContaining("not yet") });
    expect(await one()).toBe(1);
    await later.close();
  });

  it("does not do with less isolation because a machine is busy", async () => {
    const busy = (): Promise<SandboxHost> => Promise.reject(new MortiseError("OVERLOADED", "The sandbox did not start."));
    const strict = sandboxIn([busy, openThreadHost], sandboxLimits());
    await expect(strict.level()).rejects.toMatchObject({ code: "OVERLOADED" });
    await strict.close();
  });

  it("tells whoever wants to know what was opened, once for each", async () => {
    const told: string[] = [];
    const open = sandboxIn([openThreadHost], sandboxLimits(patient), { onOpen: ({ level }) => void told.push(level) });
    await Promise.all([open.level(), open.level()]);
    expect(await open.run({ source: "const go = () => 1", functionName: "go", input: null })).toBe(1);
    expect(told).toEqual(["thread"]);
    await open.close();
  });

  it("takes the next way to open a host where one cannot be had, and says why", async () => {
    const without = sandboxIn([() => Promise.reject(new Error("not permitted")), openThreadHost], sandboxLimits());
    expect(await without.level()).toMatchObject({ level: "thread", reasons: ["not permitted"] });
    expect(await without.run({ source: "const go = () => 1", functionName: "go", input: null })).toBe(1);
    await without.close();
  });
});
