import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ConnectorFiles } from "./connector-files.ts";

const LEFT_OUT: ReadonlySet<string> = new Set(["node_modules", ".git", ".turbo", "coverage"]);
const BINARY = /\.(png|jpe?g|gif|ico|zip|gz|pdf)$/i;
/** Larger files are data, not sources or fixtures. */
const MOST_BYTES = 2_000_000;

/** Reads the files of a connector's folder for the checks of sources, fixtures and icon. Throws what the file system throws. */
export function readConnectorFiles(folder: string): ConnectorFiles {
  const files = new Map<string, string>();
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      const below = path === "" ? entry.name : `${path}/${entry.name}`;
      if (LEFT_OUT.has(entry.name)) continue;
      if (entry.isDirectory()) visit(below);
      else if (entry.isFile() && statSync(join(folder, below)).size <= MOST_BYTES)
        files.set(below, readFileSync(join(folder, below), BINARY.test(entry.name) ? "latin1" : "utf8"));
    }
  };
  visit("");
  return files;
}
