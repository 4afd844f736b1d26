import { createHash } from "node:crypto";
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { MortiseError } from "@mortise/contract";
import { linkedFolder } from "./linked-folder.ts";
import type { PostgresAccount } from "./postgres-account.ts";
import { canReach } from "./reach.ts";

/** A Unix socket's path has at most 107 bytes on Linux and 103 on macOS; the file name takes 14 of them. */
const LONGEST_SOCKET_FOLDER = 88;

/** Where the files of one embedded PostgreSQL are. */
export interface PostgresFolder {
  /** Everything below belongs to PostgreSQL's account, 0700. */
  readonly home: string;
  /** The cluster; there only when it is complete. */
  readonly cluster: string;
  /** Holds the Unix socket. */
  readonly sockets: string;
  readonly log: string;
}

/**
 * Prepares the folder `<dataDir>/postgres`. Root's folders are often closed to the unprivileged account; then the files live
 * in `/var/lib/mortise` and `<dataDir>/postgres` is a link to them.
 */
export function postgresFolder(dataDir: string, account: PostgresAccount): PostgresFolder {
  const base = resolve(dataDir);
  mkdirSync(dirname(base), { recursive: true });
  mkdirSync(base, { recursive: true, mode: 0o700 });
  const home = account.uid === undefined ? join(base, "postgres") : homeForAccount(base, account);
  privateFolder(home, account);
  return {
    home,
    cluster: join(home, "cluster"),
    sockets: Buffer.byteLength(home) > LONGEST_SOCKET_FOLDER || /[",]/.test(home) ? shortSocketFolder(home, account) : home,
    log: join(home, "postgres.log"),
  };
}

function homeForAccount(base: string, account: PostgresAccount): string {
  const home = join(base, "postgres");
  openForAccount(base, account);
  if (canReach(home, account)) return home;
  return linkedFolder(home);
}

/** Lets the account's group, and nobody else, pass through a private folder of root's. */
function openForAccount(base: string, account: PostgresAccount): void {
  const { uid, mode } = statSync(base);
  if (uid !== 0 || (mode & 0o001) !== 0) return;
  chownSync(base, 0, account.gid ?? 0);
  chmodSync(base, (mode & 0o7700) | 0o010);
}

/** Throws `DATABASE_UNAVAILABLE` when somebody else owns the folder. */
function privateFolder(path: string, account: PostgresAccount): void {
  if (!existsSync(path)) {
    mkdirSync(path, { mode: 0o700 });
    if (account.uid !== undefined) chownSync(path, account.uid, account.gid ?? account.uid);
  }
  const owner = account.uid ?? process.getuid?.();
  const found = lstatSync(path);
  // Root's own folder was made an instant before a crash and not yet handed over.
  if (found.isDirectory() && found.uid === 0 && process.getuid?.() === 0) chownSync(path, account.uid ?? 0, account.gid ?? 0);
  else if (found.isDirectory() && found.uid === owner) chmodSync(path, 0o700);
  else throw foreignFolder(path, found.uid, owner);
}

function foreignFolder(path: string, found: number, owner: number | undefined): MortiseError {
  return new MortiseError("DATABASE_UNAVAILABLE", `The folder ${path} belongs to user id ${found}; expected ${owner}.`, {
    remedy: "Choose another data folder, or run as the user who made this one.",
  });
}

function shortSocketFolder(home: string, account: PostgresAccount): string {
  const folder = join(tmpdir(), `mortise-${hash(home)}`);
  privateFolder(folder, account);
  return folder;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
