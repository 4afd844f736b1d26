import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const SOURCES = join(import.meta.dirname, "..");
const ENTRY = join(import.meta.dirname, "process-main.ts");
const ENGINE_PACKAGES = ["quickjs-emscripten-core", "@jitl/quickjs-wasmfile-release-sync", "@jitl/quickjs-ffi-types"];
const UNSHARE = ["/usr/bin/unshare", "/bin/unshare"];

/** A command line, and in which layers it puts the process. */
export interface ProcessCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly namespaces: boolean;
}

/**
 * Command lines for the sandbox's process, the strictest first. Each starts Node with the permission model: it may read this package and the
 * engine's and start threads, and neither read nor write other files, nor start processes, nor load native code. The first one also gives it
 * namespaces of its own (Linux): no network interface is there, and no other process can be named.
 */
export function processCommands(): readonly ProcessCommand[] {
  const node = [
    "--permission",
    "--allow-worker",
    ...readable().map((path) => `--allow-fs-read=${path}`),
    "--disable-proto=delete",
    "--disallow-code-generation-from-strings",
    "--no-warnings",
    ENTRY,
  ];
  const bare = { file: process.execPath, args: node, namespaces: false };
  const unshare = process.platform === "linux" ? UNSHARE.find((path) => existsSync(path)) : undefined;
  if (unshare === undefined) return [bare];
  const apart = [["-rnp", "--fork", "--kill-child"], ["-rn"]];
  return [...apart.map((flags) => ({ file: unshare, args: [...flags, process.execPath, ...node], namespaces: true })), bare];
}

function readable(): readonly string[] {
  const engine = createRequire(import.meta.url);
  const core = dirname(dirname(engine.resolve("quickjs-emscripten-core")));
  const modules = dirname(core);
  return [SOURCES, join(SOURCES, "..", "package.json"), ...ENGINE_PACKAGES.map((name) => join(modules, name))];
}
