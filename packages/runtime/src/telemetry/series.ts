import type { Attributes } from "@opentelemetry/api";
import { METRICS, type MetricName } from "./metric-catalogue.ts";

/** One line of a metric: its labels, and what was counted so far. */
export interface Series {
  readonly attributes: Attributes;
  value: number;
}

/** Series of one metric, beyond those of installed connectors: a metric never grows without end. */
const MAX_SERIES = 50_000;

/**
 * The counts of one metric of this process, as plain numbers that are read when somebody collects. Finding a series is one look into a map;
 * whoever keeps it counts for nothing.
 *
 * Owns: the series of one metric.
 * Does not own: their collection.
 * Invariants:
 *   S1. One set of values has one series.
 *   S2. There are {@link MAX_SERIES} at most; what comes after them is counted under `otel.metric.overflow`.
 */
export class SeriesTable {
  readonly #labels: readonly string[];
  readonly #series = new Map<string, Series>();
  readonly #overflow: Series = { attributes: Object.freeze({ "otel.metric.overflow": true }), value: 0 };

  constructor(name: MetricName) {
    this.#labels = METRICS[name].labels;
  }

  /** The series of these values, in the order of the metric's labels. */
  of(...values: readonly string[]): Series {
    const key = values.join("\u0000");
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size >= MAX_SERIES) return this.#overflow;
    const attributes = Object.freeze(Object.fromEntries(this.#labels.map((label, index) => [label, values[index] ?? ""])));
    const fresh: Series = { attributes, value: 0 };
    this.#series.set(key, fresh);
    return fresh;
  }

  /** All series that were asked for. */
  *all(): Iterable<Series> {
    yield* this.#series.values();
    if (this.#overflow.value !== 0) yield this.#overflow;
  }
}
