/** `npm run docs`: writes every page that is made from the sources. `tools/docs/docs.test.ts` fails where one is out of date. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generatedPages } from "./generated-pages.ts";
import { importCorpus, OPENAPI_COVERAGE, openApiCoveragePage } from "./openapi-coverage.ts";

const root = join(import.meta.dirname, "..", "..");
for (const [path, text] of await generatedPages(root)) write(path, text);

const documents = importCorpus(join(root, "..", "shared", "corpora", "openapi"));
if (documents === undefined) console.warn(`${OPENAPI_COVERAGE} stays as it is: the documents that it counts are not here.`);
else write(OPENAPI_COVERAGE, openApiCoveragePage(documents));

function write(path: string, text: string): void {
  const file = join(root, path);
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(path);
}
