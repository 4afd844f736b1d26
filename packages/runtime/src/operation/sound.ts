import { type Diagnostic, type ErrorCode, MortiseError } from "@mortise/contract";

/** A compiled value or expression that has no fault; throws the first one, so that nothing is sent before it would show. */
export function sound<T extends { readonly diagnostics: readonly Diagnostic[] }>(compiled: T, name: string): T {
  const problem = compiled.diagnostics.find(({ severity }) => severity === "error");
  if (problem === undefined) return compiled;
  throw new MortiseError(problem.code as ErrorCode, `${name}: ${problem.message}`, { path: problem.path });
}
