import type { Json } from "@mortise/contract";
import { fieldOf, type Row } from "./records.ts";

/** Records that agree in the key fields, in order of first appearance. A missing field counts as null. */
export interface RowGroup {
  readonly key: Row;
  readonly rows: Row[];
}

export function groupRows(rows: readonly Row[], by: readonly string[]): readonly RowGroup[] {
  const groups = new Map<string, RowGroup>();
  for (const row of rows) {
    const values = by.map((field) => fieldOf(row, field) ?? null);
    const id = keyOf(values);
    const known = groups.get(id);
    if (known) known.rows.push(row);
    else groups.set(id, { key: Object.fromEntries(by.map((field, i) => [field, values[i] as Json])), rows: [row] });
  }
  return [...groups.values()];
}

/** One text for a list of values; equal exactly where the values are. */
export function keyOf(values: readonly Json[]): string {
  const only = values[0];
  return values.length === 1 && typeof only === "string" ? `s${only}` : JSON.stringify(values);
}
