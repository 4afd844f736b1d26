import type { ASTNode } from "@marcbachmann/cel-js";
import type { Fix, JsonSchema } from "@mortise/contract";
import { describeKinds, describeType } from "../schema/describe-type.ts";
import { isWhole, KIND, type Kinds, kindsOf } from "../schema/kinds.ts";
import { elementOf } from "../schema/members.ts";
import { DURATION, TIMESTAMP } from "../schema/special-types.ts";
import { unionOf } from "../schema/union-of.ts";
import type { CompileContext, CompiledNode } from "./compiled-node.ts";
import { Duration } from "./duration.ts";
import { ExpressionFailure } from "./expression-failure.ts";
import type { Frame } from "./frame.ts";
import { noteIfNull } from "./null-risk.ts";
import { kindOfValue } from "./runtime-kind.ts";

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";

const { number, string, array, timestamp, duration } = KIND;

/** Which kinds an operator takes, left and right, and what comes out. */
const COMBINATIONS: { readonly [op in ArithmeticOperator]: readonly (readonly [Kinds, Kinds, Kinds])[] } = {
  "+": [
    [number, number, number],
    [string, string, string],
    [array, array, array],
    [timestamp, duration, timestamp],
    [duration, timestamp, timestamp],
    [duration, duration, duration],
  ],
  "-": [
    [number, number, number],
    [timestamp, timestamp, duration],
    [timestamp, duration, timestamp],
    [duration, duration, duration],
  ],
  "*": [[number, number, number]],
  "/": [[number, number, number]],
  "%": [[number, number, number]],
};

/** `a + b`, `a - b`, `a * b`, `a / b`, `a % b`, on numbers exactly as JavaScript has them (IEEE 754 doubles). */
export function compileArithmetic(
  context: CompileContext,
  ast: ASTNode,
  op: ArithmeticOperator,
  parts: readonly [ASTNode, ASTNode],
): CompiledNode {
  const left = context.use(context.compile(parts[0]));
  const right = context.use(context.compile(parts[1]));
  const [l, r] = [kindsOf(left.type), kindsOf(right.type)];
  const possible = COMBINATIONS[op].filter(([a, b]) => l & a && r & b);
  if (possible.length === 0) reportMismatch(context, ast, op, left, right);
  else for (const side of [left, right]) noteIfNull(context, side);
  const type = unionOf(possible.map(([, , out]) => resultType(op, out, left.type, right.type)));
  return { ast, type: possible.length === 0 ? true : type, run: runOf(op, left.run, right.run, ast.start) };
}

/** `-a` */
export function compileNegation(context: CompileContext, ast: ASTNode, part: ASTNode): CompiledNode {
  const operand = context.use(context.compile(part));
  if ((kindsOf(operand.type) & (number | duration)) === 0) {
    context.report("error", "EXPRESSION_TYPE", ast, `"-" needs a number, found ${describeType(operand.type)}`);
  } else noteIfNull(context, operand);
  const literal = typeof operand.literal?.value === "number" ? { value: -operand.literal.value } : undefined;
  const whole: JsonSchema = { type: isWhole(operand.type) ? "integer" : "number" };
  const type = kindsOf(operand.type) === duration ? DURATION : literal ? { ...whole, const: literal.value } : whole;
  const run = (frame: Frame) => {
    const value = operand.run(frame);
    if (typeof value === "number") return -value;
    if (value instanceof Duration) return new Duration(-value.ms);
    throw new ExpressionFailure(`"-" needs a number, found ${describeKinds(kindOfValue(value))}`, ast.start);
  };
  return { ast, type, run, ...(literal && { literal }) };
}

