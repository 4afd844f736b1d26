import type { Json } from "@mortise/contract";
import { type DefinitionDocument, type Definitions, REFERENCE } from "./definition.ts";

/** The references (`name@version`) of all definitions that a document uses, each once, in order. */
export function usedReferences(document: Json): readonly string[] {
  const found = new Set<string>();
  const open: Json[] = [document];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value)) {
      const { use } = value as { readonly use?: Json };
      if (typeof use === "string" && REFERENCE.test(use)) found.add(use);
    }
    for (const each of Object.values(value).toReversed()) open.push(each as Json);
  }
  return [...found];
}

/** The definitions that a document uses, also those that they use in turn; what is not found is left out. */
export function referencedDefinitions(document: Json, find: (reference: string) => DefinitionDocument | undefined): Definitions {
  const found = new Map<string, DefinitionDocument>();
  const seen = new Set<string>();
  const open = [...usedReferences(document)];
  for (let reference = open.pop(); reference !== undefined; reference = open.pop()) {
    if (seen.has(reference)) continue;
    seen.add(reference);
    const definition = find(reference);
    if (definition === undefined) continue;
    found.set(reference, definition);
    open.push(...usedReferences(definition as unknown as Json));
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
