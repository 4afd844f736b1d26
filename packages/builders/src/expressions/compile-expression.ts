import type { ASTNode } from "@marcbachmann/cel-js";
import {
  type Diagnostic,
  type ErrorCode,
  type Fix,
  type Json,
  type JsonSchema,
  MortiseError,
  type Severity,
} from "@mortise/contract";
import { resolveReferences } from "../schema/resolve-references.ts";
import { isOptional } from "../schema/special-types.ts";
import { compileNode } from "./compile-node.ts";
import type { CompileContext, CompiledNode, MacroVariable } from "./compiled-node.ts";
import { ExpressionFailure } from "./expression-failure.ts";
import { EXPRESSION_LIMITS, type ExpressionLimits } from "./expression-limits.ts";
import { Frame } from "./frame.ts";
import { Optional } from "./optional.ts";
import { parseExpression } from "./parse-expression.ts";
import { toJson } from "./to-json.ts";

/** What an expression may see, by variable. */
export type Scope = { readonly [name: string]: unknown };

/** The types of what an expression may see; `true` for a variable of unknown type. */
export type ScopeSchemas = { readonly [name: string]: JsonSchema };

/** Options of {@link compileExpression}. */
export interface CompileExpressionOptions {
  /** Types of the variables; a name that is not here is an error. Absent: every name is allowed and of unknown type. */
  readonly scope?: ScopeSchemas;
  /** Bounds that differ from {@link EXPRESSION_LIMITS}. */
  readonly limits?: Partial<ExpressionLimits>;
  /** JSON pointer that diagnostics carry. Absent: `""`. */
  readonly path?: string;
}

/** An expression, checked and ready to run. */
export interface CompiledExpression {
  readonly source: string;
  /**
   * Computes the value. Throws `EXPRESSION_FAILED` where the data does not allow it, `EXPRESSION_LIMIT` where a bound is passed,
   * and the code of the first error of `diagnostics` where there is one.
   */
  evaluate(scope: Scope): Json;
  /** Like `evaluate`, but undefined where the value is absent (`a.?b`), which is null there. Absent: it never is. */
  readonly find?: (scope: Scope) => Json | undefined;
  /** Schema of the result, as far as it is known. */
  readonly type: JsonSchema;
  /** Places in the scope that the value depends on: variable, then fields; `*` is any element. */
  readonly reads: readonly (readonly string[])[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles CEL text (Common Expression Language) once, with JSON's numbers: every number is a double, `1 / 2 == 0.5`. */
export function compileExpression(source: string, options: CompileExpressionOptions = {}): CompiledExpression {
  const limits = options.limits ? { ...EXPRESSION_LIMITS, ...options.limits } : EXPRESSION_LIMITS;
  const path = options.path ?? "";
  const parsed = parseExpression(source, limits);
  if (!("ast" in parsed)) {
    return broken(source, [{ code: parsed.code, severity: "error", path, message: located(source, parsed.message, parsed.at) }]);
  }
  const compilation = new Compilation(source, limits, options.scope, path);
  let root: CompiledNode;
  try {
    root = compilation.use(compilation.compile(parsed.ast));
  } catch (error) {
    if (!(error instanceof ExpressionFailure)) throw error;
    return broken(source, [
      { code: "EXPRESSION_LIMIT", severity: "error", path, message: located(source, error.message, error.at ?? 0) },
    ]);
  }
  const { diagnostics } = compilation;
  if (diagnostics.some((each) => each.severity === "error"))
    return { ...broken(source, diagnostics), reads: compilation.reads() };
  const find = evaluator(source, root, limits);
  return Object.freeze({
    source,
    evaluate: (scope: Scope) => find(scope) ?? null,
    ...(isOptional(root.type) && { find }),
    type: root.type,
    reads: compilation.reads(),
    diagnostics,
  });
}

const PATHS: ReadonlySet<ASTNode["op"]> = new Set(["id", ".", "[]", ".?", "[?]"]);

class Compilation implements CompileContext {
  readonly source: string;
  readonly limits: ExpressionLimits;
  readonly scope: ScopeSchemas | undefined;
  readonly variables = new Map<string, MacroVariable>();
  readonly present = new Set<string>();
  readonly diagnostics: Diagnostic[] = [];
  tolerant = false;
  readonly #path: string;
  readonly #reads = new Map<string, readonly string[]>();
  #depth = 0;
  #slots = 0;

  constructor(source: string, limits: ExpressionLimits, scope: ScopeSchemas | undefined, path: string) {
    this.source = source;
    this.limits = limits;
    this.scope = scope && Object.fromEntries(Object.entries(scope).map(([name, schema]) => [name, resolveReferences(schema)]));
    this.#path = path;
  }

  compile(ast: ASTNode): CompiledNode {
    if (++this.#depth > this.limits.depth) throw new ExpressionFailure("it is nested too deeply", ast.start, "limit");
    const before = this.tolerant;
    // Only a path can be looked for; what is computed of a missing value fails.
    if (!PATHS.has(ast.op)) this.tolerant = false;
    const node = compileNode(this, ast);
    this.tolerant = before;
    this.#depth--;
    return node;
  }

  compileTolerant(ast: ASTNode): CompiledNode {
    const before = this.tolerant;
    this.tolerant = true;
    const node = this.compile(ast);
    this.tolerant = before;
    return node;
  }

  use(node: CompiledNode): CompiledNode {
    if (node.path) this.#reads.set(node.path.join("\u0000"), node.path);
    return node;
  }

  reads(): readonly (readonly string[])[] {
    return [...this.#reads.values()];
  }

  newSlot(): number {
    return this.#slots++;
  }

  report(severity: Severity, code: ErrorCode, ast: ASTNode, message: string, fix?: Fix): void {
    const said = located(this.source, message, ast.pos);
    if (this.diagnostics.some((each) => each.message === said)) return;
    this.diagnostics.push({ code, severity, path: this.#path, message: said, ...(fix && { fix }) });
  }
}

function evaluator(source: string, root: CompiledNode, limits: ExpressionLimits): (scope: Scope) => Json | undefined {
  const isData = root.path !== undefined && !isOptional(root.type);
  return (scope) => {
    try {
      const value = root.run(new Frame(scope, limits));
      if (value instanceof Optional && value.value === undefined) return undefined;
      return isData ? (value as Json) : toJson(value, limits.size);
    } catch (error) {
      if (error instanceof ExpressionFailure) {
        const code = error.kind === "limit" ? "EXPRESSION_LIMIT" : "EXPRESSION_FAILED";
        throw new MortiseError(code, located(source, error.message, error.at));
      }
      if (error instanceof RangeError) throw new MortiseError("EXPRESSION_LIMIT", located(source, "it needs too much memory"));
      throw error;
    }
  };
}

function broken(source: string, diagnostics: readonly Diagnostic[]): CompiledExpression {
  const first = diagnostics.find((each) => each.severity === "error");
  return Object.freeze({
    source,
    evaluate: () => {
      throw new MortiseError(
        (first?.code ?? "EXPRESSION_SYNTAX") as ErrorCode,
        first?.message ?? "the expression cannot be used",
      );
    },
    type: true,
    reads: [],
    diagnostics,
  });
}

function located(source: string, message: string, at?: number): string {
  const shown = source.length > 80 ? `${source.slice(0, 77)}…` : source;
  return at === undefined ? `${message}, in \`${shown}\`` : `${message}, at character ${at + 1} of \`${shown}\``;
}
