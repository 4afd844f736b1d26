import { inspect } from "node:util";

const REDACTED = "[redacted]";

/**
 * One secret value that cannot be printed by accident: string conversion, JSON and `console.log` all show `[redacted]`.
 * Only {@link Secret.reveal} gives the plaintext; call it where the request is put together and nowhere else.
 */
export class Secret {
  readonly #plaintext: string;

  constructor(plaintext: string) {
    this.#plaintext = plaintext;
  }

  /** The plaintext. A JavaScript string cannot be wiped from memory, so keep no copy. */
  reveal(): string {
    return this.#plaintext;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