function runOf(op: ArithmeticOperator, left: CompiledNode["run"], right: CompiledNode["run"], at: number): CompiledNode["run"] {
  switch (op) {
    case "+":
      return (frame) => {
        const [a, b] = [left(frame), right(frame)];
        return typeof a === "number" && typeof b === "number" ? finite(a + b, at) : add(a, b, frame, at);
      };
    case "-":
      return (frame) => {
        const [a, b] = [left(frame), right(frame)];
        return typeof a === "number" && typeof b === "number" ? finite(a - b, at) : subtract(a, b, at);
      };
    case "*":
      return (frame) => {
        const [a, b] = [left(frame), right(frame)];
        return typeof a === "number" && typeof b === "number" ? finite(a * b, at) : mismatch(op, a, b, at);
      };
    case "/":
      return (frame) => {
        const [a, b] = [left(frame), right(frame)];
        if (typeof a !== "number" || typeof b !== "number") return mismatch(op, a, b, at);
        if (b === 0) throw new ExpressionFailure("division by zero", at);
        return finite(a / b, at);
      };
    case "%":
      return (frame) => {
        const [a, b] = [left(frame), right(frame)];
        if (typeof a !== "number" || typeof b !== "number") return mismatch(op, a, b, at);
        if (b === 0) throw new ExpressionFailure("division by zero", at);
        return finite(a % b, at);
      };
  }
}

function finite(value: number, at: number): number {
  if (Number.isFinite(value)) return value;
  throw new ExpressionFailure("the number is too large", at);
}

function add(a: unknown, b: unknown, frame: Frame, at: number): unknown {
  if (typeof a === "string" && typeof b === "string") {
    frame.text(a.length + b.length);
    return a + b;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    frame.list(a.length + b.length);
    return [...a, ...b];
  }
  if (a instanceof Date && b instanceof Duration) return moment(a.getTime() + b.ms, at);
  if (a instanceof Duration && b instanceof Date) return moment(b.getTime() + a.ms, at);
  if (a instanceof Duration && b instanceof Duration) return new Duration(a.ms + b.ms);
  return mismatch("+", a, b, at);
}

function subtract(a: unknown, b: unknown, at: number): unknown {
  if (a instanceof Date && b instanceof Date) return new Duration(a.getTime() - b.getTime());
  if (a instanceof Date && b instanceof Duration) return moment(a.getTime() - b.ms, at);
  if (a instanceof Duration && b instanceof Duration) return new Duration(a.ms - b.ms);
  return mismatch("-", a, b, at);
}

/** What a timestamp can be (google.protobuf.Timestamp). */
const FIRST_MS = Date.parse("0001-01-01T00:00:00Z");
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

function moment(ms: number, at: number): Date {
  if (ms < FIRST_MS || ms > LAST_MS) throw new ExpressionFailure("the point in time is before the year 1 or after 9999", at);
  return new Date(ms);
}

function mismatch(op: string, a: unknown, b: unknown, at: number): never {
  throw new ExpressionFailure(`"${op}" does not take ${describeKinds(kindOfValue(a))} and ${describeKinds(kindOfValue(b))}`, at);
}

function resultType(op: ArithmeticOperator, out: Kinds, left: JsonSchema, right: JsonSchema): JsonSchema {
  switch (out) {
    case number:
      return { type: op !== "/" && isWhole(left) && isWhole(right) ? "integer" : "number" };
    case array:
      return { type: "array", items: unionOf([elementOf(left), elementOf(right)]) };
    case timestamp:
      return TIMESTAMP;
    case duration:
      return DURATION;
    default:
      return { type: "string" };
  }
}

function reportMismatch(
  context: CompileContext,
  ast: ASTNode,
  op: ArithmeticOperator,
  left: CompiledNode,
  right: CompiledNode,
): void {
  const needs = op === "+" ? "two numbers, two texts or two lists" : op === "-" ? "two numbers or points in time" : "two numbers";
  const message = `"${op}" needs ${needs}, found ${describeType(left.type)} and ${describeType(right.type)}`;
  context.report("error", "EXPRESSION_TYPE", ast, message, fixFor(context, op, left, right));
}

function fixFor(context: CompileContext, op: ArithmeticOperator, left: CompiledNode, right: CompiledNode): Fix | undefined {
  const sides = [left, right];
  const text = sides.find((each) => kindsOf(each.type) === string);
  const other = sides.find((each) => kindsOf(each.type) === number);
  if (!text || !other) return undefined;
  const [side, conversion] = op === "+" ? [other, "string"] : [text, "number"];
  return { title: `Convert one side: ${conversion}(${context.source.slice(side.ast.start, side.ast.end)})` };
}
