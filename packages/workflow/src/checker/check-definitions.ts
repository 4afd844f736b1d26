import { checkDefinition, type Definitions, referenceTo } from "@mortise/builders";
import { type Diagnostic, type Json, joinPointer } from "@mortise/contract";
import { asObject, isObject } from "../model/loose.ts";

/** Checks the transformers and rules that a document brings, with their cases; returns those that can be used. */
export function checkDefinitions(document: unknown, diagnostics: Diagnostic[]): Definitions {
  const brought = asObject(document);
  const usable = Object.entries(brought).filter(([reference, each]) => {
    const { name, version } = asObject(each);
    if (isObject(each) && referenceTo({ name: String(name), version: String(version) }) === reference) return true;
    const path = joinPointer("definitions", reference);
    const message = `"${reference}" is not the name and the version of the definition that stands there.`;
    diagnostics.push({ code: "INVALID_VALUE", severity: "error", path, message });
    return false;
  });
  const definitions = Object.fromEntries(usable) as unknown as Definitions;
  for (const [reference, each] of usable) {
    const found = checkDefinition(each as Json, definitions);
    diagnostics.push(...found.map((fault) => ({ ...fault, path: joinPointer("definitions", reference) + fault.path })));
  }
  return definitions;
}
