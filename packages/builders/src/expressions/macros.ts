import type { ASTNode } from "@marcbachmann/cel-js";
import type { JsonSchema } from "@mortise/contract";
import { describeKinds, describeType } from "../schema/describe-type.ts";
import { KIND, kindsOf } from "../schema/kinds.ts";
import { elementOf } from "../schema/members.ts";
import { unionOf } from "../schema/union-of.ts";
import type { CompileContext, CompiledNode } from "./compiled-node.ts";
import { ExpressionFailure } from "./expression-failure.ts";
import type { Frame } from "./frame.ts";
import { boolean } from "./logic.ts";
import { noteIfNull, withoutNull } from "./null-risk.ts";
import { isRecord, kindOfValue } from "./runtime-kind.ts";

const BOOLEAN = Object.freeze({ type: "boolean" as const });

type Quantifier = "all" | "exists" | "exists_one";

/** The macros that look like methods: `list.map(x, …)`. */
export const METHOD_MACROS: ReadonlySet<string> = new Set(["map", "filter", "all", "exists", "exists_one", "existsOne"]);

/** The macros that look like functions: `has(a.b)`. */
export const FUNCTION_MACROS: ReadonlySet<string> = new Set(["has", "default"]);

/** `has(a.b)`: whether the field is there, also where `a` is missing. `default(a.b, c)`: `c` where it is missing or null. */
export function compileFunctionMacro(
  context: CompileContext,
  ast: ASTNode,
  name: string,
  args: readonly ASTNode[],
): CompiledNode {
  const subject = args[0];
  if (name === "has") {
    if (args.length !== 1 || subject === undefined || !["id", ".", "[]"].includes(subject.op))
      return misused(context, ast, "has() takes one field: has(a.b)");
    const node = context.use(context.compileTolerant(subject));
    const find = node.find ?? node.run;
    return { ast, type: BOOLEAN, run: (frame) => find(frame) !== undefined };
  }
  const fallback = args[1];
  if (args.length !== 2 || subject === undefined || fallback === undefined)
    return misused(context, ast, "default() takes a value and its stand-in: default(a.b, 0)");
  const node = context.use(context.compileTolerant(subject));
  const other = context.use(context.compile(fallback));
  const find = node.find ?? node.run;
  return { ast, type: unionOf([withoutNull(node.type), other.type]), run: (frame) => find(frame) ?? other.run(frame) };
}

/** `map`, `filter`, `all`, `exists`, `exists_one` over the elements of a list or the field names of a record. */
export function compileMethodMacro(
  context: CompileContext,
  ast: ASTNode,
  name: string,
  receiver: ASTNode,
  args: readonly ASTNode[],
): CompiledNode {
  const variable = args[0];
  const most = name === "map" ? 3 : 2;
  if (variable?.op !== "id" || args.length < 2 || args.length > most) {
    return misused(context, ast, `${name}() takes a name and what to do with it: ${name}(x, …)`);
  }
  const range = context.compile(receiver);
  const kinds = kindsOf(range.type);
  if ((kinds & (KIND.array | KIND.object)) === 0) {
    context.report("error", "EXPRESSION_TYPE", receiver, `${name}() needs a list, found ${describeType(range.type)}`);
  } else noteIfNull(context, range);
  const element: JsonSchema = kinds === KIND.object ? { type: "string" } : kinds & KIND.object ? true : elementOf(range.type);
  const path = range.path && [...range.path, "*"];
  const slot = context.newSlot();
  const parts = { ast, range, element, slot, elements: elementsOf(range, name, receiver.start) };
  return withVariable(context, variable.args, { slot, type: element, ...(path && { path }) }, () => {
    if (name === "map") return compileMap(context, parts, args.slice(1));
    const test = boolean(context, args[1] as ASTNode, `${name}()`);
    if (name === "filter") return compileFilter(parts, test);
    const quantifier: Quantifier = name === "all" ? "all" : name === "exists" ? "exists" : "exists_one";
    return { ast, type: BOOLEAN, run: runQuantifier(quantifier, parts, test) };
  });
}

interface MacroParts {
  readonly ast: ASTNode;
  readonly range: CompiledNode;
  readonly element: JsonSchema;
  readonly slot: number;
  readonly elements: (frame: Frame) => readonly unknown[];
}

function compileMap(context: CompileContext, parts: MacroParts, args: readonly ASTNode[]): CompiledNode {
  const { ast, slot, elements } = parts;
  const test = args.length === 2 ? boolean(context, args[0] as ASTNode, "map()") : undefined;
  const body = context.use(context.compile(args.at(-1) as ASTNode));
  const run = (frame: Frame): unknown[] => {
    const results: unknown[] = [];
    for (const element of elements(frame)) {
      frame.step();
      frame.slots[slot] = element;
      if (test === undefined || test(frame)) results.push(body.run(frame));
    }
    return results;
  };
  return { ast, type: { type: "array", items: body.type }, run };
}

function compileFilter(parts: MacroParts, test: (frame: Frame) => boolean): CompiledNode {
  const { ast, slot, elements, element, range } = parts;
  const run = (frame: Frame): unknown[] =>
    elements(frame).filter((each) => {
      frame.step();
      frame.slots[slot] = each;
      return test(frame);
    });
  return { ast, type: { type: "array", items: element }, run, ...(range.path && { path: range.path }) };
}

/** Failures are absorbed where another element decides (CEL language definition, "Macros"); `exists_one` absorbs none. */
function runQuantifier(quantifier: Quantifier, parts: MacroParts, test: (frame: Frame) => boolean): (frame: Frame) => boolean {
  const { slot, elements } = parts;
  const holds = (frame: Frame, element: unknown): boolean => {
    frame.step();
    frame.slots[slot] = element;
    return test(frame);
  };
  if (quantifier === "exists_one") {
    return (frame) => elements(frame).reduce<number>((count, each) => count + Number(holds(frame, each)), 0) === 1;
  }
  const decides = quantifier === "exists";
  return (frame) => {
    let failure: unknown;
    for (const element of elements(frame)) {
      try {
        if (holds(frame, element) === decides) return decides;
      } catch (error) {
        if (!(error instanceof ExpressionFailure) || error.kind === "limit") throw error;
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure;
    return !decides;
  };
}

function elementsOf(range: CompiledNode, name: string, at: number): (frame: Frame) => readonly unknown[] {
  return (frame) => {
    const value = range.run(frame);
    if (Array.isArray(value)) return value;
    if (isRecord(value)) return Object.keys(value);
    throw new ExpressionFailure(`${name}() needs a list, found ${describeKinds(kindOfValue(value))}`, at);
  };
}

function withVariable<T>(
  context: CompileContext,
  name: string,
  variable: { slot: number; type: JsonSchema; path?: readonly string[] },
  compile: () => T,
): T {
  const shadowed = context.variables.get(name);
  context.variables.set(name, variable);
  try {
    return compile();
  } finally {
    if (shadowed) context.variables.set(name, shadowed);
    else context.variables.delete(name);
  }
}

function misused(context: CompileContext, ast: ASTNode, message: string): CompiledNode {
  context.report("error", "EXPRESSION_TYPE", ast, message);
  return { ast, type: true, run: () => null };
}
