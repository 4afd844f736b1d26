import { MortiseError } from "@mortise/contract";

/** Lets so many through at once; the others wait in order. */
export class Turns {
  readonly #atOnce: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(atOnce: number, maxWaiting: number) {
    this.#atOnce = atOnce;
    this.#maxWaiting = maxWaiting;
  }

  /** Does the work when it is its turn. Rejects with `OVERLOADED` where too many wait. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken -= 1;
      else next();
    }
  }

  async #turn(): Promise<void> {
    if (this.#taken < this.#atOnce) {
      this.#taken += 1;
      return;
    }
    if (this.#waiting.length >= this.#maxWaiting)
      throw new MortiseError("OVERLOADED", `${this.#waiting.length} calls of connectors' code wait already.`);
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
