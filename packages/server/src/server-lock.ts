import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MortiseError } from "@mortise/contract";

interface Holder {
  readonly pid: number;
  readonly url: string;
}

/**
 * One server a data folder.
 *
 * Owns: `<dataDir>/server.lock` with the process id and the URL of the one that runs.
 * Invariants:
 *   K1. A lock whose process is gone counts as none.
 */
export class ServerLock {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /** Takes the lock. Throws `DATA_IN_USE` naming the URL of the server that has it. */
  static take(dataDir: string): ServerLock {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const file = join(dataDir, "server.lock");
    for (let attempt = 0; ; attempt++) {
      try {
        writeFileSync(file, JSON.stringify({ pid: process.pid, url: "" }), { flag: "wx", mode: 0o600 });
        return new ServerLock(file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt > 3) throw error;
      }
      const holder = read(file);
      if (holder && isAlive(holder.pid)) {
        const where = holder.url ? `at ${holder.url}` : "and is just starting";
        throw new MortiseError("DATA_IN_USE", `Mortise already runs in ${dataDir} ${where} (process ${holder.pid}).`, {
          remedy: "Use that one, stop it first, or choose another folder with --data.",
        });
      }
      rmSync(file, { force: true });
    }
  }

  /** Tells others where the server answers. */
  publish(url: string): void {
    writeFileSync(this.#file, JSON.stringify({ pid: process.pid, url }), { mode: 0o600 });
  }

  release(): void {
    if (read(this.#file)?.pid === process.pid) rmSync(this.#file, { force: true });
  }
}

function read(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
