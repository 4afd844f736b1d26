import type { ErrorData, Json } from "@mortise/contract";
import { caught } from "../frame.ts";
import type { Control } from "../settlement.ts";

/** Errors that a loop lists at most. */
export const LISTED_ERRORS = 100;

/** How one round ended. */
export type RoundEnd =
  | { readonly ok: true; readonly index: number; readonly items: number; readonly result?: Json; readonly control?: Control }
  | { readonly ok: false; readonly index: number; readonly items: number; readonly error: ErrorData };

/** What several rounds came to, as plain data that a strand or step hands back. */
export interface Tally {
  readonly items: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly errors: readonly { readonly index: number; readonly error: ErrorData }[];
  /** By round, in order; `null` where the round failed, nothing where it ended the loop. Absent: the loop collects nothing. */
  readonly results?: readonly Json[];
  /** A round ended the loop, or the run. */
  readonly control?: Control;
}

/** Adds rounds up, in order of their index. */
export class LoopTally {
  #items = 0;
  #succeeded = 0;
  #failed = 0;
  #errors: { readonly index: number; readonly error: ErrorData }[] = [];
  #results: Json[] | undefined;
  #control: Control | undefined;

  constructor(collects: boolean) {
    this.#results = collects ? [] : undefined;
  }

  /** Rounds of one chunk that ended in any order. */
  addRounds(rounds: readonly RoundEnd[]): void {
    for (const round of [...rounds].sort((a, b) => a.index - b.index)) {
      this.#items += round.items;
      if (round.ok) this.#succeeded++;
      else {
        this.#failed++;
        if (this.#errors.length < LISTED_ERRORS) this.#errors.push({ index: round.index, error: round.error });
      }
      if (round.ok && round.control) this.#control ??= round.control;
      else this.#results?.push(round.ok ? (round.result ?? null) : null);
    }
  }

  add(tally: Tally): void {
    this.#items += tally.items;
    this.#succeeded += tally.succeeded;
    this.#failed += tally.failed;
    this.#errors.push(...tally.errors.slice(0, LISTED_ERRORS - this.#errors.length));
    for (const result of tally.results ?? []) this.#results?.push(result);
    this.#control ??= tally.control;
  }

  get failed(): number {
    return this.#failed;
  }

  /** What the first round that did so ended beyond itself. */
  get control(): Control | undefined {
    return this.#control;
  }

  /** Whether no further round begins. */
  isOver(stopOnError: boolean): boolean {
    return this.#control !== undefined || (stopOnError && this.#failed > 0);
  }

  /** The error of the first round that failed. */
  get firstError(): ErrorData | undefined {
    return this.#errors[0]?.error;
  }

  /** Counts for the run log. */
  get counts() {
    return { done: this.#succeeded + this.#failed, items: this.#items, failed: this.#failed };
  }

  tally(): Tally {
    const results = this.#results ? { results: this.#results } : {};
    const control = this.#control ? { control: this.#control } : {};
    return { items: this.#items, succeeded: this.#succeeded, failed: this.#failed, errors: this.#errors, ...results, ...control };
  }

  /** The loop's output. */
  output(): Json {
    const { items, succeeded, failed, errors, results } = this.tally();
    const listed = errors.map(({ index, error }) => ({ index, error: caught(error) }));
    return {
      count: items,
      batches: succeeded + failed,
      succeeded,
      failed,
      ...(results ? { results } : {}),
      errors: listed,
    };
  }
}
