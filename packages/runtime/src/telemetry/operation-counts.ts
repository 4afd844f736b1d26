import type { ErrorCode, Outcome } from "@mortise/contract";
import type { Attributes } from "@opentelemetry/api";
import { attributionOf } from "./attribution.ts";
import type { MetricName } from "./metric-catalogue.ts";
import type { Series, SeriesTable } from "./series.ts";

/** What a call ended in: how many did, how many with this code, and the labels that its duration is noted under. */
export interface EndSeries {
  readonly calls: Series;
  readonly failures: Series | undefined;
  readonly duration: Attributes;
}

/** The series of one operation, found once and kept: counting is adding to a number. */
export class OperationCounts {
  readonly labels: Attributes;
  readonly #tables: Readonly<Record<"mortise.calls" | "mortise.call.failures" | "mortise.attempts", SeriesTable>>;
  readonly #connector: string;
  readonly #operation: string;
  readonly #ends = new Map<string, EndSeries>();
  readonly #attempts = new Map<string, Series>();
  readonly #durations = new Map<Outcome, Attributes>();

  constructor(tables: Readonly<Record<MetricName, SeriesTable>>, connector: string, operation: string) {
    this.#tables = tables;
    this.#connector = connector;
    this.#operation = operation;
    this.labels = Object.freeze({ connector, operation });
  }

  /** The series of a success (no code) or of a failure with this code, whose outcome follows from it. */
  end(outcome: Outcome, code: ErrorCode | undefined): EndSeries {
    const key = code ?? outcome;
    const known = this.#ends.get(key);
    if (known !== undefined) return known;
    const attribution = attributionOf(outcome, code);
    const fresh: EndSeries = {
      calls: this.#tables["mortise.calls"].of(this.#connector, this.#operation, outcome, attribution),
      failures: code === undefined ? undefined : this.#tables["mortise.call.failures"].of(this.#connector, this.#operation, code),
      duration: this.#durationLabels(outcome),
    };
    this.#ends.set(key, fresh);
    return fresh;
  }

  attempt(attemptClass: string): Series {
    const known = this.#attempts.get(attemptClass);
    if (known !== undefined) return known;
    const fresh = this.#tables["mortise.attempts"].of(this.#connector, this.#operation, attemptClass);
    this.#attempts.set(attemptClass, fresh);
    return fresh;
  }

  #durationLabels(outcome: Outcome): Attributes {
    const known = this.#durations.get(outcome);
    if (known !== undefined) return known;
    const fresh = Object.freeze({ ...this.labels, outcome });
    this.#durations.set(outcome, fresh);
    return fresh;
  }
}
