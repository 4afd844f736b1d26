import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import { usage } from "./failure.ts";
import { makeFolder, writeWhole } from "./write-whole.ts";

/** Files that a scaffold made, and the commands to try next. */
export interface Scaffolded {
  readonly files: readonly string[];
  readonly next: readonly string[];
}

/** Writes files below a folder; refuses when any is there already, before it writes the first. */
export async function writeNewFiles(folder: string, files: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const paths = [...files.keys()].map((name) => join(folder, name));
  await makeFolder(folder);
  const taken = paths.find((path) => lstatSync(path, { throwIfNoEntry: false }));
  if (taken) throw usage(`${taken} exists already.`, "Choose another name, or remove it first.");
  for (const [name, text] of files) {
    const path = join(folder, name);
    await makeFolder(dirname(path));
    await writeWhole(path, text);
  }
  return paths;
}
