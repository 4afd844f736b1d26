import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { MortiseError } from "@mortise/contract";
import { checkContract } from "@mortise/contract/validation";
import { type CodeBundle, contractJson } from "@mortise/sdk";
import { rolldown } from "rolldown";
import { isConnectorFolder, loadConnectorFolder, sourceOf } from "./connector-folder.ts";
import { DiagnosticsFailure } from "./failure.ts";
import { docsOfFolder, writeDocs } from "./write-docs.ts";

/** What a build wrote. */
export interface Built {
  readonly connector: string;
  readonly version: string;
  readonly folder: string;
  /** Paths relative to the folder. */
  readonly files: readonly string[];
  /** sha256, hex, of `dist/digest.json`: the identity of the build. */
  readonly digest: string;
}

/**
 * Builds a connector folder. `dist/` is made beside and moved into place at the end, so a failed build leaves the old one.
 *
 * Throws {@link DiagnosticsFailure} with everything that is wrong with the contract, `UNREADABLE_FILE` without a source.
 */
export async function buildConnector(folder: string): Promise<Built> {
  const source = sourceOf(folder);
  if (!isConnectorFolder(folder))
    throw new MortiseError("UNREADABLE_FILE", `${folder} holds neither src/connector.ts nor contract.json.`, {
      path: folder,
      remedy: "Run it in a connector folder, or make one: mortise new connector NAME",
    });
  const connector = await loadConnectorFolder(folder);
  const errors = checkContract(connector.contract).filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new DiagnosticsFailure(errors, 1);

  const docs = await docsOfFolder(folder, connector.contract);
  const files = new Map<string, string>([
    ["contract.json", contractJson(connector)],
    ...docs,
    ...(existsSync(source) ? [["connector.js", await bundle(source)] as const] : []),
    ...codeFiles(connector.code),
  ]);
  const digests = Object.fromEntries([...files].map(([name, text]) => [name, createHash("sha256").update(text).digest("hex")]));
  const digestText = `${JSON.stringify({ format: "mortise.digest/1", files: digests }, null, 2)}\n`;
  files.set("digest.json", digestText);

  const target = resolve(folder, "dist");
  const fresh = `${target}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  for (const [name, text] of files) {
    await mkdir(dirname(join(fresh, name)), { recursive: true });
    await writeFile(join(fresh, name), text);
  }
  await rm(target, { recursive: true, force: true });
  await rename(fresh, target);
  await replaceIfChanged(resolve(folder, "contract.json"), files.get("contract.json") ?? "");
  await writeDocs(folder, docs);
  return {
    connector: connector.contract.name,
    version: connector.contract.version,
    folder,
    files: ["contract.json", ...docs.keys(), ...[...files.keys()].map((name) => `dist/${name}`)],
    digest: createHash("sha256").update(digestText).digest("hex"),
  };
}

async function replaceIfChanged(file: string, text: string): Promise<void> {
  if (existsSync(file) && (await readFile(file, "utf8")) === text) return;
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

/** The operations in code as one script for the sandbox, and the way back from it to the author's sources. */
function codeFiles(code: CodeBundle | undefined): readonly (readonly [string, string])[] {
  if (code === undefined) return [];
  return [["code.js", code.script] as const, ...(code.map === undefined ? [] : [["code.js.map", code.map] as const])];
}

/** The connector's own sources as one file; packages stay imports. */
async function bundle(source: string): Promise<string> {
  const build = await rolldown({
    input: source,
    platform: "node",
    external: (id) => !id.startsWith(".") && !id.startsWith("/"),
    logLevel: "silent",
  });
  const { output } = await build.generate({ format: "esm", sourcemap: false });
  await build.close();
  return output[0].code;
}
