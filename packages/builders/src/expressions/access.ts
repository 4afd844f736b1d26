import type { ASTNode } from "@marcbachmann/cel-js";
import type { JsonSchema } from "@mortise/contract";
import { nearest } from "@mortise/contract";
import { describeKinds, describeType } from "../schema/describe-type.ts";
import { isUnknown, KIND, kindsOf } from "../schema/kinds.ts";
import { elementOf, memberNames, memberOf } from "../schema/members.ts";
import { insideOptional, optionalOf } from "../schema/special-types.ts";
import type { CompileContext, CompiledNode } from "./compiled-node.ts";
import { ExpressionFailure } from "./expression-failure.ts";
import type { Frame } from "./frame.ts";
import { isProven, noteIfNoRecord, noteIfNull, withoutNull } from "./null-risk.ts";
import { ABSENT, Optional } from "./optional.ts";
import { pathOf } from "./proven-paths.ts";
import { isRecord, kindOfValue } from "./runtime-kind.ts";

type Ast<Op extends ASTNode["op"]> = Extract<ASTNode, { readonly op: Op }>;
type Run = (frame: Frame) => unknown;

/** A variable: of a macro, or of the scope. Own properties only. */
export function compileVariable(context: CompileContext, ast: Ast<"id">): CompiledNode {
  const name = ast.args;
  const variable = context.variables.get(name);
  if (variable) {
    const { slot, type, path } = variable;
    return { ast, type, run: (frame) => frame.slots[slot], ...(path && { path }) };
  }
  const type = context.scope && (Object.hasOwn(context.scope, name) ? context.scope[name] : undefined);
  if (context.scope && type === undefined)
    reportUnknown(context, ast, name, [...Object.keys(context.scope), ...context.variables.keys()]);
  const find: Run = (frame) => (Object.hasOwn(frame.scope, name) ? frame.scope[name] : undefined);
  return { ast, type: type ?? true, run: orMissing(find, `there is no "${name}" here`, ast.pos), find, path: [name] };
}

/** `a.b` */
export function compileMember(context: CompileContext, ast: Ast<".">): CompiledNode {
  const object = context.compile(ast.args[0]);
  return compileField(context, ast, object, ast.args[1]);
}

/** `a[b]` */
export function compileIndex(context: CompileContext, ast: Ast<"[]">): CompiledNode {
  const object = context.compile(ast.args[0]);
  const index = context.use(context.compile(ast.args[1]));
  const literal = index.literal?.value;
  if (typeof literal === "string") return compileField(context, ast, object, literal);
  const inner = insideOptional(object.type) ?? object.type;
  const kinds = kindsOf(inner);
  if (kinds !== 0 && (kinds & (KIND.array | KIND.object)) === 0) {
    context.report("error", "EXPRESSION_TYPE", ast, `only lists and records have elements, found ${describeType(object.type)}`);
  } else if ((kinds & KIND.object) === 0 && (kindsOf(index.type) & KIND.number) === 0) {
    context.report("error", "EXPRESSION_TYPE", ast, `a list is indexed by a whole number, found ${describeType(index.type)}`);
  }
  if (!context.tolerant) noteIfNull(context, object);
  const type = kinds & KIND.object ? anyMember(inner) : elementOf(inner, typeof literal === "number" ? literal : undefined);
  const path = object.path && [...object.path, "*"];
  const find = findIn(object.find ?? object.run, index.run, ast.pos);
  const run = orMissing(find, "there is no such element", ast.pos);
  return optionalChain(object, { ast, type, run, find, ...(path && { path }) });
}

/** `a.?b` and `a[?b]` (CEL optional types): a missing field is an absent value. */
export function compileOptionalAccess(context: CompileContext, ast: Ast<".?"> | Ast<"[?]">): CompiledNode {
  const object = context.compileTolerant(ast.args[0]);
  const key = typeof ast.args[1] === "string" ? ast.args[1] : context.use(context.compile(ast.args[1]));
  const name = typeof key === "string" ? key : key.literal?.value;
  const inner = insideOptional(object.type) ?? object.type;
  const isField = typeof name === "string";
  const type = isField ? fieldType(context, ast, inner, name) : elementOf(inner);
  const path = object.path && [...object.path, isField ? name : "*"];
  const start = object.find ?? object.run;
  const find = isField ? findField(start, name, ast.pos) : findIn(start, (key as CompiledNode).run, ast.pos);
  const run: Run = (frame) => {
    const value = find(frame);
    return value === undefined ? ABSENT : value instanceof Optional ? value : new Optional(value);
  };
  return { ast, type: optionalOf(type), run, find, ...(path && { path }) };
}

