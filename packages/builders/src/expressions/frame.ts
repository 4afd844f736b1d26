import { ExpressionFailure } from "./expression-failure.ts";
import type { ExpressionLimits } from "./expression-limits.ts";

/**
 * The state of one evaluation.
 *
 * Owns: the values of macro variables and the steps left.
 * Does not own: the scope, which is only read.
 * Invariants:
 *   F1. What is about to be made is charged before it is made.
 *   F2. A frame serves one evaluation.
 */
export class Frame {
  readonly scope: { readonly [name: string]: unknown };
  /** Values of macro variables, by the slot that compilation gave them. */
  readonly slots: unknown[] = [];
  #steps: number;
  /** Longest text and list. */
  readonly size: number;

  constructor(scope: { readonly [name: string]: unknown }, limits: ExpressionLimits) {
    this.scope = scope;
    this.#steps = limits.steps;
    this.size = limits.size;
  }

  /** Counts steps. */
  step(count = 1): void {
    this.#steps -= count;
    if (this.#steps < 0) throw new ExpressionFailure("the expression needs more steps than are allowed", undefined, "limit");
  }

  /** Counts a text of that many characters, before it is made. */
  text(length: number): void {
    if (length < 64) return;
    if (length > this.size) throw new ExpressionFailure("the text is longer than is allowed", undefined, "limit");
    this.step(length / 64);
  }

  /** Counts a list of that many elements, before it is made. */
  list(length: number): void {
    if (length > this.size) throw new ExpressionFailure("the list is longer than is allowed", undefined, "limit");
    this.step(length / 8);
  }
}
