import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type DefinitionDocument, type Definitions, referencedDefinitions, usedReferences } from "@mortise/builders";
import { type Json, type JsonObject, readJson } from "@mortise/contract";
import { unreadable } from "./read-file.ts";

/** The folder beside a workflow file that holds transformers and rules of one's own, `<name>@<version>.json`. */
const FOLDER = "definitions";

/**
 * The workflow document with the definitions that it uses and does not hold itself, from the folder `definitions` beside its file; the
 * same object where there are none to bring. Throws `UNREADABLE_FILE`.
 */
export function bringDefinitions(document: Json, file: string): Json {
  if (typeof document !== "object" || document === null || Array.isArray(document)) return document;
  const workflow = document as JsonObject;
  const own = (typeof workflow.definitions === "object" && workflow.definitions !== null
    ? workflow.definitions
    : {}) as unknown as Definitions;
  if (usedReferences(workflow).length === 0) return document;
  const found = referencedDefinitions(workflow, (reference) =>
    Object.hasOwn(own, reference) ? own[reference] : readDefinition(join(dirname(file), FOLDER, `${reference}.json`)),
  );
  if (Object.keys(found).every((reference) => Object.hasOwn(own, reference))) return document;
  return { ...workflow, definitions: { ...own, ...found } as unknown as Json };
}

/** What stands in the file is checked with the workflow that it is brought into. */
function readDefinition(file: string): DefinitionDocument | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return readJson(readFileSync(file, "utf8")).value as unknown as DefinitionDocument;
  } catch (error) {
    throw unreadable(file, error);
  }
}
