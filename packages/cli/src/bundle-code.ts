import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type Contract, MortiseError } from "@mortise/contract";
import type { CodeBundle } from "@mortise/sdk";
import { rolldown } from "rolldown";

const VIRTUAL = "mortise:operations";
/** Where the bundler thinks that it writes to: paths in its map start there. */
const OUT = "dist";

/**
 * Bundles the operations in code of a connector into one script for the sandbox, with its source map. Undefined where it has none. Throws
 * `UNREADABLE_FILE` for an entry that is not there, `INVALID_DOCUMENT` for one that cannot be bundled: it needs a module that the sandbox
 * does not have, or exports nothing of that name.
 */
export async function bundleCode(folder: string, contract: Contract): Promise<CodeBundle | undefined> {
  const entries = Object.entries(contract.operations).flatMap(([name, { code }]) =>
    code === undefined ? [] : [{ name, ...entryOf(folder, name, code.entry) }],
  );
  if (entries.length === 0) return undefined;
  const lines = entries.map(({ name, file, from }) => `export { ${from} as ${name} } from ${JSON.stringify(file)};`);
  try {
    const build = await rolldown({
      input: VIRTUAL,
      cwd: resolve(folder),
      platform: "neutral",
      logLevel: "silent",
      plugins: [
        {
          name: "mortise-operations",
          resolveId: (id) => {
            if (id === VIRTUAL) return id;
            if (isAbsolute(id) || id.startsWith(".")) return null;
            throw new Error(`"${id}" is a package; code in the sandbox imports the connector's own files only`);
          },
          load: (id) => (id === VIRTUAL ? lines.join("\n") : null),
        },
      ],
    });
    const { output } = await build.generate({ format: "iife", name: "operations", sourcemap: "hidden", dir: OUT });
    await build.close();
    const [{ code: script, map }] = output;
    const digest = createHash("sha256").update(script).digest("hex");
    return Object.freeze({ script, ...(map === null ? {} : { map: mapOf(map, resolve(folder)) }), digest });
  } catch (error) {
    throw new MortiseError("INVALID_DOCUMENT", `The code of ${contract.name} cannot be bundled: ${reasonOf(error)}`, {
      remedy: "Code in the sandbox imports the connector's own files, and types of the SDK (import type).",
      cause: error,
    });
  }
}

function entryOf(folder: string, name: string, entry: string): { readonly file: string; readonly from: string } {
  const [path = "", from = "default"] = entry.split("#");
  const root = resolve(folder);
  const file = resolve(root, path);
  if (!file.startsWith(root + sep) || !existsSync(file))
    throw new MortiseError("UNREADABLE_FILE", `The code of ${name}, ${path}, is not there.`, {
      path: `/operations/${name}/code/entry`,
      remedy: "Name a file of the connector's folder.",
    });
  return { file, from };
}

/** The map with paths of the connector's folder, and nothing of this machine. */
function mapOf(map: { readonly sources: readonly (string | null)[] }, root: string): string {
  const sources = map.sources.map((source) => {
    if (source === null) return null;
    return relative(root, resolve(root, OUT, source))
      .split(sep)
      .join("/");
  });
  return JSON.stringify({ ...map, sources });
}

/** What the bundler says, without its drawing: the fault, and where it is. */
function reasonOf(error: unknown): string {
  const text = stripVTControlCharacters(error instanceof Error ? error.message : String(error));
  const lines = text.split("\n").map((line) => line.trim());
  const fault = lines.find((line) => line !== "" && !/^(?:Build failed|\[plugin )/.test(line)) ?? "no reason was given";
  const place = /\[ ((?!mortise:)\S+:\d+:\d+) \]/.exec(text)?.[1];
  return `${fault.replace(/^(?:Error: |\[[A-Z_]+\] )/, "").replace(/\.$/, "")}${place === undefined ? "" : ` (${place})`}.`;
}
