import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { MortiseError } from "@mortise/contract";
import { exists as processExists } from "@mortise/engine/process";

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** Of this lock alone. */
  readonly id: string;
}

const WAIT_MS = 30_000;
const LOOK_AGAIN_MS = 50;

/**
 * Does `work` while no other process, and nobody else in this one, does anything under the same lock file. A lock whose process is gone
 * counts as none. Throws `TARGET_SICK` when the lock cannot be had within 30 s.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const own: Owner = { pid: process.pid, host: hostname(), id: randomUUID() };
  const untilMs = performance.now() + WAIT_MS;
  while (!taken(file, own)) {
    const there = read(file);
    if (there !== undefined && there.host === own.host && !processExists(there.pid)) remove(file, there);
    else if (performance.now() > untilMs)
      throw new MortiseError("TARGET_SICK", `Another process renews the token in ${file.replace(/\.lock$/, "")}.`, {
        remedy: `If none does, remove ${file}.`,
      });
    else await delay(LOOK_AGAIN_MS);
  }
  try {
    return await work();
  } finally {
    if (read(file)?.id === own.id) rmSync(file, { force: true });
  }
}

/** The file appears with its owner in it, never empty. */
function taken(file: string, own: Owner): boolean {
  const written = `${file}.${own.id}`;
  writeFileSync(written, JSON.stringify(own), { mode: 0o600, flag: "wx" });
  try {
    linkSync(written, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(written, { force: true });
  }
}

/** Another process may have removed it too, and taken the lock by now: then that lock goes back. */
function remove(file: string, dead: Owner): void {
  const aside = `${file}.${dead.id}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    if (read(aside)?.id !== dead.id) linkSync(aside, file);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function read(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Owner;
  } catch {
    return undefined;
  }
}
