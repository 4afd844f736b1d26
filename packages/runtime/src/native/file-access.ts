import { lstat, realpath } from "node:fs/promises";
import path from "node:path";
import { MortiseError } from "@mortise/contract";
import type { FileAccess } from "@mortise/sdk";

/** Which folders file operations may use. */
export interface FileRoots {
  readonly roots: readonly string[] | "*";
  /** Where relative paths start. */
  readonly base: string;
}

/**
 * Turns paths of workflows into checked absolute ones. What exists of a path is followed through its symbolic links first, so that a
 * link inside of an allowed folder does not lead out of it. Throws `FILE_NOT_ALLOWED`, and `FILE_NOT_FOUND` for reading what is not there.
 */
export function createFileAccess({ roots, base }: FileRoots): FileAccess {
  return Object.freeze({
    resolve: async (given: string, mode: "read" | "write", folder?: string) => {
      if (given.includes("\0")) throw new MortiseError("FILE_NOT_ALLOWED", "The path contains a NUL character.");
      const wanted = path.resolve(base, folder ?? "", given);
      const { real, exists } = await follow(wanted);
      if (roots !== "*" && !(await isInside(real, roots, base))) throw notAllowed(wanted, roots);
      if (mode === "read" && !exists) {
        throw new MortiseError("FILE_NOT_FOUND", `The file ${wanted} does not exist.`, { path: given });
      }
      return real;
    },
  });
}

/** A name that keeps coming and going while it is looked at is given up after as many looks. */
const MAX_LOOKS = 20;

/** The real path of what exists, with the rest of the names behind it. */
async function follow(wanted: string): Promise<{ readonly real: string; readonly exists: boolean }> {
  const rest: string[] = [];
  let existing = wanted;
  for (let looks = 0; ; looks++) {
    try {
      return { real: path.join(await realpath(existing), ...rest), exists: rest.length === 0 };
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if ((code !== "ENOENT" && code !== "ENOTDIR") || existing === path.dirname(existing)) {
        throw new MortiseError("FILE_NOT_ALLOWED", `The path ${wanted} cannot be followed (${String(code)}).`);
      }
      const found = await lstat(existing).catch(() => undefined);
      // Somebody made the file between the two looks, as parallel batches do with the first rows of one file: look again.
      if (found !== undefined && !found.isSymbolicLink() && looks < MAX_LOOKS) continue;
      if (found !== undefined) {
        throw new MortiseError("FILE_NOT_ALLOWED", `The path ${wanted} is a symbolic link to something that does not exist.`);
      }
      rest.unshift(path.basename(existing));
      existing = path.dirname(existing);
      looks = 0;
    }
  }
}

async function isInside(real: string, roots: readonly string[], base: string): Promise<boolean> {
  for (const root of roots) {
    const folder = await realpath(path.resolve(base, root)).catch(() => undefined);
    if (folder !== undefined && (real === folder || real.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep)))
      return true;
  }
  return false;
}

function notAllowed(wanted: string, roots: readonly string[]): MortiseError {
  const known = roots.length === 0 ? "no folder is allowed" : `allowed are ${roots.join(", ")}`;
  return new MortiseError("FILE_NOT_ALLOWED", `The file ${wanted} is outside of the allowed folders; ${known}.`, {
    remedy: `Move it, or add "${path.dirname(wanted)}" to files.roots in the deployment's configuration.`,
  });
}
