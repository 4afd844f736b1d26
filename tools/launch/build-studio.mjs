/** Builds the studio's pages when their sources are newer than the last build. */
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./node24.mjs";

const studio = join(root, "packages", "studio");
const stamp = join(studio, "dist", ".built");

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Resolves with vite's exit code; 0 at once when nothing changed. */
export async function buildStudio() {
  const sources = [
    join(studio, "src"),
    join(studio, "index.html"),
    join(studio, "vite.config.ts"),
    join(root, "package-lock.json"),
  ];
  for (const name of ["contract", "builders", "workflow"]) sources.push(join(root, "packages", name, "src"));
  if (existsSync(stamp) && statSync(stamp).mtimeMs > Math.max(...sources.map(newest))) return 0;
  console.error("mortise: building the pages …");
  const code = await run([join(root, "node_modules", "vite", "bin", "vite.js"), "build", "--logLevel", "warn"], { cwd: studio });
  if (code === 0) writeFileSync(stamp, "");
  return code;
}
