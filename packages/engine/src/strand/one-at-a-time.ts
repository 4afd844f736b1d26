import { MortiseError } from "@mortise/contract";

/**
 * Lets one operation of a strand run at a time. Step ids of a replay engine are call-order numbers, so a second operation
 * in flight would be journaled under a number that changes from replay to replay.
 */
export class OneAtATime {
  readonly #strand: string;
  #inFlight: string | undefined;

  constructor(strand: string) {
    this.#strand = strand;
  }

  /** Runs the operation. Throws `INTERNAL` when another one of this strand has not ended. */
  async run<T>(name: string, operation: () => Promise<T>): Promise<T> {
    if (this.#inFlight !== undefined)
      throw new MortiseError(
        "INTERNAL",
        `Strand "${this.#strand}" began ${name} while ${this.#inFlight} was in flight; expected one operation at a time.`,
        { remedy: "Run branches side by side with fork." },
      );
    this.#inFlight = name;
    try {
      return await operation();
    } finally {
      this.#inFlight = undefined;
    }
  }
}
