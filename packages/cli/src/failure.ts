import { type Diagnostic, type ErrorCode, type ErrorData, isMortiseError, MortiseError } from "@mortise/contract";
import { type ExitCode, formatDiagnostic, formatError, type Output } from "./output.ts";

/** Codes that mean: wrong usage or unreadable input. */
const USAGE_CODES: readonly ErrorCode[] = [
  "USAGE",
  "UNREADABLE_FILE",
  "UNWRITABLE_FILE",
  "INVALID_JSON",
  "CONNECTOR_NOT_FOUND",
  "UNKNOWN_OPERATION",
];

/** Ends a command with a list of diagnostics. */
export class DiagnosticsFailure extends Error {
  override readonly name = "DiagnosticsFailure";
  readonly diagnostics: readonly Diagnostic[];
  readonly exit: ExitCode;

  constructor(diagnostics: readonly Diagnostic[], exit: ExitCode) {
    super(diagnostics.map((diagnostic) => diagnostic.message).join("\n"));
    this.diagnostics = diagnostics;
    this.exit = exit;
  }
}

/** Wrong usage of the command line. */
export function usage(message: string, remedy?: string): MortiseError {
  return new MortiseError("USAGE", message, remedy ? { remedy } : {});
}

/** Reports what a command threw and chooses the exit code. After a result was given, only stderr and the exit code say so. */
export function reportFailure(error: unknown, out: Output): ExitCode {
  if (error instanceof DiagnosticsFailure) {
    const isLate = out.isTold;
    out.result({ ok: false, diagnostics: error.diagnostics }, "");
    if (!out.json || isLate) for (const diagnostic of error.diagnostics) out.log(formatDiagnostic(diagnostic));
    return error.exit;
  }
  const data = errorData(error);
  const isLate = out.isTold;
  out.result({ ok: false, error: data }, "");
  if (!out.json || isLate) out.log(formatError(data));
  return (USAGE_CODES as readonly string[]).includes(data.code) ? 2 : 1;
}

/** Any thrown value as plain data. */
export function errorData(error: unknown): ErrorData {
  if (isMortiseError(error)) return error.data;
  const message = error instanceof Error ? error.message : String(error);
  const where = error instanceof Error && process.env.MORTISE_DEBUG ? `\n${error.stack}` : "";
  return { code: "INTERNAL", message: `${message}${where}`, remedy: "Report it; set MORTISE_DEBUG=1 to see where it happened." };
}
