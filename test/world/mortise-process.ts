import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");
const command = join(root, "packages", "cli", "bin", "mortise.mjs");

/** How a command ended. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs, and its end. */
export interface RunningMortise {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** What it wrote so far. */
  output(): string;
}

/** Starts the real command in a process of its own. */
export function startMortise(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): RunningMortise {
  const child = spawn(process.execPath, [command, ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, NODE_NO_WARNINGS: "1", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (part: Buffer) => {
    stdout += part.toString("utf8");
  });
  child.stderr.on("data", (part: Buffer) => {
    stderr += part.toString("utf8");
  });
  const finished = new Promise<Finished>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, finished, output: () => stdout + stderr };
}

/** Runs the command to its end. */
export function mortise(
  args: readonly string[],
  options?: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Finished> {
  return startMortise(args, options).finished;
}

/** Waits until the command has written this. Throws with all output when it ends first or the time is over. */
export async function waitForOutput(running: RunningMortise, pattern: RegExp, withinMs = 60_000): Promise<RegExpExecArray> {
  const until = Date.now() + withinMs;
  let ended = false;
  running.finished.then(() => {
    ended = true;
  });
  for (;;) {
    const match = pattern.exec(running.output());
    if (match) return match;
    if (ended || Date.now() > until)
      throw new Error(`${pattern} was not written${ended ? " before the command ended" : ""}:\n${running.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
