import type { Diagnostic, Json, JsonObject, JsonSchema } from "@mortise/contract";
import { MortiseError, nearest } from "@mortise/contract";
import { compileExpression, type Scope } from "../expressions/compile-expression.ts";
import { ExpressionFailure } from "../expressions/expression-failure.ts";
import { EXPRESSION_LIMITS } from "../expressions/expression-limits.ts";
import { refuseLarge } from "../expressions/to-json.ts";
import { inferSchema, listSchema, recordSchema } from "../schema/infer-schema.ts";
import { brokenValue } from "./broken-value.ts";
import { compilePipeline } from "./compile-pipeline.ts";
import { compileText } from "./compile-text.ts";
import type { CompiledValue, CompileValueOptions } from "./compiled-value.ts";
import { pointerTo } from "./json-pointer.ts";

const FORMS: readonly string[] = ["$cel", "$text", "$map"];

/**
 * Compiles a value of a document once: a literal, `{"$cel": …}`, `{"$text": …}`, `{"$map": […]}`, or lists and records of those.
 * A plain string is never parsed. Evaluating throws what expressions throw, `EXPRESSION_LIMIT` also where a record repeats large data so
 * often that nothing could hold it written out.
 */
export function compileValue(value: Json, options: CompileValueOptions = {}): CompiledValue {
  const compiled = compilePart(value, options);
  if (compiled.isLiteral || compiled.reads.length < 2) return compiled;
  const evaluate = (scope: Scope): Json => bounded(compiled.evaluate(scope));
  return { ...compiled, evaluate };
}

/** A record that names the same data several times holds it once in memory, but several times in every journal and message. */
function bounded(value: Json): Json {
  try {
    refuseLarge(value, EXPRESSION_LIMITS.size);
    return value;
  } catch (error) {
    if (!(error instanceof ExpressionFailure)) throw error;
    throw new MortiseError("EXPRESSION_LIMIT", `In the value, ${error.message}.`);
  }
}

function compilePart(value: Json, options: CompileValueOptions): CompiledValue {
  if (typeof value !== "object" || value === null) return literal(value);
  if (Array.isArray(value)) return compileList(value, options);
  return compileRecord(value as JsonObject, options);
}

function compileRecord(value: JsonObject, options: CompileValueOptions): CompiledValue {
  const keys = Object.keys(value);
  const form = keys.find((key) => FORMS.includes(key)) ?? (keys.length === 1 && keys[0]?.startsWith("$") ? keys[0] : undefined);
  if (form !== undefined) return keys.length === 1 ? compileForm(form, value[form] as Json, options) : brokenForm(form, options);
  const fields = keys.map((key) => compilePart(value[key] as Json, { ...options, path: pointerTo(options.path ?? "", key) }));
  const type = recordSchema(fields.map((field, i) => [keys[i] as string, field.type]));
  if (keys.includes("__proto__") || fields.some(({ find }) => find)) {
    return composed(value, fields, type, (scope) =>
      Object.fromEntries(fields.flatMap((field, i) => entry(keys[i] as string, field, scope))),
    );
  }
  return composed(value, fields, type, (scope) => {
    const record: { [key: string]: Json } = {};
    for (let i = 0; i < keys.length; i++) record[keys[i] as string] = (fields[i] as CompiledValue).evaluate(scope);
    return record;
  });
}

/** No entry where the value is absent. */
function entry(key: string, field: CompiledValue, scope: Scope): readonly (readonly [string, Json])[] {
  const found = field.find ? field.find(scope) : field.evaluate(scope);
  return found === undefined ? [] : [[key, found]];
}

function compileList(value: readonly Json[], options: CompileValueOptions): CompiledValue {
  const elements = value.map((each, i) => compilePart(each, { ...options, path: pointerTo(options.path ?? "", i) }));
  const type = listSchema(
    elements.map((each) => each.type),
    elements.length,
  );
  return composed(value, elements, type, (scope) => elements.map((each) => each.evaluate(scope)));
}

function compileForm(form: string, body: Json, options: CompileValueOptions): CompiledValue {
  const path = pointerTo(options.path ?? "", form);
  const inner = { ...options, path };
  if (form === "$map") return compilePipeline(body, inner);
  if (form !== "$cel" && form !== "$text") {
    const near = nearest(form, FORMS);
    const message = `"${form}" is no way to compute a value; there are $cel, $text and $map`;
    const title = near ? `Did you mean "${near}"?` : `For a plain field of that name write {"$cel": "{'${form}': …}"}`;
    const patch = near ? [{ op: "move" as const, from: path, path: pointerTo(options.path ?? "", near) }] : undefined;
    return brokenValue([{ code: "UNKNOWN_KEY", severity: "error", path, message, fix: { title, ...(patch && { patch }) } }]);
  }
  if (typeof body !== "string") {
    const message = `"${form}" needs text, found ${JSON.stringify(body)?.slice(0, 40)}`;
    return brokenValue([{ code: "WRONG_TYPE", severity: "error", path, message }]);
  }
  if (form === "$text") return compileText(body, inner);
  const { evaluate, find, type, diagnostics, reads } = compileExpression(body, inner);
  return { evaluate, ...(find && { find }), type, diagnostics, isLiteral: false, reads };
}

function brokenForm(form: string, options: CompileValueOptions): CompiledValue {
  const path = pointerTo(options.path ?? "", form);
  const fix = { title: `Remove the other keys, or put the fields into the expression: {"$cel": "{'name': …}"}` };
  return brokenValue([
    { code: "UNKNOWN_KEY", severity: "error", path, message: `"${form}" must be the only key of its object`, fix },
  ]);
}

function composed(
  value: Json,
  parts: readonly CompiledValue[],
  type: JsonSchema,
  evaluate: (scope: Scope) => Json,
): CompiledValue {
  if (parts.every((part) => part.isLiteral && part.diagnostics.length === 0))
    return literal(parts.length === 0 ? value : evaluate({}));
  const diagnostics: readonly Diagnostic[] = parts.flatMap((part) => part.diagnostics);
  return { evaluate, type, diagnostics, isLiteral: false, reads: parts.flatMap((part) => part.reads) };
}

function literal(value: Json): CompiledValue {
  return { evaluate: () => value, type: inferSchema(value), diagnostics: [], isLiteral: true, reads: [] };
}