function compileField(context: CompileContext, ast: ASTNode, object: CompiledNode, name: string): CompiledNode {
  const inner = insideOptional(object.type) ?? object.type;
  const declared = fieldType(context, ast, inner, name);
  const type = isProven(context, ast) ? withoutNull(declared) : declared;
  const path = object.path && [...object.path, name];
  const find = findField(object.find ?? object.run, name, ast.pos);
  if (path && object.type === inner) noteIfMissing(context, ast, inner, name, path);
  if (!context.tolerant) noteIfNull(context, object);
  noteIfNoRecord(context, object);
  const message = `there is no field "${name}"`;
  const target = object.run;
  const at = ast.pos;
  const run: Run = (frame) => {
    const value = target(frame);
    if (typeof value === "object" && value !== null && Object.hasOwn(value, name) && !Array.isArray(value)) {
      const field = (value as { readonly [key: string]: unknown })[name];
      if (field !== undefined) return field;
    }
    if (isRecord(value)) throw new ExpressionFailure(message, at);
    throw new ExpressionFailure(`${message} in ${describeKinds(kindOfValue(value))}`, at);
  };
  return optionalChain(object, { ast, type, run, find, ...(path && { path }) });
}

/** After `a.?b`, `.c` stays inside of the optional. */
function optionalChain(object: CompiledNode, node: CompiledNode): CompiledNode {
  if (insideOptional(object.type) === undefined) return node;
  const find = node.find ?? node.run;
  const run: Run = (frame) => {
    const value = find(frame);
    return value === undefined ? ABSENT : new Optional(value);
  };
  return { ...node, type: optionalOf(node.type), run };
}

function fieldType(context: CompileContext, ast: ASTNode, object: JsonSchema, name: string): JsonSchema {
  const kinds = kindsOf(object);
  if (kinds === 0) return true;
  if ((kinds & KIND.object) === 0) {
    context.report("error", "EXPRESSION_TYPE", ast, `".${name}" needs a record, found ${describeType(object)}`);
    return true;
  }
  const member = memberOf(object, name);
  if (member.presence !== "unknown") return member.schema;
  reportUnknown(context, ast, name, memberNames(object));
  return true;
}

function noteIfMissing(context: CompileContext, ast: ASTNode, object: JsonSchema, name: string, path: readonly string[]): void {
  if (context.tolerant || context.present.has((pathOf(ast) ?? path).join(".")) || typeof object === "boolean") return;
  if (!object.required?.length || memberOf(object, name).presence !== "optional") return;
  const field = object.properties?.[name];
  if (typeof field === "object" && field.default !== undefined) return;
  const place = path.join(".");
  context.report("info", "EXPRESSION_FAILED", ast, `"${place}" may be missing, then the expression fails`, {
    title: `Guard it: has(${place}) ? … : …, or default(${place}, …)`,
  });
}

function reportUnknown(context: CompileContext, ast: ASTNode, name: string, known: readonly string[]): void {
  const near = nearest(name, known);
  const expected = known.length === 0 ? "there are no names here" : `known here: ${known.slice(0, 12).join(", ")}`;
  context.report(
    "error",
    "EXPRESSION_UNKNOWN_NAME",
    ast,
    `there is no "${name}"; ${expected}`,
    near ? { title: `Did you mean "${near}"?` } : undefined,
  );
}

function anyMember(schema: JsonSchema): JsonSchema {
  if (typeof schema === "boolean" || isUnknown(schema) || memberNames(schema).length > 0) return true;
  return memberOf(schema, "\u0000").schema || true;
}

function orMissing(find: Run, message: string, at: number): Run {
  return (frame) => {
    const value = find(frame);
    if (value === undefined) throw new ExpressionFailure(message, at);
    return value;
  };
}

function findField(start: Run, name: string, at: number): Run {
  return (frame) => {
    const found = start(frame);
    const value = found instanceof Optional ? found.value : found;
    if (isRecord(value)) return Object.hasOwn(value, name) ? value[name] : undefined;
    if (value === undefined || value === null) return undefined;
    throw new ExpressionFailure(`there is no field "${name}" in ${describeKinds(kindOfValue(value))}`, at);
  };
}

function findIn(start: Run, index: Run, at: number): Run {
  return (frame) => {
    const found = start(frame);
    const value = found instanceof Optional ? found.value : found;
    if (value === undefined || value === null) return undefined;
    const key = index(frame);
    if (Array.isArray(value)) {
      if (!Number.isInteger(key)) throw new ExpressionFailure("a list is indexed by a whole number", at);
      return (value as readonly unknown[])[key as number];
    }
    if (!isRecord(value)) throw new ExpressionFailure(`there are no elements in ${describeKinds(kindOfValue(value))}`, at);
    return Object.hasOwn(value, String(key)) ? value[String(key)] : undefined;
  };
}
