#!/usr/bin/env node
/** Starts the command in Node 24, whatever Node it was called with. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const main = join(dirname(fileURLToPath(import.meta.url)), "..", "src", "main.ts");

if (Number(process.versions.node.split(".")[0]) >= 24) {
  await import(main);
} else {
  const pinned = join(
    dirname(createRequire(import.meta.url).resolve("node/package.json")),
    "bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  if (!existsSync(pinned)) {
    console.error("mortise: needs Node 24, and the pinned one is not installed. Run `npm ci` first.");
    process.exit(2);
  }
  const child = spawn(pinned, [main, ...process.argv.slice(2)], { stdio: "inherit" });
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
