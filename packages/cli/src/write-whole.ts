import { randomBytes } from "node:crypto";
import { mkdir, open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { MortiseError } from "@mortise/contract";
import { fileReason } from "./file-reason.ts";

/**
 * Writes text so that the file holds the old text or the new one, whole, whenever the process or the machine ends. A link stays a link;
 * what is no plain file, such as a pipe, is written to as it is. Throws `UNWRITABLE_FILE`.
 */
export async function writeWhole(file: string, text: string, remedy?: string): Promise<void> {
  try {
    const target = await realpath(resolve(file)).catch(() => resolve(file));
    const known = await stat(target).catch(() => undefined);
    if (known !== undefined && !known.isFile()) await writeFile(target, text);
    else await replace(target, text, known?.mode);
  } catch (error) {
    throw unwritable(file, error, remedy);
  }
}

/** Makes a folder and those above it. Throws `UNWRITABLE_FILE`. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** `UNWRITABLE_FILE`, with the reason in words. */
function unwritable(file: string, error: unknown, remedy?: string): MortiseError {
  return new MortiseError("UNWRITABLE_FILE", `${file} could not be written: ${fileReason(error, "write")}.`, {
    path: file,
    cause: error,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

async function replace(file: string, text: string, mode: number | undefined): Promise<void> {
  // Under a name that nobody can have put a link at, and only if it is not there.
  const fresh = `${file}.${randomBytes(6).toString("hex")}.new`;
  const handle = await open(fresh, "wx", mode);
  try {
    if (mode !== undefined) await handle.chmod(mode & 0o7777);
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await rename(fresh, file);
}
