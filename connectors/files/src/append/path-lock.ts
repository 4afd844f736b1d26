import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { link, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * One holder at a time for a path: inside this process by a queue, across processes by a lock file that is created exclusively.
 *
 * Owns: `<path>.mortise-lock`.
 * Does not own: what is done under the lock.
 * Invariants:
 *   L1. Two callers never hold the lock of one path at once.
 *   L2. The lock of a process that has died is broken by exactly one of those who wait.
 *   L3. A holder that lives renews its lock, so it is never taken for dead.
 */
export async function withPathLock<T>(path: string, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
  const before = queue.get(path) ?? Promise.resolve();
  const turn = before.then(() => underLockFile(`${path}.mortise-lock`, signal, act));
  const settled = turn.then(
    () => {},
    () => {},
  );
  queue.set(path, settled);
  try {
    return await turn;
  } finally {
    if (queue.get(path) === settled) queue.delete(path);
  }
}

const queue = new Map<string, Promise<void>>();

interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
}

/** A lock file that was not renewed for this long belongs to nobody, ms. */
const STALE_MS = 60_000;
const RENEW_MS = 10_000;
const POLL_MS = 20;

async function underLockFile<T>(lock: string, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
  const mine: Holder = { token: randomUUID(), pid: process.pid, host: hostname() };
  while (!(await create(lock, JSON.stringify(mine)))) {
    signal.throwIfAborted();
    if (!(await breakIfStale(lock))) await sleep(POLL_MS, undefined, { signal });
  }
  const renewal = setInterval(() => {
    const now = new Date();
    void utimes(lock, now, now).catch(() => {});
  }, RENEW_MS);
  try {
    return await act();
  } finally {
    clearInterval(renewal);
    if ((await holderOf(lock))?.token === mine.token) await rm(lock, { force: true });
  }
}

/** Creates a file that nobody has, at once with its text: a process that is killed leaves the whole lock or none. */
async function create(path: string, text: string): Promise<boolean> {
  const draft = `${path}-${randomUUID()}`;
  await writeFile(draft, text, { flag: "wx" });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes the lock of a dead holder. Who may do so is settled by a second exclusive file that is named after that holder's token. */
async function breakIfStale(lock: string): Promise<boolean> {
  const [holder, found] = await Promise.all([holderOf(lock), stat(lock).catch(() => undefined)]);
  if (!found) return true;
  const idle = Date.now() - found.mtimeMs;
  if (!(idle > STALE_MS || (holder && holder.host === hostname() && !isAlive(holder.pid)))) return false;
  const breaker = `${lock}-${createHash("sha256")
    .update(holder?.token ?? "")
    .digest("hex")
    .slice(0, 16)}`;
  if (!(await create(breaker, ""))) {
    const since = await stat(breaker).catch(() => undefined);
    if (since && Date.now() - since.mtimeMs > STALE_MS) await rm(breaker, { force: true });
    return false;
  }
  try {
    const still = await holderOf(lock);
    if (still?.token !== holder?.token) return false;
    await rm(lock, { force: true });
    return true;
  } finally {
    await rm(breaker, { force: true });
  }
}

/** Undefined where there is no lock. */
async function holderOf(lock: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(lock, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

/** A process that has ended and waits for its parent to notice (state `Z` in `/proc/<pid>/stat`, proc(5)) holds nothing. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !(existsSync(`/proc/${pid}/stat`) && /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8")));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
