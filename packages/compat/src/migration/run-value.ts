import { isMortiseError, type Json, type JsonSchema, MortiseError, type Value } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import type { MigrationValue, ValueCompiler } from "./value-compiler.ts";

const known = new WeakMap<ValueCompiler, WeakMap<object, MigrationValue>>();

/** Compiles a value once; the place is the same for the same value. */
function compiledOnce(value: Value, path: string, compile: ValueCompiler): MigrationValue {
  if (typeof value !== "object" || value === null) return compile(value, { path });
  const values = known.get(compile) ?? new WeakMap<object, MigrationValue>();
  known.set(compile, values);
  const compiled = values.get(value) ?? compile(value, { path });
  values.set(value, compiled);
  return compiled;
}

/** Computes one value of a migration. Throws `MIGRATION_FAILED` with its place where that does not work. */
export function runValue(value: Value, scope: { readonly [name: string]: Json }, path: string, compile: ValueCompiler): Json {
  const compiled = compiledOnce(value, path, compile);
  const fault = compiled.diagnostics.find(({ severity }) => severity === "error");
  if (fault !== undefined) throw failed(fault.path, fault.message);
  try {
    return compiled.evaluate(scope);
  } catch (error) {
    if (!isMortiseError(error)) throw error;
    throw failed(path, error.message);
  }
}

/** Throws `MIGRATION_FAILED` where a migrated value does not fit, naming the place in the value. */
export function requireFit(
  value: Json,
  schema: JsonSchema,
  schemas: { readonly [name: string]: JsonSchema } | undefined,
  what: string,
): Json {
  const { ok, diagnostics } = compileSchema(schema, schemas === undefined ? {} : { schemas })(value);
  if (ok) return value;
  const [first] = diagnostics;
  throw new MortiseError("MIGRATION_FAILED", `After its migration, ${what} does not fit: ${first?.message ?? "it is refused"}`, {
    path: first?.path ?? "",
    detail: diagnostics.slice(0, 20).map(({ code, path, message }) => ({ code, path, message })),
  });
}

function failed(path: string, message: string): MortiseError {
  return new MortiseError("MIGRATION_FAILED", `The migration at ${path} cannot be carried out: ${message}`, { path });
}
