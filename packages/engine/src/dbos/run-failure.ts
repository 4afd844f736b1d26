import { type ErrorData, MortiseError } from "@mortise/contract";
import { toErrorData, toMortiseError } from "../strand/failure.ts";

/** How a failed run or strand stands in the journal: DBOS keeps an error's message, so the message is the data. */
export class RunFailure extends Error {
  override readonly name = "RunFailure";
  readonly data: ErrorData;

  constructor(thrown: unknown) {
    const data = toErrorData(thrown);
    super(JSON.stringify(data));
    this.data = data;
    // The stack would be journaled with every failure and says nothing: the program is one interpreter.
    this.stack = "";
  }
}

/** Reads an error back from the journal's text. What we did not write ourselves becomes `INTERNAL`. */
export function readFailure(journaled: string | null): MortiseError {
  const message = journaledMessage(journaled);
  try {
    const data = JSON.parse(message) as ErrorData;
    if (typeof data.code === "string" && typeof data.message === "string") return toMortiseError(data);
  } catch {
    // Not ours.
  }
  return new MortiseError("INTERNAL", message);
}

function journaledMessage(journaled: string | null): string {
  try {
    const error = JSON.parse(journaled ?? "") as { readonly message?: unknown };
    return String(error.message);
  } catch {
    return journaled ?? "The run failed and left no reason.";
  }
}
