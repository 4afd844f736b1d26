import type { ASTNode } from "@marcbachmann/cel-js";
import { describeKinds, describeType } from "../schema/describe-type.ts";
import { KIND, kindsOf } from "../schema/kinds.ts";
import { unionOf } from "../schema/union-of.ts";
import type { CompileContext, CompiledNode } from "./compiled-node.ts";
import { ExpressionFailure } from "./expression-failure.ts";
import type { Frame } from "./frame.ts";
import { noteIfNull } from "./null-risk.ts";
import { provenPaths, withPresent } from "./proven-paths.ts";
import { kindOfValue } from "./runtime-kind.ts";

const BOOLEAN = Object.freeze({ type: "boolean" as const });

/**
 * `a && b`, `a || b`. Where one side decides, a failure of the other is absorbed (CEL language definition, "Logical operators").
 */
export function compileLogical(
  context: CompileContext,
  ast: ASTNode,
  op: "&&" | "||",
  parts: readonly [ASTNode, ASTNode],
): CompiledNode {
  const decides = op === "||";
  const left = boolean(context, parts[0], `"${op}"`);
  const right = withPresent(context, provenPaths(parts[0], !decides), () => boolean(context, parts[1], `"${op}"`));
  const run = (frame: Frame): boolean => {
    let failure: unknown;
    try {
      if (left(frame) === decides) return decides;
    } catch (error) {
      if (!(error instanceof ExpressionFailure) || error.kind === "limit") throw error;
      failure = error;
    }
    if (right(frame) === decides) return decides;
    if (failure !== undefined) throw failure;
    return !decides;
  };
  return { ast, type: BOOLEAN, run };
}

/** `!a` */
export function compileNot(context: CompileContext, ast: ASTNode, part: ASTNode): CompiledNode {
  const run = boolean(context, part, '"!"');
  return { ast, type: BOOLEAN, run: (frame) => !run(frame) };
}

/** `a ? b : c` */
export function compileTernary(context: CompileContext, ast: ASTNode, parts: readonly [ASTNode, ASTNode, ASTNode]): CompiledNode {
  const condition = boolean(context, parts[0], 'The question of "? :"');
  const yes = withPresent(context, provenPaths(parts[0], true), () => context.use(context.compile(parts[1])));
  const no = withPresent(context, provenPaths(parts[0], false), () => context.use(context.compile(parts[2])));
  const [a, b] = [yes.run, no.run];
  return { ast, type: unionOf([yes.type, no.type]), run: (frame) => (condition(frame) ? a(frame) : b(frame)) };
}

/** The part as a yes/no; anything else is reported or fails. */
export function boolean(context: CompileContext, part: ASTNode, who: string): (frame: Frame) => boolean {
  const node = context.use(context.compile(part));
  const kinds = kindsOf(node.type);
  if (kinds !== 0 && (kinds & KIND.boolean) === 0) {
    const fix = kinds === KIND.string ? { title: 'Compare it, for example: … != ""' } : undefined;
    context.report("error", "EXPRESSION_TYPE", part, `${who} needs yes/no, found ${describeType(node.type)}`, fix);
  } else noteIfNull(context, node);
  return (frame) => {
    const value = node.run(frame);
    if (typeof value === "boolean") return value;
    throw new ExpressionFailure(`${who} needs yes/no, found ${describeKinds(kindOfValue(value))}`, part.start);
  };
}
