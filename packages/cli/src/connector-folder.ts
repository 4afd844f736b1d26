import { existsSync, statSync } from "node:fs";
import { registerHooks } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isMortiseError, MortiseError } from "@mortise/contract";
import type { Connector } from "@mortise/sdk";
import { readContract } from "./read-contract.ts";

/** Lets a connector folder outside of this checkout import the SDK that this command has. */
registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!/^(@mortise\/|typebox$)/.test(specifier)) throw error;
      return next(specifier, { ...context, parentURL: import.meta.url });
    }
  },
});

/** Whether a path is a folder that holds a connector. */
export function isConnectorFolder(path: string): boolean {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return false;
  return existsSync(sourceOf(path)) || existsSync(join(path, "contract.json"));
}

/** The author's source file of a connector folder. */
export function sourceOf(folder: string): string {
  return join(resolve(folder), "src", "connector.ts");
}

/**
 * Loads a connector from its folder: from its source where there is one, else from `contract.json` alone.
 *
 * Throws `UNREADABLE_FILE` when the folder holds neither, and what `readContract` or `defineConnector` says about the contract.
 */
export async function loadConnectorFolder(folder: string): Promise<Connector> {
  const source = sourceOf(folder);
  if (existsSync(source)) return connectorOf(await importSource(source), source);
  const file = join(folder, "contract.json");
  if (!existsSync(file)) {
    throw new MortiseError(
      "UNREADABLE_FILE",
      `${folder} holds no connector: neither src/connector.ts nor contract.json is there.`,
      { path: folder },
    );
  }
  return { contract: await readContract(file), natives: {} };
}

async function importSource(source: string): Promise<object> {
  try {
    return (await import(pathToFileURL(source).href)) as object;
  } catch (error) {
    if (isMortiseError(error)) throw error;
    throw new MortiseError(
      "INVALID_DOCUMENT",
      `${source} could not be loaded: ${error instanceof Error ? error.message : String(error)}`,
      {
        path: source,
        cause: error,
      },
    );
  }
}

function connectorOf(module: object, source: string): Connector {
  const found = "default" in module ? module.default : undefined;
  if (typeof found === "object" && found !== null && "contract" in found && "natives" in found) return found as Connector;
  throw new MortiseError("INVALID_DOCUMENT", `${source} has no default export made by defineConnector.`, {
    path: source,
    remedy: "Write: export default defineConnector({ … });",
  });
}
