import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Real OpenAPI documents beside the checkout, not part of it. Tests that need them end in `.corpus.test.ts` and are left out, aloud, where they are not. */
export const corpusFolder = join(import.meta.dirname, "..", "..", "..", "shared", "corpora", "openapi");

/** A document of the corpus: its main file, which may lead to others beside it. */
export function corpusFile(path: string): string {
  return join(corpusFolder, path);
}

/** The text of a document, unpacked. */
export function readDocument(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}
