#!/usr/bin/env node
/**
 * Starts the command in Node 24, whatever Node it was called with, with a heap that grows slowly (heap-flags.json): rows that stream
 * through would otherwise leave hundreds of megabytes of garbage before V8 collects it.
 *
 * The command ends when this process does, also by kill -9: it watches the channel between the two.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const heapFlags = require("./heap-flags.json");
const main = join(dirname(fileURLToPath(import.meta.url)), "..", "src", "main.ts");

function node24() {
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  const name = process.platform === "win32" ? "node.exe" : "node";
  const pinned = join(dirname(require.resolve("node/package.json")), "bin", name);
  if (existsSync(pinned)) return pinned;
  console.error("mortise: needs Node 24, and the pinned one is not installed. Run `npm ci` first.");
  process.exit(2);
}

// Compiled sources are kept where only this installation writes; a folder that cannot be written to keeps none.
const compiled = join(dirname(require.resolve("node/package.json")), "..", ".cache", "mortise");

const child = spawn(node24(), [...heapFlags, main, ...process.argv.slice(2)], {
  stdio: ["inherit", "inherit", "inherit", "ipc"],
  env: { NODE_COMPILE_CACHE: compiled, ...process.env, MORTISE_LAUNCHED: "1" },
});
// A terminal sends SIGINT to the whole group, so the command may get it twice; it takes the second for the first.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
