import { canonicalJson, type Diagnostic, type ErrorCode, isMortiseError, type Json, type JsonObject } from "@mortise/contract";
import { compileRules } from "../rules/compile-rules.ts";
import { checkParams } from "../schema/check-params.ts";
import { isRecord } from "../transformers/records.ts";
import { compileValue } from "../values/compile-value.ts";
import {
  type DefinitionDocument,
  type Definitions,
  REFERENCE,
  type RulesDocument,
  referenceTo,
  type TransformerDocument,
} from "./definition.ts";
import { RULES_DOCUMENT_SCHEMA, TRANSFORMER_DOCUMENT_SCHEMA } from "./definition-schema.ts";

const SCHEMAS = { "mortise.transformer/1": TRANSFORMER_DOCUMENT_SCHEMA, "mortise.rules/1": RULES_DOCUMENT_SCHEMA } as const;

/**
 * Checks a transformer or rules of one's own: the shape of the document, its steps with the parameters of each case, and that
 * every case gives what it says. `others` are what it may use.
 */
export function checkDefinition(document: Json, others: Definitions = {}): readonly Diagnostic[] {
  const format = isRecord(document) ? document.format : undefined;
  if (format !== "mortise.transformer/1" && format !== "mortise.rules/1")
    return [fault("INVALID_DOCUMENT", "/format", `the format is ${Object.keys(SCHEMAS).join(" or ")}`)];
  const shape = checkParams(document, SCHEMAS[format], "");
  if (shape.length > 0) return shape;
  const definition = document as unknown as DefinitionDocument;
  const reference = referenceTo(definition);
  if (!REFERENCE.test(reference))
    return [fault("INVALID_VALUE", "/name", `"${reference}" is no name and version such as clean-lead@1.0.0`)];
  const definitions = { ...others, [reference]: definition };
  const said =
    definition.format === "mortise.transformer/1"
      ? definition.cases.flatMap((_, i) => checkCase(definition, i, definitions))
      : definition.cases.flatMap((_, i) => checkRows(definition, i, definitions));
  const known = new Set<string>();
  return said.filter(({ path, message }) => !known.has(path + message) && known.add(path + message));
}

function checkCase(definition: TransformerDocument, i: number, definitions: Definitions): readonly Diagnostic[] {
  const each = definition.cases[i];
  if (each === undefined) return [];
  const steps: Json = [{ from: { $cel: "data" } }, useOf(definition, each.with)];
  const compiled = compileValue({ $map: steps }, { scope: { data: true }, definitions });
  const errors = compiled.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) return errors.map((error) => placed(error, `/cases/${i}`));
  try {
    const made = compiled.evaluate({ data: each.from });
    if (canonicalJson(made) === canonicalJson(each.gives)) return [];
    return [fault("INVALID_EXAMPLE", `/cases/${i}/gives`, `the case gives ${short(made)}, expected ${short(each.gives)}`)];
  } catch (error) {
    if (!isMortiseError(error)) throw error;
    return [fault("INVALID_EXAMPLE", `/cases/${i}`, `the case fails: ${error.message}`)];
  }
}

function checkRows(definition: RulesDocument, i: number, definitions: Definitions): readonly Diagnostic[] {
  const each = definition.cases[i];
  if (each === undefined) return [];
  const compiled = compileRules([useOf(definition, each.with)], { definitions });
  const errors = compiled.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) return errors.map((error) => placed(error, `/cases/${i}`));
  const { rejected, problems } = compiled.checkAll(each.rows);
  const found = rejected.map(({ index }) => index);
  if (canonicalJson(found) !== canonicalJson(each.rejected))
    return [
      fault("INVALID_EXAMPLE", `/cases/${i}/rejected`, `the case rejects ${short(found)}, expected ${short(each.rejected)}`),
    ];
  if (canonicalJson(problems) === canonicalJson(each.problems ?? [])) return [];
  return [
    fault("INVALID_EXAMPLE", `/cases/${i}/problems`, `the case says ${short(problems)}, expected ${short(each.problems ?? [])}`),
  ];
}

function useOf(definition: DefinitionDocument, params: JsonObject | undefined): Json {
  return { use: referenceTo(definition), ...(params && { with: params }) };
}

/** A fault of the body stands in its message; one of the parameters of a case belongs to the case. */
function placed(diagnostic: Diagnostic, path: string): Diagnostic {
  return { code: diagnostic.code, severity: diagnostic.severity, path, message: diagnostic.message };
}

function fault(code: ErrorCode, path: string, message: string): Diagnostic {
  return { code, severity: "error", path, message };
}

function short(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 197)}…` : text;
}
