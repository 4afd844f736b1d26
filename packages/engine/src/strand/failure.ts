import { CATALOGUE, type ErrorCode, type ErrorData, isMortiseError, MortiseError } from "@mortise/contract";

/** Turns whatever was thrown into plain data that survives the journal. What is no `MortiseError` becomes `INTERNAL`. */
export function toErrorData(thrown: unknown): ErrorData {
  if (isMortiseError(thrown)) return thrown.data;
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new MortiseError("INTERNAL", message).data;
}

/** The error that {@link toErrorData} described. */
export function toMortiseError(data: ErrorData): MortiseError {
  const { code, message, ...options } = data;
  return new MortiseError(code in CATALOGUE ? (code as ErrorCode) : "INTERNAL", message, options);
}
