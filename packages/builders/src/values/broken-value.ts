import { type Diagnostic, type ErrorCode, MortiseError } from "@mortise/contract";
import type { CompiledValue } from "./compiled-value.ts";

/** A value that cannot be computed; evaluating it throws its first error. */
export function brokenValue(diagnostics: readonly Diagnostic[], reads: CompiledValue["reads"] = []): CompiledValue {
  const first = diagnostics.find((each) => each.severity === "error");
  return {
    evaluate: () => {
      throw new MortiseError((first?.code ?? "INVALID_VALUE") as ErrorCode, first?.message ?? "the value cannot be used");
    },
    type: true,
    diagnostics,
    isLiteral: false,
    reads,
  };
}
