import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exists } from "./process-identity.ts";

/** Root's place for the data of services (Filesystem Hierarchy Standard, section 5.8). */
const ELSEWHERE = "/var/lib/mortise";

/**
 * The folder in {@link ELSEWHERE} that `home` links to, made when there is no link: under a new name, so that a data folder
 * that was removed and made again starts empty.
 */
export function linkedFolder(home: string): string {
  if (!isThere(home)) {
    mkdirSync(ELSEWHERE, { recursive: true, mode: 0o755 });
    removeTemporary();
    const made = mkdtempSync(join(ELSEWHERE, "data-"));
    writeFileSync(originOf(made), home);
    try {
      symlinkSync(made, home);
    } catch (error) {
      remove(made);
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  return realpathSync(home);
}

/** Removes what temporary data folders left when they were deleted; anything else is kept, whatever became of its link. */
function removeTemporary(): void {
  for (const name of readdirSync(ELSEWHERE)) {
    const folder = join(ELSEWHERE, name);
    const origin =
      name.startsWith("data-") && !name.endsWith(".origin") && existsSync(originOf(folder))
        ? readFileSync(originOf(folder), "utf8")
        : "";
    if (origin.startsWith(`${tmpdir()}/`) && !isThere(origin) && !isServed(folder)) remove(folder);
  }
}

function originOf(folder: string): string {
  return `${folder}.origin`;
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  rmSync(originOf(folder), { force: true });
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isServed(folder: string): boolean {
  const lock = join(folder, "cluster", "postmaster.pid");
  return existsSync(lock) && exists(Number.parseInt(readFileSync(lock, "utf8"), 10));
}
