import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Contract, isMortiseError, MortiseError } from "@mortise/contract";
import type { CodeBundle, Connector } from "@mortise/sdk";
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
  if (existsSync(source)) return await withSourceCode(folder, connectorOf(await importSource(source), source));
  const file = join(folder, "contract.json");
  if (!existsSync(file)) {
    throw new MortiseError(
      "UNREADABLE_FILE",
      `${folder} holds no connector: neither src/connector.ts nor contract.json is there.`,
      { path: folder },
    );
  }
  const contract = await readContract(file);
  const code = await builtCode(folder, contract);
  return { contract, natives: {}, ...(code === undefined ? {} : { code }) };
}

/** What a build's digest file says of one of its files; undefined where it says nothing that can be read. */
async function digestOf(file: string, name: string): Promise<unknown> {
  try {
    const told = JSON.parse(await readFile(file, "utf8")) as { readonly files?: { readonly [name: string]: unknown } } | null;
    return told?.files?.[name];
  } catch {
    return undefined;
  }
}

const hasCode = ({ operations }: Contract): boolean => Object.values(operations).some(({ code }) => code !== undefined);

/** The connector with its operations in code, bundled as a build would. */
async function withSourceCode(folder: string, connector: Connector): Promise<Connector> {
  if (!hasCode(connector.contract)) return connector;
  const { bundleCode } = await import("./bundle-code.ts");
  const code = await bundleCode(folder, connector.contract);
  return code === undefined ? connector : Object.freeze({ ...connector, code });
}

/** What a build left beside the contract. Throws `INVALID_DOCUMENT` where it is not what the build's digest says. */
async function builtCode(folder: string, contract: Contract): Promise<CodeBundle | undefined> {
  const place = [folder, join(folder, "dist")].find((each) => existsSync(join(each, "code.js")));
  if (!hasCode(contract) || place === undefined) return undefined;
  const script = await readFile(join(place, "code.js"), "utf8");
  const digest = createHash("sha256").update(script).digest("hex");
  if ((await digestOf(join(place, "digest.json"), "code.js")) !== digest)
    throw new MortiseError(
      "INVALID_DOCUMENT",
      `${join(place, "code.js")} is not what was built: digest.json says another digest.`,
      {
        path: join(place, "code.js"),
        remedy: "Build the connector again, or install it again.",
      },
    );
  const map = await readFile(join(place, "code.js.map"), "utf8").catch(() => undefined);
  return Object.freeze({ script, ...(map === undefined ? {} : { map }), digest });
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
