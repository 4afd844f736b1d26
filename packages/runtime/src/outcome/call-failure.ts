import type { MortiseError, OutcomeClass } from "@mortise/contract";

/** How far a failed attempt got: nothing was sent; it was sent and no full answer came; the answer came. */
export type Reach = "unsent" | "sent" | "answered";

/** What an attempt's failure says to whoever decides on the next one. */
export interface FailureFacts {
  readonly as: Exclude<OutcomeClass, "success">;
  readonly reach: Reach;
  /** HTTP status of the answer. */
  readonly status?: number;
  /** The other side asked to slow down (429, 503 and what the contract calls throttled): slower backoff, cheaper retry. */
  readonly throttling: boolean;
  /** What failed is the fetching of a token, so nothing is known about the system that was to be called. Absent: false. */
  readonly ofToken?: boolean;
  /** Wait that the answer asked for, ms, already bounded to 24 h. */
  readonly retryAfterMs?: number;
  /** The answer asked for more than 24 h, which is not waited for: there is no moment to come back. Absent: false. */
  readonly isTooFar?: boolean;
}

/** A failed attempt: the error as it will be reported, and the facts for the retry decision. */
export class CallFailure extends Error {
  override readonly name = "CallFailure";
  readonly error: MortiseError;
  readonly facts: FailureFacts;

  constructor(error: MortiseError, facts: FailureFacts) {
    super(error.message, { cause: error });
    this.error = error;
    this.facts = facts;
  }
}
