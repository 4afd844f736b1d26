import type { Reach } from "../outcome/call-failure.ts";

/** A request that got no usable answer, and how far it got. `code` is Node's, e.g. `ECONNRESET`. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly code: string;
  readonly reach: Reach;

  constructor(message: string, code: string, reach: Reach, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.reach = reach;
  }
}
