import { open, readFile, rename } from "node:fs/promises";
import { resolve } from "node:path";
import { type Json, MortiseError } from "@mortise/contract";
import { readJsonFile } from "./read-file.ts";

/** The state that an incremental read left in a file; null where there is no such file yet. Throws `UNREADABLE_FILE`. */
export async function readState(file: string): Promise<Json> {
  try {
    await readFile(resolve(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
  }
  return (await readJsonFile(file)).value;
}

/** Writes a state so that the file holds the old one or the new one, whole, whenever the process or the machine ends. */
export async function writeState(file: string, state: Json): Promise<void> {
  const fresh = `${resolve(file)}.new`;
  try {
    const handle = await open(fresh, "w");
    try {
      await handle.writeFile(`${JSON.stringify(state, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, resolve(file));
  } catch (error) {
    throw new MortiseError("UNREADABLE_FILE", `${file} could not be written: ${(error as Error).message}.`, {
      path: file,
      remedy: "Check the path and the permissions; the next read gives what this one gave again.",
      cause: error,
    });
  }
}
