import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Contract } from "@mortise/contract";
import { connectorDocs } from "./docs/connector-docs.ts";

/** Folders that hold nothing but generated pages. */
const OWN_FOLDERS = ["docs/api", "docs/examples"];

/** The documentation of a connector in a folder, with what its author wrote in `docs.md`. */
export async function docsOfFolder(folder: string, contract: Contract): Promise<ReadonlyMap<string, string>> {
  const guide = resolve(folder, "docs.md");
  return connectorDocs(contract, existsSync(guide) ? await readFile(guide, "utf8") : "");
}

/** Paths of pages that are not what the contract makes: changed, missing, or left over. */
export async function staleDocs(folder: string, docs: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const changed = await Promise.all(
    [...docs].map(async ([path, text]) => {
      const file = resolve(folder, path);
      return existsSync(file) && (await readFile(file, "utf8")) === text ? [] : [path];
    }),
  );
  return [...changed.flat(), ...(await leftOver(folder, docs))];
}

/** Writes the pages that changed, and takes away generated ones that are left over; the paths that were touched. */
export async function writeDocs(folder: string, docs: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const stale = await staleDocs(folder, docs);
  for (const path of stale) {
    const file = resolve(folder, path);
    const text = docs.get(path);
    if (text === undefined) {
      await rm(file);
      continue;
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  }
  return stale;
}

async function leftOver(folder: string, docs: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const found = await Promise.all(
    OWN_FOLDERS.map(async (own) => {
      const path = resolve(folder, own);
      return existsSync(path) ? (await readdir(path)).filter((name) => name.endsWith(".md")).map((name) => join(own, name)) : [];
    }),
  );
  return found.flat().filter((path) => !docs.has(path));
}
