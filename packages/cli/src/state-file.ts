import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Json } from "@mortise/contract";
import { readJsonFile } from "./read-file.ts";
import { writeWhole } from "./write-whole.ts";

/** The state that an incremental read left in a file; null where there is no such file yet. Throws `UNREADABLE_FILE`. */
export async function readState(file: string): Promise<Json> {
  try {
    await readFile(resolve(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
  }
  return (await readJsonFile(file)).value;
}

/** Writes a state, whole or not at all. Throws `UNWRITABLE_FILE`. */
export async function writeState(file: string, state: Json): Promise<void> {
  const remedy = "Check the path and the permissions; the next read gives what this one gave again.";
  await writeWhole(file, `${JSON.stringify(state, null, 2)}\n`, remedy);
}
