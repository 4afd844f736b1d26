import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { RunningMortise } from "./mortise-process.ts";

const proc = existsSync("/proc/self/status");

/** The first child of a process, undefined where it has none. */
export function childOf(parent: number): number | undefined {
  if (!proc) {
    const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).split("\n");
    return lines.map((line) => line.trim().split(/\s+/).map(Number)).find(([, of]) => of === parent)?.[0];
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => /^PPid:\t(\d+)$/m.exec(statusOf(pid))?.[1] === String(parent));
}

/** Resident memory of a process in MB: the largest so far where the system keeps it (Linux), else that of now; 0 once it has ended. */
export function residentMb(pid: number): number {
  const kb = proc ? /^VmHWM:\s+(\d+) kB$/m.exec(statusOf(pid))?.[1] : residentNow(pid);
  return (Number(kb ?? 0) * 1_024) / 1e6;
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return ""; // It has ended.
  }
}

function residentNow(pid: number): string | undefined {
  try {
    return execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return undefined; // It has ended.
  }
}

/** Largest resident memory, MB, of the process that works for a command, until the command has ended. */
export async function largestMb({ child, finished }: RunningMortise): Promise<number> {
  if (child.pid === undefined) throw new Error("The command did not start.");
  let worker: number | undefined;
  let largest = 0;
  let ended = false;
  void finished.then(() => {
    ended = true;
  });
  while (!ended) {
    // The launcher's one child is the process that works.
    worker ??= childOf(child.pid);
    largest = Math.max(largest, worker === undefined ? 0 : residentMb(worker));
    await delay(100);
  }
  return largest;
}
