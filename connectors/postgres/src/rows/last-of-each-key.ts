import type { InputRow } from "./write-batch.ts";

/** Rows without those whose key comes again later; `1` and `"1"` are one key. Rows with a null in the key are all kept: null equals nothing. */
export function lastOfEachKey(rows: readonly InputRow[], key: readonly string[]): readonly InputRow[] {
  const last = new Map<string, number>();
  rows.forEach((row, index) => {
    last.set(keyOf(row, key) ?? `null ${index}`, index);
  });
  if (last.size === rows.length) return rows;
  const kept = new Set(last.values());
  return rows.filter((_, index) => kept.has(index));
}

function keyOf(row: InputRow, key: readonly string[]): string | undefined {
  const parts = key.map((column) => (Object.hasOwn(row, column) ? row[column] : undefined) ?? null);
  if (parts.includes(null)) return undefined;
  return JSON.stringify(parts.map((part) => (typeof part === "object" ? part : String(part))));
}
