/**
 * Installs what is missing and finds Node 24, whatever Node runs this file (20 or later).
 *
 * Owns: the install stamp `node_modules/.mortise-install`.
 * Does not own: the lockfile, npm's cache.
 * Talks to: npm, once a lockfile.
 * Invariants:
 *   L1. Nothing is installed when the lockfile is the one that was installed last.
 *   L2. Child processes get Node 24 first on PATH.
 *   L3. A child is asked to stop when we are, and when whoever started us is gone.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const stamp = join(root, "node_modules", ".mortise-install");
const windows = process.platform === "win32";
const binary = join(root, "node_modules", "node", "bin", windows ? "node.exe" : "node");

const lockDigest = () =>
  createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");

function npm(args) {
  const done = spawnSync(windows ? "npm.cmd" : "npm", args, { cwd: root, stdio: ["ignore", 2, "inherit"], shell: windows });
  if (done.error) fail(`npm could not be started (${done.error.message}). Install npm 10 or later.`);
  return done.status ?? 1;
}

function fail(message) {
  console.error(`mortise: ${message}`);
  process.exit(1);
}

/** Installs the pinned dependencies unless they are there. */
export function ensureInstalled() {
  const digest = lockDigest();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest && existsSync(binary)) return;
  console.error("mortise: installing dependencies (about a minute, only the first time) …");
  if (npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"]) !== 0)
    fail("the dependencies could not be installed; npm's message is above.");
  if (!existsSync(binary) && npm(["rebuild", "node", "--loglevel=error"]) !== 0)
    fail("the pinned Node 24 could not be installed.");
  writeFileSync(stamp, digest);
}

/** Path of Node 24. Exits with a clear message when it is another version. */
export function node24() {
  const version = spawnSync(binary, ["--version"], { encoding: "utf8" }).stdout?.trim() ?? "";
  if (!version.startsWith("v24.")) {
    fail(`needs Node 24 and found ${version || "none"} at ${binary}. Delete node_modules and run the command again.`);
  }
  return binary;
}

/** The environment for child processes: Node 24 comes first on PATH. */
export function environment() {
  return {
    ...process.env,
    PATH: `${dirname(binary)}${delimiter}${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`,
  };
}

/** Runs a program in Node 24, hands signals on, and resolves with its exit code. */
export function run(args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(node24(), args, { cwd: root, stdio: "inherit", env: environment(), ...options });
    // A terminal sends SIGINT to the whole group, so the child may get it twice; it takes the second for the first.
    const forward = (signal) => child.kill(signal);
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.on(signal, forward);
    // Whoever started us and is gone, by kill -9 too, wants nothing more from the child.
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid !== parent) child.kill("SIGTERM");
    }, 500);
    child.on("exit", (code, signal) => {
      clearInterval(watch);
      for (const one of signals) process.off(one, forward);
      resolve(code ?? (signal ? 128 + (constants.signals[signal] ?? 0) : 1));
    });
  });
}
