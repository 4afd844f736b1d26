/** `npm start`: installs what is missing, builds the pages and serves the demo workspace. */
import { join } from "node:path";
import { buildStudio } from "./build-studio.mjs";
import { ensureInstalled, root, run } from "./node24.mjs";

ensureInstalled();
const built = await buildStudio();
if (built !== 0) process.exit(built);
process.exit(await run([join(root, "packages", "cli", "bin", "mortise.mjs"), "serve", "--demo", ...process.argv.slice(2)]));
