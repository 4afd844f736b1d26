import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Contract } from "@mortise/contract";
import { connectorDocs } from "./docs/connector-docs.ts";
import { isMade } from "./docs/made-by.ts";
import { usage } from "./failure.ts";
import { readText } from "./read-file.ts";
import { makeFolder, writeWhole } from "./write-whole.ts";

/** Folders that hold nothing but generated pages. */
const OWN_FOLDERS = ["docs/api", "docs/examples"];

/** The documentation of a connector in a folder, with what its author wrote in `docs.md`. */
export async function docsOfFolder(folder: string, contract: Contract): Promise<ReadonlyMap<string, string>> {
  const guide = resolve(folder, "docs.md");
  return connectorDocs(contract, existsSync(guide) ? await readText(guide) : "");
}

/** Paths of pages that are not what the contract makes: changed, missing, or left over. */
export async function staleDocs(folder: string, docs: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const changed = await Promise.all(
    [...docs].map(async ([path, text]) => {
      const file = resolve(folder, path);
      return existsSync(file) && (await readText(file)) === text ? [] : [path];
    }),
  );
  return [...changed.flat(), ...(await leftOver(folder, docs))];
}

/**
 * Writes the pages that changed, and takes away generated ones that are left over; the paths that were touched. Throws `USAGE`, before it
 * writes the first, where a page of that name was written by a person.
 */
export async function writeDocs(folder: string, docs: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const stale = await staleDocs(folder, docs);
  for (const path of stale) {
    if (await isForeign(resolve(folder, path)))
      throw usage(
        `${join(folder, path)} would be lost: it was not made by mortise docs.`,
        "Move what it says to docs.md, which goes into the README, and remove it.",
      );
  }
  for (const path of stale) {
    const file = resolve(folder, path);
    const text = docs.get(path);
    if (text === undefined) {
      await rm(file);
      continue;
    }
    await makeFolder(dirname(file));
    await writeWhole(file, text);
  }
  return stale;
}

/** Whether there is a page that a person wrote. */
async function isForeign(file: string): Promise<boolean> {
  if (!existsSync(file)) return false;
  const page = await readText(file);
  return page.trim() !== "" && !isMade(page);
}

async function leftOver(folder: string, docs: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const found = await Promise.all(
    OWN_FOLDERS.map(async (own) => {
      const path = resolve(folder, own);
      return existsSync(path) ? (await readdir(path)).filter((name) => name.endsWith(".md")).map((name) => join(own, name)) : [];
    }),
  );
  const others = found.flat().filter((path) => !docs.has(path));
  const own = await Promise.all(others.map(async (path) => !(await isForeign(resolve(folder, path)))));
  return others.filter((_, index) => own[index]);
}
