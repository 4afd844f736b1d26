/**
 * Debian packages that the tests need: a browser, a TLS server that says why it refuses, what judges rules of Prometheus, and a Redis to share budgets by. Quiet when they are there; says loudly why when they can't be had.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const needed = [
  { name: "chromium", file: "/usr/bin/chromium", tests: "browser" },
  { name: "openssl", file: "/usr/bin/openssl", tests: "openssl" },
  { name: "redis-server", file: "/usr/bin/redis-server", tests: "redis" },
  { name: "prometheus", file: "/usr/bin/promtool", tests: "promtool" },
];

/** The packages that are missing and could not be installed, each with the reason and the tests (`*.<tests>.test.ts`) that need it. */
export function ensureSystemPackages() {
  const missing = needed.filter(({ file }) => !existsSync(file));
  if (missing.length === 0) return [];
  const names = missing.map(({ name }) => name);
  const reason = cannotInstall();
  if (reason) return missing.map(({ name, tests }) => ({ name, tests, reason }));
  console.error(`mortise: installing system packages for the tests: ${names.join(", ")} …`);
  const apt = (args) =>
    spawnSync("apt-get", args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status;
  apt(["update", "-qq"]);
  apt(["install", "-y", "-qq", "--no-install-recommends", ...names]);
  return missing
    .filter(({ file }) => !existsSync(file))
    .map(({ name, tests }) => ({ name, tests, reason: "apt-get could not install it" }));
}

function cannotInstall() {
  if (!existsSync("/usr/bin/apt-get")) return "this system has no apt-get; install it by hand";
  if (process.getuid?.() !== 0)
    return `only root can install it here; run: sudo apt-get install ${needed.map(({ name }) => name).join(" ")}`;
  return undefined;
}
