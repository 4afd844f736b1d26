/** One measurement that a workflow makes of itself. */
export interface MetricPoint {
  readonly name: string;
  /** `count` adds up, `value` is kept as a distribution. */
  readonly kind: "count" | "value";
  readonly value: number;
  /** UCUM, e.g. `s`, `By`, `{item}`. Absent: a plain number. */
  readonly unit?: string;
  /** At most eight, with values that a person could list. */
  readonly labels: { readonly [name: string]: string };
}

/** Where measurements go. */
export interface MetricPort {
  record(point: MetricPoint): void;
}
