import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { registerHooks } from "node:module";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Contract, type Diagnostic, isMortiseError, type Json, MortiseError, readJson } from "@mortise/contract";
import { checkContract } from "@mortise/contract/validation";
import type { CodeBundle, Connector } from "@mortise/sdk";
import { builtInConnectors } from "./built-in-connectors.ts";
import type { Deployment } from "./deployment.ts";

/** A connector that a configuration names, and where it is looked for. */
export interface ConnectorSource {
  /** A folder (`./connectors/acme`), or the name of a package (`@acme/mortise-crm`). */
  readonly name: string;
  /** Folder of the configuration. */
  readonly from: string;
}

/** Connectors of other folders use the SDK of this process, where they bring none. */
let isHooked = false;
function useOwnSdk(): void {
  if (isHooked) return;
  isHooked = true;
  registerHooks({
    resolve: (specifier, context, next) => {
      try {
        return next(specifier, context);
      } catch (error) {
        if (!/^(@mortise\/|typebox$)/.test(specifier)) throw error;
        return next(specifier, { ...context, parentURL: import.meta.url });
      }
    },
  });
}

/**
 * The connectors of a deployment: those that come with Mortise, and those that its configuration names. Of those only data is read: a contract,
 * and code for the sandbox; native code is loaded from trusted publishers alone. Throws `CONNECTOR_NOT_FOUND`, `INVALID_DOCUMENT`,
 * `CONNECTOR_NOT_TRUSTED`, `DUPLICATE_NAME`, each with the name as the configuration has it.
 */
export async function installedConnectors(
  deployment: Pick<Deployment, "connectorSources" | "trustedPublishers">,
  builtIn: readonly Connector[] = builtInConnectors,
): Promise<readonly Connector[]> {
  const { connectorSources = [], trustedPublishers = ["mortise"] } = deployment;
  const found = [...builtIn];
  for (const source of connectorSources) {
    const connector = await loadConnector(source, trustedPublishers);
    const { name, version } = connector.contract;
    if (found.some(({ contract }) => contract.name === name && contract.version === version))
      throw new MortiseError("DUPLICATE_NAME", `The connector "${source.name}" is ${name}@${version}, and so is another one.`);
    found.push(connector);
  }
  return found;
}

async function loadConnector(source: ConnectorSource, trusted: readonly string[]): Promise<Connector> {
  const folder = folderOf(source);
  const built = [join(folder, "dist"), folder].find((place) => existsSync(join(place, "contract.json")));
  if (built === undefined) {
    const isSource = existsSync(join(folder, "src", "connector.ts"));
    throw new MortiseError(
      "CONNECTOR_NOT_FOUND",
      `The connector "${source.name}" of the configuration: ${folder} holds no contract.json.`,
      {
        path: folder,
        remedy: isSource ? `Build it: mortise build ${folder}` : "Name the folder of a connector, or a package that is one.",
      },
    );
  }
  const digests = await digestsOf(built);
  const contract = await readContract(source, await fileOf(built, "contract.json", digests));
  const code = await readCode(source, contract, built, digests);
  const natives = await readNatives(source, contract, { built, digests, trusted });
  return Object.freeze({ contract, natives, ...(code === undefined ? {} : { code }) });
}

/** Throws `CONNECTOR_NOT_FOUND`. */
function folderOf({ name, from }: ConnectorSource): string {
  const missing = (where: string): MortiseError =>
    new MortiseError("CONNECTOR_NOT_FOUND", `The connector "${name}" of the configuration is not there: ${where}.`, {
      remedy: 'Name a folder with "./" before it, or a package that is installed beside the configuration.',
    });
  if (name.startsWith(".") || isAbsolute(name)) {
    const folder = resolve(from, name);
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
    throw missing(`${folder} is no folder`);
  }
  for (let at = resolve(from); ; at = dirname(at)) {
    const folder = join(at, "node_modules", name);
    if (existsSync(folder)) return folder;
    if (dirname(at) === at) throw missing(`no package of that name is installed at ${from} or above`);
  }
}

type Digests = { readonly [file: string]: unknown } | undefined;

