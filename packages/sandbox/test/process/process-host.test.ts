// Pins: a process that has more rights than it says, one that is believed whatever it says, and one that outlives its parent.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { GuestCall } from "../../src/guest/guest-call.ts";
import { type ProcessCommand, processCommands } from "../../src/process/process-command.ts";
import { openProcessHost } from "../../src/process/process-host.ts";
import { sandboxLimits } from "../../src/sandbox-limits.ts";

const limits = sandboxLimits({ outputBytes: 1_000 });
const call: GuestCall = { source: "const go = () => 1", functionName: "go", input: "null", capabilities: [], nowMs: 0, limits };
const commands = processCommands();
const strictest = commands[0] as ProcessCommand;
const bare = commands.at(-1) as ProcessCommand;

/** A process that runs this instead of what it should. */
const scripted = (script: string): ProcessCommand => ({ file: process.execPath, args: ["-e", script], namespaces: false });
const READY = `console.log(JSON.stringify({ filesRefused: true, interfaces: 0, environment: [] }));`;
const open = (command: ProcessCommand) => openProcessHost(command, { limits, reasons: [] });

/** What code with the rights of the sandbox's process gets done, were the engine broken. */
async function attempts(
  command: ProcessCommand,
): Promise<{ readonly done: { readonly [what: string]: boolean }; readonly reached: number }> {
  let reached = 0;
  const server = createServer((socket) => {
    reached += 1;
    socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
  const folder = mkdtempSync(join(tmpdir(), "sandbox-"));
  const script = `
    import { readFileSync, writeFileSync } from "node:fs";
    import { spawnSync } from "node:child_process";
    import { connect } from "node:net";
    const can = (what) => { try { what(); return true; } catch { return false; } };
    const connected = await new Promise((resolve) => connect(${port}, "127.0.0.1").on("connect", () => resolve(true)).on("error", () => resolve(false)));
    console.log(JSON.stringify({
      read: can(() => readFileSync("/etc/hostname")),
      write: can(() => writeFileSync(${JSON.stringify(join(folder, "escaped"))}, "x")),
      spawn: can(() => { const { error } = spawnSync("/bin/true"); if (error) throw error; }),
      evaluate: can(() => new Function("return 1")()),
      native: can(() => process.dlopen({ exports: {} }, "/lib/x86_64-linux-gnu/libc.so.6")),
      proto: "__proto__" in {},
      environment: Object.keys(process.env).length > 0,
      signalParent: can(() => process.kill(${process.pid}, 0)),
      connected,
    }));`;
  const args = [...command.args.slice(0, -1), "--input-type=module", "-e", script];
  try {
    const { stdout } = await promisify(execFile)(command.file, args, { env: {}, cwd: "/" });
    return { done: JSON.parse(stdout), reached };
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

describe("the process of the sandbox", () => {
  const nothing = { read: false, write: false, spawn: false, evaluate: false, native: false, proto: false, environment: false };

  it("can do nothing to the machine", async () => {
    const { done } = await attempts(bare);
    expect(done).toMatchObject(nothing);
  });

  it("with namespaces it reaches neither the network nor this process; without, the level says so", async () => {
    const apart = { done: { ...nothing, signalParent: false, connected: false }, reached: 0 };
    const host = await open(strictest);
    expect(host.level.level).toBe(strictest.namespaces ? "namespace" : "process");
    await host.close();
    if (strictest.namespaces) expect(await attempts(strictest)).toEqual(apart);
    else expect(await attempts(strictest)).toMatchObject({ done: nothing });
  });

  it("could do all of it without", async () => {
    const { done, reached } = await attempts({ file: process.execPath, args: [""], namespaces: false });
    expect({ ...done, reached }).toMatchObject({
      read: true,
      write: true,
      spawn: true,
      evaluate: true,
      proto: true,
      signalParent: true,
      connected: true,
      reached: 1,
    });
  });

  it("makes calls", async () => {
    const host = await open(strictest);
    expect(await host.run(call)).toEqual({ ok: true, output: "1", discard: false });
    expect(host.level.level).toBe(strictest.namespaces ? "namespace" : "process");
    await host.close();
    expect(await host.run(call)).toMatchObject({ fault: "crashed" });
  });
});

describe("what the process says", () => {
  it("decides the level: one that could read files is not used", async () => {
    const entry = bare.args.at(-1) as string;
    await expect(open({ file: process.execPath, args: [entry], namespaces: false })).rejects.toThrow("could read files");
  });

  it("decides the level: one that sees the network is in no namespace", async () => {
    await expect(open({ ...bare, namespaces: true })).rejects.toThrow("saw network interfaces");
  });

  it("is passed on where it does not start", async () => {
    await expect(open(scripted(`console.error("not permitted"); process.exit(1)`))).rejects.toThrow("not permitted");
    await expect(open({ file: "/no/such/file", args: [], namespaces: false })).rejects.toThrow("ENOENT");
  });

  it.each([
    ["no JSON", `"}{"`],
    ["another document", `JSON.stringify({ id: 1, answer: { ok: "yes" } })`],
    ["a fault that there is not", `JSON.stringify({ id: 1, answer: { ok: false, fault: "none" } })`],
    ["a line without end", `"x".repeat(1e6)`],
  ])("ends it where it is %s (P2)", async (_, line) => {
    const host = await open(scripted(`${READY} process.stdin.on("data", () => console.log(${line}));`));
    expect(await host.run(call)).toEqual({ ok: false, fault: "crashed", discard: true });
    expect(host.ended).toBe(true);
    await host.close();
  });

  it("counts once, for calls that were made (P4)", async () => {
    const answer = (id: number, output: string): string =>
      `console.log(JSON.stringify({ id: ${id}, answer: { ok: true, output: "${output}" } }));`;
    const host = await open(
      scripted(`${READY} process.stdin.on("data", () => { ${answer(7, "9")} ${answer(1, "1")} ${answer(1, "2")} });`),
    );
    expect(await host.run(call)).toMatchObject({ output: "1" });
    await host.close();
  });
});

describe("the life of the process", () => {
  const sandbox = new URL("../../src/index.ts", import.meta.url).href;
  const using = `
    import { createSandbox } from ${JSON.stringify(sandbox)};
    const sandbox = createSandbox();
    console.log(await sandbox.run({ source: "const go = () => 42", functionName: "go", input: null }));`;

  it("does not keep its parent alive (P5)", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", using]);
    expect(stdout).toBe("42\n");
  });

  it("ends with its parent, however that ends", async () => {
    // Who descends from whom is read from /proc.
    if (process.platform !== "linux") return;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", `${using} setInterval(() => {}, 1000);`]);
    await once(parent.stdout, "data");
    const family = descendants(parent.pid as number);
    expect(family.length).toBeGreaterThan(0);
    parent.kill("SIGKILL");
    while (family.some(running)) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});

function processes(): readonly { readonly pid: number; readonly parent: number }[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return state === "Z" ? [] : [{ pid: Number(name), parent: Number(parent) }];
    } catch {
      return [];
    }
  });
}

function descendants(of: number): readonly number[] {
  const all = processes();
  const below = (pid: number): readonly number[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child.pid, ...below(child.pid)]);
  return below(of);
}

const running = (pid: number): boolean => processes().some((one) => one.pid === pid);
