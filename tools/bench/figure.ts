/** One figure of a benchmark, beside the baseline that the same run measured. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly value: number;
  readonly baseline: { readonly what: string; readonly value: number };
}

/** Hands the figures of a benchmark to `main.ts`: one JSON line on stdout. */
export function report(figures: readonly Figure[]): void {
  console.log(JSON.stringify(figures));
}

/** The figure divided by its baseline. */
export function ratioOf({ value, baseline }: Figure): number {
  return value / baseline.value;
}

/** A number with three digits that matter. */
export function rounded(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}
