import { type CodeFailure, type ErrorCode, MortiseError } from "@mortise/contract";
import { CODE_OF_CLASS } from "../outcome/outcome-class.ts";

/** Longest wait that code may ask for: 24 h. */
const MAX_RETRY_AFTER_MS = 86_400_000;

/** What is known about a run of code beside its error. */
export interface CodeRun {
  readonly use: string;
  readonly nowMs: number;
  /** Errors of the host by the number of the question that was refused with them. */
  readonly failures: ReadonlyMap<number, MortiseError>;
}

/** The error of the host that the code did not catch, the class that the code named, or the code's own failure; with its place. */
export function failureOfCode(thrown: MortiseError, { use, nowMs, failures }: CodeRun): MortiseError {
  const failure = (thrown.code === "CODE_FAILED" ? (thrown.data.detail ?? {}) : {}) as CodeFailure;
  const { file, line, column, question, as, retryAfterMs } = failure;
  const place = line === undefined ? {} : { ...(file === undefined ? {} : { file }), line, column: column ?? 1 };
  const where = line === undefined ? "" : ` (at ${file === undefined ? "" : `${file}:`}${line}:${column ?? 1})`;
  const uncaught = question === undefined ? undefined : failures.get(question);
  if (uncaught !== undefined) {
    const { code: _, message, detail, ...rest } = uncaught.data;
    return new MortiseError(uncaught.code, `${message}${where}`, { ...rest, detail: detail ?? place, cause: uncaught });
  }
  const named =
    as !== undefined && Object.hasOwn(CODE_OF_CLASS, as) ? CODE_OF_CLASS[as as keyof typeof CODE_OF_CLASS] : undefined;
  if (named === undefined) return inPlace(thrown, use);
  const waitMs = retryAfterMs === undefined ? undefined : Math.min(retryAfterMs, MAX_RETRY_AFTER_MS);
  return new MortiseError(named, wordsOf(thrown.message), {
    detail: place,
    ...(waitMs === undefined ? {} : { retryAtMs: nowMs + waitMs }),
    cause: thrown,
  });
}

/** The name of a function in a bundle means nothing to people; that of the operation does. */
function inPlace(thrown: MortiseError, use: string): MortiseError {
  const { code, message, ...rest } = thrown.data;
  return new MortiseError(code as ErrorCode, message.replace(/^operations\.\w+/, use), { ...rest, cause: thrown.cause });
}

/** `operations.f failed at …: Error: words` without what stands before the words. */
const wordsOf = (message: string): string => message.replace(/^operations\.\w+ failed(?: at \S+)?: (?:Error: )?/, "");