/** What the build said of its files; undefined: there was none. */
async function digestsOf(built: string): Promise<Digests> {
  const file = join(built, "digest.json");
  if (!existsSync(file)) return undefined;
  const { value } = readJson(await readFile(file, "utf8"), file);
  const files = (value as { readonly files?: { readonly [name: string]: unknown } } | undefined)?.files;
  return files ?? {};
}

/** A file of a build. Throws `INVALID_DOCUMENT` where it is not what was built. */
async function fileOf(built: string, name: string, digests: Digests): Promise<string> {
  const path = join(built, name);
  const text = await readFile(path, "utf8");
  if (digests !== undefined && digests[name] !== createHash("sha256").update(text).digest("hex"))
    throw new MortiseError("INVALID_DOCUMENT", `${path} is not what was built: digest.json says another digest.`, {
      path,
      remedy: "Build the connector again, or install it again.",
    });
  return text;
}

async function readContract({ name }: ConnectorSource, text: string): Promise<Contract> {
  const { value, diagnostics } = readJson(text, "contract.json");
  const faults = [...diagnostics, ...(value === undefined ? [] : checkContract(value, { text }))];
  const errors = faults.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return value as unknown as Contract;
  const lines = errors.slice(0, 20).map(({ path, message }: Diagnostic) => `  ${path || "/"}: ${message}`);
  throw new MortiseError("INVALID_DOCUMENT", `The contract of the connector "${name}" is wrong:\n${lines.join("\n")}`, {
    detail: errors as unknown as Json,
    remedy: "Look with: mortise check",
  });
}

async function readCode(
  { name }: ConnectorSource,
  { operations }: Contract,
  built: string,
  digests: Digests,
): Promise<CodeBundle | undefined> {
  const inCode = Object.entries(operations).find(([, { code }]) => code !== undefined);
  if (inCode === undefined) return undefined;
  if (!existsSync(join(built, "code.js")))
    throw new MortiseError(
      "INVALID_DOCUMENT",
      `The connector "${name}" has "${inCode[0]}" in code, and ${built} has no code.js.`,
      {
        remedy: "Build the connector: mortise build",
      },
    );
  const script = await fileOf(built, "code.js", digests);
  const map = existsSync(join(built, "code.js.map")) ? await fileOf(built, "code.js.map", digests) : undefined;
  return Object.freeze({
    script,
    ...(map === undefined ? {} : { map }),
    digest: createHash("sha256").update(script).digest("hex"),
  });
}

async function readNatives(
  { name }: ConnectorSource,
  contract: Contract,
  { built, digests, trusted }: { readonly built: string; readonly digests: Digests; readonly trusted: readonly string[] },
): Promise<Connector["natives"]> {
  const parts = [...Object.entries(contract.operations), ...Object.entries(contract.triggers ?? {})];
  const native = parts.find(([, part]) => "native" in part && part.native !== undefined);
  if (native === undefined) return {};
  if (!trusted.includes(contract.publisher))
    throw new MortiseError(
      "CONNECTOR_NOT_TRUSTED",
      `The connector "${name}" runs "${native[0]}" in this process, and its publisher "${contract.publisher}" is not trusted.`,
      { remedy: `Add "${contract.publisher}" to trustedPublishers, if you trust it with everything that this process may do.` },
    );
  const file = join(built, "connector.js");
  if (!existsSync(file))
    throw new MortiseError("INVALID_DOCUMENT", `The connector "${name}" has native code, and ${built} has no connector.js.`, {
      remedy: "Build the connector: mortise build",
    });
  await fileOf(built, "connector.js", digests);
  useOwnSdk();
  try {
    const { default: loaded } = (await import(pathToFileURL(file).href)) as { readonly default?: Connector };
    if (loaded?.contract?.name === contract.name && loaded.contract.version === contract.version) return loaded.natives;
  } catch (cause) {
    if (isMortiseError(cause)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MortiseError("INVALID_DOCUMENT", `The connector "${name}" could not be loaded: ${why}`, { path: file, cause });
  }
  throw new MortiseError(
    "INVALID_DOCUMENT",
    `${file} is not the connector ${contract.name}@${contract.version} of its contract.`,
    {
      path: file,
      remedy: "Build the connector again.",
    },
  );
}
