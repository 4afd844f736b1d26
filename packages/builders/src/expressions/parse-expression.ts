import { type ASTNode, Environment, ParseError } from "@marcbachmann/cel-js";
import type { ErrorCode } from "@mortise/contract";
import type { ExpressionLimits } from "./expression-limits.ts";

/** A syntax tree, or why there is none. */
export type ParsedExpression =
  | { readonly ast: ASTNode }
  | { readonly code: ErrorCode; readonly message: string; readonly at: number };

const parsers = new WeakMap<ExpressionLimits, Environment>();

/** Reads CEL text (CEL language definition, "Syntax") into its tree, inside the limits. */
export function parseExpression(source: string, limits: ExpressionLimits): ParsedExpression {
  if (source.length > limits.sourceLength) {
    return { code: "EXPRESSION_LIMIT", message: `it has ${source.length} characters, allowed are ${limits.sourceLength}`, at: 0 };
  }
  if (source.trim() === "") return { code: "EXPRESSION_SYNTAX", message: "it is empty", at: 0 };
  try {
    return { ast: parserFor(limits).parse(source).ast };
  } catch (error) {
    if (error instanceof RangeError) return { code: "EXPRESSION_LIMIT", message: "it is nested too deeply", at: 0 };
    if (!(error instanceof ParseError)) throw error;
    const code = error.code === "limit_exceeded" ? "EXPRESSION_LIMIT" : "EXPRESSION_SYNTAX";
    return { code, message: plainMessage(error.code, error.summary), at: error.range?.start ?? 0 };
  }
}

function parserFor(limits: ExpressionLimits): Environment {
  const known = parsers.get(limits);
  if (known) return known;
  const parser = new Environment({
    unlistedVariablesAreDyn: true,
    enableOptionalTypes: true,
    limits: {
      maxAstNodes: limits.nodes,
      maxDepth: limits.depth,
      maxListElements: 1_000,
      maxMapEntries: 1_000,
      maxCallArguments: 32,
    },
  });
  parsers.set(limits, parser);
  return parser;
}

function plainMessage(code: string, summary: string): string {
  if (code === "limit_exceeded")
    return summary
      .replace("Exceeded maxAstNodes", "it has too many parts")
      .replace("Exceeded maxDepth", "it is nested too deeply");
  if (/got EOF|Unexpected token: EOF/.test(summary)) return "it ends too early";
  return summary;
}
