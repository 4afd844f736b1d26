import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { MortiseError } from "@mortise/contract";
import { processExists } from "@mortise/engine";

interface Holder {
  readonly pid: number;
  readonly url: string;
}

/** Lock files of this process. */
const held = new Set<string>();

/**
 * One server a data folder.
 *
 * Owns: `<dataDir>/server.lock` with the process id and the URL of the one that runs.
 * Invariants:
 *   K1. A lock whose process is gone counts as none; so does one of an earlier process that had our id.
 *   K2. The file appears with its holder in it, never empty.
 */
export class ServerLock {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /** Takes the lock. Throws `DATA_IN_USE` naming the URL of the server that has it. */
  static take(dataDir: string): ServerLock {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const file = join(resolve(dataDir), "server.lock");
    const written = `${file}.${process.pid}`;
    for (let attempt = 0; ; attempt++) {
      try {
        writeFileSync(written, JSON.stringify({ pid: process.pid, url: "" }), { mode: 0o600 });
        linkSync(written, file);
        held.add(file);
        return new ServerLock(file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt > 3) throw error;
      } finally {
        rmSync(written, { force: true });
      }
      const holder = read(file);
      if (holder && (holder.pid === process.pid ? held.has(file) : processExists(holder.pid))) {
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
    if (!held.delete(this.#file)) return;
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
