import type { ASTNode } from "@marcbachmann/cel-js";
import { describeKinds, describeType } from "../schema/describe-type.ts";
import { KIND, kindsOf } from "../schema/kinds.ts";
import { elementOf } from "../schema/members.ts";
import type { CompileContext, CompiledNode } from "./compiled-node.ts";
import { Duration } from "./duration.ts";
import { ExpressionFailure } from "./expression-failure.ts";
import type { Frame } from "./frame.ts";
import { noteIfNull } from "./null-risk.ts";
import { Optional } from "./optional.ts";
import { isRecord, kindOfValue } from "./runtime-kind.ts";

export type OrderOperator = "<" | "<=" | ">" | ">=";

const BOOLEAN = Object.freeze({ type: "boolean" as const });
const ORDERED = KIND.number | KIND.string | KIND.boolean | KIND.timestamp | KIND.duration;

/** `a == b`, `a != b`: deep, by value; different kinds are never equal (CEL language definition, "Equality"). */
export function compileEquality(
  context: CompileContext,
  ast: ASTNode,
  negated: boolean,
  parts: readonly [ASTNode, ASTNode],
): CompiledNode {
  const [left, right] = both(context, parts);
  const [l, r] = [kindsOf(left.type), kindsOf(right.type)];
  if ((l & r) === 0 && l !== 0 && r !== 0 && l !== KIND.null && r !== KIND.null) {
    const outcome = negated ? "always" : "never";
    const message = `${describeType(left.type)} ${outcome} ${negated ? "differs from" : "equals"} ${describeType(right.type)}`;
    context.report("warning", "EXPRESSION_TYPE", ast, message, {
      title: "Convert one side, for example with number(…) or string(…)",
    });
  }
  const [a, b] = [left.run, right.run];
  const run: CompiledNode["run"] = negated
    ? (frame) => !isEqual(a(frame), b(frame), frame)
    : (frame) => isEqual(a(frame), b(frame), frame);
  return { ast, type: BOOLEAN, run };
}

/** `a < b` and its kin, on two numbers, texts (by code unit), points in time or durations. */
export function compileOrder(
  context: CompileContext,
  ast: ASTNode,
  op: OrderOperator,
  parts: readonly [ASTNode, ASTNode],
): CompiledNode {
  const [left, right] = both(context, parts);
  if ((kindsOf(left.type) & kindsOf(right.type) & ORDERED) === 0) {
    const message = `"${op}" needs two values of one kind, found ${describeType(left.type)} and ${describeType(right.type)}`;
    context.report("error", "EXPRESSION_TYPE", ast, message, {
      title: "Convert one side, for example with number(…) or timestamp(…)",
    });
  } else for (const side of [left, right]) noteIfNull(context, side);
  const [a, b, at] = [left.run, right.run, ast.start];
  switch (op) {
    case "<":
      return { ast, type: BOOLEAN, run: (frame) => order(a(frame), b(frame), op, at, frame) < 0 };
    case "<=":
      return { ast, type: BOOLEAN, run: (frame) => order(a(frame), b(frame), op, at, frame) <= 0 };
    case ">":
      return { ast, type: BOOLEAN, run: (frame) => order(a(frame), b(frame), op, at, frame) > 0 };
    case ">=":
      return { ast, type: BOOLEAN, run: (frame) => order(a(frame), b(frame), op, at, frame) >= 0 };
  }
}

/** `a in b`: an element of a list, or a field name of a record. */
export function compileIn(context: CompileContext, ast: ASTNode, parts: readonly [ASTNode, ASTNode]): CompiledNode {
  const [left, right] = both(context, parts);
  const kinds = kindsOf(right.type);
  if ((kinds & (KIND.array | KIND.object)) === 0) {
    const title = kinds & KIND.string ? "For a part of a text: text.contains(part)" : "Give a list on the right";
    context.report(
      "error",
      "EXPRESSION_TYPE",
      ast,
      `"in" needs a list or record on the right, found ${describeType(right.type)}`,
      { title },
    );
  } else if (kinds === KIND.array) {
    const element = kindsOf(elementOf(right.type));
    const found = kindsOf(left.type);
    if ((element & found) === 0 && element !== 0 && found !== 0) {
      const message = `${describeType(left.type)} is never in a ${describeType(right.type)}`;
      context.report("warning", "EXPRESSION_TYPE", ast, message);
    }
  }
  const [a, b, at] = [left.run, right.run, ast.start];
  const run: CompiledNode["run"] = (frame) => {
    const value = a(frame);
    const container = b(frame);
    if (Array.isArray(container)) {
      frame.step(container.length / 16);
      return container.some((each) => isEqual(each, value, frame));
    }
    if (isRecord(container)) return Object.hasOwn(container, String(value));
    throw new ExpressionFailure(`"in" needs a list or record on the right, found ${describeKinds(kindOfValue(container))}`, at);
  };
  return { ast, type: BOOLEAN, run };
}

/** Deep equality by value; what it looks at is charged to the frame. */
export function isEqual(a: unknown, b: unknown, frame?: Frame): boolean {
  if (typeof a === "string" && typeof b === "string") {
    if (a.length !== b.length) return false;
    chargeText(a, frame);
    return a === b;
  }
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  frame?.step();
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((each, i) => isEqual(each, b[i], frame));
  if (a instanceof Date) return b instanceof Date && a.getTime() === b.getTime();
  if (a instanceof Duration) return b instanceof Duration && a.ms === b.ms;
  if (a instanceof Optional) return b instanceof Optional && isEqual(a.value, b.value, frame);
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = Object.keys(a);
  frame?.step(keys.length / 8);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key], frame));
}

/** Negative, zero or positive; NaN never occurs, because no value is NaN. */
export function order(a: unknown, b: unknown, op: string, at?: number, frame?: Frame): number {
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "string" && typeof b === "string") {
    chargeText(a, frame);
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  if (a instanceof Duration && b instanceof Duration) return a.ms - b.ms;
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  throw new ExpressionFailure(`"${op}" does not take ${describeKinds(kindOfValue(a))} and ${describeKinds(kindOfValue(b))}`, at);
}

function chargeText(text: string, frame: Frame | undefined): void {
  if (text.length > 64) frame?.step(text.length / 64);
}

function both(context: CompileContext, parts: readonly [ASTNode, ASTNode]): readonly [CompiledNode, CompiledNode] {
  return [context.use(context.compile(parts[0])), context.use(context.compile(parts[1]))];
}
