import { isMortiseError } from "@mortise/sdk";

/** A session that failed. `code` is the broker's reason code, or the session's own. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
  readonly code: string;

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Turns what the library throws into what the outcome table looks at. */
export function brokerError(error: unknown): unknown {
  if (isMortiseError(error) || error instanceof BrokerError || !(error instanceof Error)) return error;
  const { code } = error as { code?: unknown };
  return new BrokerError(code === undefined ? "ECLOSED" : String(code), `The broker said: ${error.message}`, error);
}
