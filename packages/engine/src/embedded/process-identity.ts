import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Names one process for as long as it lives, also beside processes of other machines and containers. */
export interface ProcessIdentity {
  /** Machine, its boot and, on Linux, the namespace in which the pid counts. */
  readonly host: string;
  readonly pid: number;
  /** When the process started, in the system's own unit; empty where the system does not say. Tells a reused pid. */
  readonly started: string;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { host: [hostname(), ...bootAndNamespace()].join("|"), pid: process.pid, started: startTime(process.pid) ?? "" };
}

/** Whether a process of this host is gone. A process of another host counts as living: only its silence can tell. */
export function isGone(other: ProcessIdentity, own: ProcessIdentity): boolean {
  if (other.host !== own.host) return false;
  if (!exists(other.pid)) return true;
  const started = startTime(other.pid);
  return started !== undefined && other.started !== "" && started !== other.started;
}

/** Whether a pid of this host is in use. A process that has ended and waits for its parent to notice (zombie) is not. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function bootAndNamespace(): string[] {
  try {
    return [readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(), readlinkSync("/proc/self/ns/pid")];
  } catch {
    return [];
  }
}

/** Field 22 of /proc/<pid>/stat (proc(5)); the command in field 2 may contain spaces, so it is cut off first. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

/** State `Z` in the third field of `/proc/<pid>/stat` (proc(5)); the second may hold anything between its parentheses. */
function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
