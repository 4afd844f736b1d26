/** `npm run map`: checks the direction rule and draws the package map in README.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkLayers } from "./check-layers.ts";
import { drawMap, withMap } from "./draw-map.ts";

const root = join(import.meta.dirname, "..", "..");
const faults = checkLayers(root);
for (const { file, line, message } of faults) console.error(`${file}:${line} ${message}`);
const readme = join(root, "README.md");
writeFileSync(readme, withMap(readFileSync(readme, "utf8"), drawMap(root)));
process.exit(faults.length === 0 ? 0 : 1);
