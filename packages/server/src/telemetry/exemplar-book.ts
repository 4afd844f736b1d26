/**
 * Keeps, for every bucket of the latency histogram, the trace of the call that fell into it last: an exemplar (OpenMetrics 1.0, "Exemplars").
 * The metrics SDK has none; this reads them off the spans that are sampled anyway.
 *
 * Owns: one exemplar a bucket and set of labels.
 * Does not own: the histogram; spans.
 * Invariants:
 *   E1. An exemplar's value lies in its bucket.
 *   E2. Only sampled calls are exemplars: their trace can be looked at.
 *   E3. There are {@link MAX_EXEMPLARS} at most; the one that was not renewed for longest goes first.
 */
import { METRICS } from "@mortise/runtime";
import { TraceFlags } from "@opentelemetry/api";
import { hrTimeToMilliseconds } from "@opentelemetry/core";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace";

/** A measurement with the trace that it belongs to. */
export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
  /** Seconds that the call took. */
  readonly value: number;
  /** When it ended, seconds since the epoch. */
  readonly at: number;
}

const MAX_EXEMPLARS = 20_000;
const BUCKETS = METRICS["mortise.call.duration"].buckets ?? [];

export class ExemplarBook implements SpanProcessor {
  readonly #kept = new Map<string, Exemplar>();

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (span.name !== "mortise.call") return;
    const { traceId, spanId, traceFlags } = span.spanContext();
    if ((traceFlags & TraceFlags.SAMPLED) === 0) return;
    const value = hrTimeToMilliseconds(span.duration) / 1_000;
    const { attributes } = span;
    const labels = [attributes["mortise.connector"], attributes["mortise.operation"], attributes["mortise.outcome"]];
    const bound = BUCKETS.find((upper) => value <= upper);
    const key = keyOf(
      labels.map((label) => String(label ?? "unknown")),
      bound === undefined ? "+Inf" : String(bound),
    );
    this.#kept.delete(key);
    this.#kept.set(key, { traceId, spanId, value, at: hrTimeToMilliseconds(span.endTime) / 1_000 });
    if (this.#kept.size <= MAX_EXEMPLARS) return;
    for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest);
      break;
    }
  }

  /** The exemplar of a bucket, by its labels (connector, operation, outcome) and its upper bound as Prometheus writes it. */
  of(labels: readonly string[], bound: string): Exemplar | undefined {
    return this.#kept.get(keyOf(labels, bound));
  }

  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

const keyOf = (labels: readonly string[], bound: string): string => [...labels, bound].join("\u0000");
