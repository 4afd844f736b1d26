/** `npm run docs`: writes every page that is made from the sources. `tools/docs/docs.test.ts` fails where one is out of date. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generatedPages } from "./generated-pages.ts";

const root = join(import.meta.dirname, "..", "..");
for (const [path, text] of await generatedPages(root)) {
  const file = join(root, path);
  if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(path);
}
