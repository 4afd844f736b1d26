import type { Diagnostic, Json, JsonSchema } from "@mortise/contract";
import type { Definitions } from "../definitions/definition.ts";
import type { Scope, ScopeSchemas } from "../expressions/compile-expression.ts";
import type { ExpressionLimits } from "../expressions/expression-limits.ts";

/** Options of {@link compileValue}. */
export interface CompileValueOptions {
  /** Types of the variables; a name that is not here is an error. Absent: every name is allowed and of unknown type. */
  readonly scope?: ScopeSchemas;
  /** Bounds of each expression that differ from the defaults. */
  readonly limits?: Partial<ExpressionLimits>;
  /** Transformers of one's own that a `$map` may use, by `name@version`. Absent: none. */
  readonly definitions?: Definitions;
  /** JSON pointer of the value in its document; diagnostics start with it. Absent: `""`. */
  readonly path?: string;
}

/** A value of a document, checked and ready to compute. */
export interface CompiledValue {
  /** Computes it. Throws `EXPRESSION_FAILED`, `EXPRESSION_LIMIT`, `TRANSFORM_FAILED`, or the first error of `diagnostics`. */
  evaluate(scope: Scope): Json;
  /** Like `evaluate`, but undefined where the value is absent (`a.?b`): a record leaves such a field out. Absent: it never is. */
  readonly find?: (scope: Scope) => Json | undefined;
  /** Schema of the result, as far as it is known; of a literal exactly its own. */
  readonly type: JsonSchema;
  readonly diagnostics: readonly Diagnostic[];
  /** Whether it is the same in every scope: no `$cel`, `$text` with holes, or `$map` inside. */
  readonly isLiteral: boolean;
  /** Places in the scope that it depends on: variable, then fields; `*` is any element. */
  readonly reads: readonly (readonly string[])[];
}
