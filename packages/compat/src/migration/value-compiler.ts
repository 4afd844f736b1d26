import type { Diagnostic, Json, JsonSchema, Value } from "@mortise/contract";

/** A value of a migration, checked and ready to compute. */
export interface MigrationValue {
  /** Throws `MortiseError` where it cannot be computed. */
  evaluate(scope: { readonly [name: string]: unknown }): Json;
  /** Schema of the result, as far as it is known; `true` where it is not. */
  readonly type: JsonSchema;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles the values of migrations: the port through which expressions come in. `compileValue` of `@mortise/builders` is one. `scope`
 * gives the types of the variables; `path` is what diagnostics start with.
 */
export type ValueCompiler = (
  value: Value,
  options: { readonly path?: string; readonly scope?: { readonly [name: string]: JsonSchema } },
) => MigrationValue;
