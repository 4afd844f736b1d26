import { compileExpression, type Scope } from "../expressions/compile-expression.ts";
import { brokenValue } from "./broken-value.ts";
import type { CompiledValue, CompileValueOptions } from "./compiled-value.ts";
import { parseText } from "./parse-text.ts";
import { textOf } from "./text-of.ts";

/** Compiles a `$text`. Numbers and yes/no come as JSON writes them, null as nothing, lists and records as JSON. */
export function compileText(template: string, options: CompileValueOptions): CompiledValue {
  const parsed = parseText(template);
  const path = options.path ?? "";
  if ("unclosedAt" in parsed) {
    const message = `the hole at character ${parsed.unclosedAt + 1} of the text is never closed`;
    const fix = { title: "Close it with }, or write $${ for a plain ${" };
    return brokenValue([{ code: "EXPRESSION_SYNTAX", severity: "error", path, message, fix }]);
  }
  const pieces = parsed.pieces.map((piece) =>
    "text" in piece ? piece.text : compileExpression(piece.source, { ...options, path }),
  );
  const holes = pieces.filter((piece) => typeof piece !== "string");
  const diagnostics = holes.flatMap((hole) => hole.diagnostics);
  const reads = holes.flatMap((hole) => hole.reads);
  if (diagnostics.some((each) => each.severity === "error")) return brokenValue(diagnostics, reads);
  if (holes.length === 0) {
    const text = pieces.join("");
    return { evaluate: () => text, type: { type: "string", const: text }, diagnostics, isLiteral: true, reads };
  }
  const parts = pieces.map((piece) => (typeof piece === "string" ? piece : piece.evaluate));
  const evaluate = (scope: Scope): string => {
    let text = "";
    for (const part of parts) text += typeof part === "string" ? part : textOf(part(scope));
    return text;
  };
  return { evaluate, type: { type: "string" }, diagnostics, isLiteral: false, reads };
}
