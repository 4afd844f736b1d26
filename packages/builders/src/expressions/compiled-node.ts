import type { ASTNode } from "@marcbachmann/cel-js";
import type { ErrorCode, Fix, Json, JsonSchema, Severity } from "@mortise/contract";
import type { ExpressionLimits } from "./expression-limits.ts";
import type { Frame } from "./frame.ts";

/** A part of an expression, ready to run. */
export interface CompiledNode {
  readonly ast: ASTNode;
  /** What comes out, as far as it is known. */
  readonly type: JsonSchema;
  readonly run: (frame: Frame) => unknown;
  /** Like `run`, but undefined where a field or element on the way is missing. Absent: `run` cannot miss. */
  readonly find?: (frame: Frame) => unknown;
  /** The place in the scope whose value this is: variable, then fields; `*` is any element. */
  readonly path?: readonly string[];
  /** The value, where it is a literal. */
  readonly literal?: { readonly value: Json };
}

/** A variable that a macro introduces. */
export interface MacroVariable {
  readonly slot: number;
  readonly type: JsonSchema;
  readonly path?: readonly string[];
}

/** What the parts of one compilation share. */
export interface CompileContext {
  readonly source: string;
  readonly limits: ExpressionLimits;
  /** Types of the scope's variables; undefined where any name is allowed. */
  readonly scope: { readonly [name: string]: JsonSchema } | undefined;
  readonly variables: Map<string, MacroVariable>;
  /** Paths that are known to be present here, as their text. */
  readonly present: Set<string>;
  compile(ast: ASTNode): CompiledNode;
  /** Compiles a part whose missing fields are expected. */
  compileTolerant(ast: ASTNode): CompiledNode;
  /** Whether missing fields are expected here. */
  readonly tolerant: boolean;
  /** Notes that the value is used, so that its path is one that the expression reads. */
  use(node: CompiledNode): CompiledNode;
  newSlot(): number;
  report(severity: Severity, code: ErrorCode, ast: ASTNode, message: string, fix?: Fix): void;
}
