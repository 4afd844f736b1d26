import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Connector } from "./connector.ts";
import { contractJson } from "./contract-json.ts";

/** Writes `contract.json` into a folder, whole or not at all. Tells whether its text changed. */
export async function writeContract(
  connector: Connector,
  folder: string,
): Promise<{ readonly path: string; readonly changed: boolean }> {
  const path = join(folder, "contract.json");
  const text = contractJson(connector);
  const before = await readFile(path, "utf8").catch(() => undefined);
  if (before === text) return { path, changed: false };
  await mkdir(folder, { recursive: true });
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
  return { path, changed: true };
}
