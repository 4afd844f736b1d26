import type { ASTNode } from "@marcbachmann/cel-js";
import { nearest } from "@mortise/contract";
import { describeKinds, describeType } from "../schema/describe-type.ts";
import { KIND, type Kinds, kindsOf } from "../schema/kinds.ts";
import type { CompileContext, CompiledNode } from "./compiled-node.ts";
import { ExpressionFailure } from "./expression-failure.ts";
import type { ExpressionFunction } from "./expression-function.ts";
import type { Frame } from "./frame.ts";
import { FUNCTIONS } from "./functions/function-list.ts";
import { FUNCTION_MACROS, METHOD_MACROS } from "./macros.ts";
import { noteIfNull } from "./null-risk.ts";
import { kindOfValue } from "./runtime-kind.ts";

type Ast<Op extends ASTNode["op"]> = Extract<ASTNode, { readonly op: Op }>;

const BY_NAME: ReadonlyMap<string, ExpressionFunction> = new Map(FUNCTIONS.map((each) => [each.name, each]));
const NAMESPACES: ReadonlySet<string> = new Set(["math", "optional", "strings", "lists"]);

/** `f(a, b)` */
export function compileFunctionCall(context: CompileContext, ast: Ast<"call">): CompiledNode {
  const [name, args] = ast.args;
  return compileCall(context, ast, name, args, "function");
}

/** `a.f(b)`, and `math.f(a)` where `math` is no variable. */
export function compileMethodCall(context: CompileContext, ast: Ast<"rcall">): CompiledNode {
  const [name, receiver, args] = ast.args;
  if (receiver.op === "id" && NAMESPACES.has(receiver.args) && !isVariable(context, receiver.args)) {
    const full = `${receiver.args}.${name}`;
    return compileCall(context, ast, BY_NAME.has(full) ? full : name, args, "function");
  }
  return compileCall(context, ast, name, [receiver, ...args], "method");
}

function compileCall(
  context: CompileContext,
  ast: ASTNode,
  name: string,
  parts: readonly ASTNode[],
  style: "function" | "method",
): CompiledNode {
  const definition = BY_NAME.get(name);
  const args = parts.map((part) => context.use(context.compile(part)));
  if (definition === undefined || (definition.style !== "both" && definition.style !== style)) {
    reportUnknown(context, ast, name, definition, style);
    return { ast, type: true, run: () => null };
  }
  if (!checkArguments(context, ast, definition, args, style)) return { ast, type: true, run: () => null };
  definition.check?.(context, args);
  const type = typeof definition.result === "function" ? definition.result(args) : definition.result;
  return { ast, type, run: runOf(definition, args, ast.start) };
}

function checkArguments(
  context: CompileContext,
  ast: ASTNode,
  definition: ExpressionFunction,
  args: readonly CompiledNode[],
  style: "function" | "method",
): boolean {
  const { name, params } = definition;
  const least = definition.required ?? params.length;
  if (args.length < least || (args.length > params.length && !definition.variadic)) {
    const own = style === "method" ? 1 : 0;
    const range =
      least === params.length
        ? `${least - own}`
        : `${least - own} to ${definition.variadic ? "any number of" : params.length - own}`;
    context.report("error", "EXPRESSION_TYPE", ast, `${name}() takes ${range} values, found ${args.length - own}`, {
      title: definition.doc,
    });
    return false;
  }
  return args.every((arg, i) => {
    const wanted = paramAt(params, i);
    const found = kindsOf(arg.type);
    if (found === 0 || found & wanted) {
      if ((wanted & KIND.null) === 0) noteIfNull(context, arg);
      return true;
    }
    const which = style === "method" && i === 0 ? "before the dot" : `as value ${i + (style === "method" ? 0 : 1)}`;
    const message = `${name}() needs ${describeKinds(wanted)} ${which}, found ${describeType(arg.type)}`;
    context.report("error", "EXPRESSION_TYPE", arg.ast, message, { title: definition.doc });
    return false;
  });
}

function runOf(definition: ExpressionFunction, args: readonly CompiledNode[], at: number): CompiledNode["run"] {
  const { name, params } = definition;
  const run = definition.run as unknown as (frame: Frame, ...values: unknown[]) => unknown;
  const checked = args.map((arg, i): CompiledNode["run"] => {
    const wanted = paramAt(params, i);
    return (frame) => {
      const value = arg.run(frame);
      if (typeof value === "string" && value.length > 64) frame.step(value.length / 64);
      if (kindOfValue(value) & wanted) return value;
      throw new ExpressionFailure(`${name}() needs ${describeKinds(wanted)}, found ${describeKinds(kindOfValue(value))}`, at);
    };
  });
  const [a, b, c] = checked;
  if (checked.length === 1 && a) return (frame) => run(frame, a(frame));
  if (checked.length === 2 && a && b) return (frame) => run(frame, a(frame), b(frame));
  if (checked.length === 3 && a && b && c) return (frame) => run(frame, a(frame), b(frame), c(frame));
  return (frame) => run(frame, ...checked.map((each) => each(frame)));
}

function paramAt(params: readonly Kinds[], i: number): Kinds {
  return params[Math.min(i, params.length - 1)] ?? 0;
}

function isVariable(context: CompileContext, name: string): boolean {
  return context.variables.has(name) || (context.scope !== undefined && Object.hasOwn(context.scope, name));
}

function reportUnknown(
  context: CompileContext,
  ast: ASTNode,
  name: string,
  definition: ExpressionFunction | undefined,
  style: string,
): void {
  if (definition) {
    context.report("error", "EXPRESSION_UNKNOWN_NAME", ast, `${name}() is not a ${style}`, { title: definition.doc });
    return;
  }
  const near = nearest(name, [...BY_NAME.keys(), ...METHOD_MACROS, ...FUNCTION_MACROS]);
  const fix = near ? { title: `Did you mean ${near}()?` } : undefined;
  context.report("error", "EXPRESSION_UNKNOWN_NAME", ast, `there is no function ${name}()`, fix);
}
