/** Everything that a host function can say when it refuses: fixed texts, so that nothing of the host crosses with an error. */
export const REFUSALS = Object.freeze({
  NOT_GRANTED: "This function is not granted.",
  TOO_MANY: "Too many calls of host functions.",
  TOO_MANY_QUESTIONS: "Too many requests and other questions in one call.",
  TOO_LARGE: "What is sent is larger than one message may be (1 MB, where nothing else is set).",
  ARGUMENTS: "The arguments do not fit this function.",
  BYTES: "Expected a text, { base64 }, { base64url } or { hex }.",
  UTF8: "The bytes are no UTF-8.",
  ALGORITHM: "There is no such algorithm here.",
  ENCODING: "There is no such encoding; expected hex, base64 or base64url.",
  KEY: "The key cannot be read or does not fit the algorithm.",
  SIZE: "The count is outside of what is allowed.",
  FAILED: "The function failed.",
} as const);

export type Refusal = keyof typeof REFUSALS;

/** Thrown inside of host functions; only its code leaves them. */
export class HostRefusal extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(REFUSALS[refusal]);
    this.refusal = refusal;
  }
}
