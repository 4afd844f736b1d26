import type { ASTNode } from "@marcbachmann/cel-js";
import type { JsonSchema, JsonTypeName } from "@mortise/contract";
import { describeKinds } from "../schema/describe-type.ts";
import { ANY_KIND, KIND, kindsOf } from "../schema/kinds.ts";
import { insideOptional } from "../schema/special-types.ts";
import { unionOf } from "../schema/union-of.ts";
import type { CompileContext, CompiledNode } from "./compiled-node.ts";
import { notNull, pathOf } from "./proven-paths.ts";

/** Notes that a value may be null where null makes the expression fail: of a step that may have been skipped, of a field that may hold null. */
export function noteIfNull(context: CompileContext, node: CompiledNode): void {
  const kinds = kindsOf(node.type);
  if (kinds === ANY_KIND || kinds === KIND.null || (kinds & KIND.null) === 0 || insideOptional(node.type) !== undefined) return;
  if (isProven(context, node.ast)) return;
  const place = pathOf(node.ast)?.join(".");
  const shown = place === undefined ? "a value here" : `"${place}"`;
  context.report("info", "EXPRESSION_FAILED", node.ast, `${shown} may be null, then the expression fails`, {
    title: place === undefined ? "Guard it with default(…)." : `Guard it: ${place} != null ? … : …, or default(${place}, …)`,
  });
}

/** Notes that what a field is read of may be no record at all, as an element of a list of records and texts. */
export function noteIfNoRecord(context: CompileContext, node: CompiledNode): void {
  const kinds = kindsOf(node.type);
  const others = kinds & ~(KIND.object | KIND.null | KIND.optional);
  if (kinds === ANY_KIND || others === 0 || (kinds & KIND.object) === 0) return;
  const place = pathOf(node.ast)?.join(".");
  const shown = place === undefined ? "a value here" : `"${place}"`;
  context.report("info", "EXPRESSION_FAILED", node.ast, `${shown} may be ${describeKinds(others)}, then the expression fails`, {
    title: "Take such values out before, for example with a filter.",
  });
}

/** Whether a condition around this place has ruled null out. */
export function isProven(context: CompileContext, ast: ASTNode): boolean {
  const path = pathOf(ast);
  return path !== undefined && context.present.has(notNull(path));
}

/** The type without null. */
export function withoutNull(type: JsonSchema): JsonSchema {
  if (typeof type === "boolean") return type;
  if (Array.isArray(type.type)) {
    const [first, ...others] = (type.type as readonly JsonTypeName[]).filter((each) => each !== "null");
    return first === undefined ? false : { ...type, type: others.length === 0 ? first : [first, ...others] };
  }
  if (type.anyOf) return unionOf(type.anyOf.filter((each) => kindsOf(each) !== KIND.null));
  return type.type === "null" ? false : type;
}
