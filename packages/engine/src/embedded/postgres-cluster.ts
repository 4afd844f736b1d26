import { type ChildProcess, spawn } from "node:child_process";
import {
  chownSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { MortiseError } from "@mortise/contract";
import type { PostgresAccount } from "./postgres-account.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import type { PostgresFolder } from "./postgres-folder.ts";
import { exists } from "./process-identity.ts";

/** Names the socket file `.s.PGSQL.5432`; no TCP port is opened. */
export const PORT = 5432;
/** The database's superuser; only who may enter the socket folder gets that far. */
export const USER = "mortise";

const MAJOR = "18";
const LONGEST_LOG_BYTES = 4_000_000;

/** Folders in which this process builds a cluster. */
const ours = new Set<string>();

/**
 * Makes a cluster unless one is there. It is built beside its place and moved there when it is complete, so a crash leaves
 * nothing half done, and of two processes that build at once one wins and the other throws its own away.
 */
export async function ensureCluster(binaries: PostgresBinaries, folder: PostgresFolder, account: PostgresAccount): Promise<void> {
  if (existsSync(folder.cluster)) return checkVersion(folder);
  removeAbandoned(folder);
  const building = mkdtempSync(join(folder.home, `building-${process.pid}-`));
  ours.add(building);
  if (account.uid !== undefined) chownSync(building, account.uid, account.gid ?? account.uid);
  const args = ["-D", building, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"];
  const child = runAs(account, join(binaries, "bin", "initdb"), args, folder);
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("exit", resolve)).catch(
    (cause) => {
      throw cannotRun(binaries, cause);
    },
  );
  if (code !== 0) throw failed("initdb", folder);
  try {
    renameSync(building, folder.cluster);
  } catch (error) {
    if (!existsSync(folder.cluster)) throw error;
    rmSync(building, { recursive: true, force: true });
  }
}

/** Starts the server as its own process group: Ctrl-C at the terminal reaches us, and we decide when it stops. */
export function spawnServer(binaries: PostgresBinaries, folder: PostgresFolder, account: PostgresAccount): ChildProcess {
  removeForeignLock(folder);
  const settings = {
    listen_addresses: "",
    unix_socket_directories: folder.sockets,
    unix_socket_permissions: "0700",
    shared_buffers: "64MB",
    max_connections: "100",
    max_wal_size: "256MB",
    log_min_messages: "warning",
    timezone: "UTC",
  };
  const args = [
    "-D",
    folder.cluster,
    "-p",
    String(PORT),
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
  const child = runAs(account, join(binaries, "bin", "postgres"), args, folder);
  child.unref();
  return child;
}

/** Fast shutdown (postgres(1)): sessions are ended, everything is on disk. Resolves when the server is gone. */
export async function stopServer(folder: PostgresFolder, waitMs = 10_000): Promise<void> {
  const pid = serverPid(folder);
  if (pid === undefined || !exists(pid)) return;
  process.kill(pid, "SIGINT");
  for (const until = Date.now() + waitMs; Date.now() < until && existsSync(join(folder.cluster, "postmaster.pid")); )
    await new Promise((resolve) => setTimeout(resolve, 10));
}

/** The last lines that PostgreSQL wrote. */
export function logTail(folder: PostgresFolder): string {
  try {
    return readFileSync(folder.log, "utf8").trimEnd().split("\n").slice(-5).join("\n");
  } catch {
    return "";
  }
}

export function failed(what: string, folder: PostgresFolder): MortiseError {
  return new MortiseError(
    "DATABASE_UNAVAILABLE",
    `The embedded PostgreSQL did not start (${what}): ${logTail(folder) || "it said nothing"}`,
    {
      remedy: `Look at ${folder.log}, or give the address of a PostgreSQL server (--database URL).`,
    },
  );
}

function runAs(account: PostgresAccount, program: string, args: readonly string[], folder: PostgresFolder): ChildProcess {
  const small = existsSync(folder.log) && statSync(folder.log).size < LONGEST_LOG_BYTES;
  const log = openSync(folder.log, small ? "a" : "w", 0o600);
  try {
    const env = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };
    return spawn(program, args, { ...account, cwd: folder.home, stdio: ["ignore", log, log], detached: true, env });
  } finally {
    closeSync(log);
  }
}

function cannotRun(binaries: PostgresBinaries, cause: NodeJS.ErrnoException): MortiseError {
  // The kernel says ENOENT for a program that is there when its loader is not: the binaries are built against glibc.
  const musl = cause.code === "ENOENT" && existsSync(join(binaries, "bin", "initdb"));
  return new MortiseError(
    "DATABASE_UNAVAILABLE",
    musl
      ? "The embedded PostgreSQL needs glibc, and this system has another C library (Alpine Linux has musl)."
      : `The embedded PostgreSQL in ${binaries} cannot be run: ${cause.message}`,
    { cause, remedy: "Give the address of a PostgreSQL server (--database URL), or use a Debian based image." },
  );
}

function checkVersion(folder: PostgresFolder): void {
  const found = readFileSync(join(folder.cluster, "PG_VERSION"), "utf8").trim();
  if (found === MAJOR) return;
  throw new MortiseError("DATABASE_UNAVAILABLE", `The data in ${folder.cluster} is of PostgreSQL ${found}; expected ${MAJOR}.`, {
    remedy: "Export it with the version of Mortise that wrote it and import it here.",
  });
}

/** Throws away what a process that is gone was building. */
function removeAbandoned(folder: PostgresFolder): void {
  for (const name of readdirSync(folder.home)) {
    const pid = Number(/^building-(\d+)-/.exec(name)?.[1]);
    const path = join(folder.home, name);
    // A pid may come again, in a container for example always the same.
    const abandoned = pid === process.pid ? !ours.has(path) : pid > 0 && !exists(pid);
    if (abandoned) rmSync(path, { recursive: true, force: true });
  }
}

function serverPid(folder: PostgresFolder): number | undefined {
  try {
    return Number.parseInt(readFileSync(join(folder.cluster, "postmaster.pid"), "utf8"), 10);
  } catch {
    return undefined;
  }
}

/** After a reboot the pid in a left-over lock file may belong to another program, which PostgreSQL would take for itself. */
function removeForeignLock(folder: PostgresFolder): void {
  const pid = serverPid(folder);
  if (pid === undefined || !exists(pid)) return;
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    if (!command.includes("postgres")) rmSync(join(folder.cluster, "postmaster.pid"), { force: true });
  } catch {
    // No /proc: PostgreSQL decides.
  }
}
