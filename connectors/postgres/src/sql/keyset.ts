import { quoteName } from "./identifiers.ts";

/** What a page of rows is read from. */
export interface Keyset {
  /** A quoted table, or a SELECT in parentheses. */
  readonly source: string;
  /** Absent: all. */
  readonly columns?: readonly string[];
  /** Columns of the key. */
  readonly order: readonly string[];
  /** Key of the row before, as text; null at the start. */
  readonly after: readonly string[] | null;
  /** Parameters that the source uses; the key's follow them. */
  readonly params: number;
  readonly limit: number;
}

/** Columns of the key come a second time as text under this prefix and their number. */
export const KEY_PREFIX = "mortise key ";

/** The rows after a key, in the order of the key (keyset pagination). */
export function keysetStatement({ source, columns, order, after, params, limit }: Keyset): string {
  const keys = order.map((column) => `source.${quoteName(column)}`);
  const listed = columns ? columns.map((column) => `source.${quoteName(column)}`) : ["source.*"];
  const texts = keys.map((key, index) => `${key}::text AS ${quoteName(`${KEY_PREFIX}${index}`)}`);
  const where = after ? ` WHERE (${keys.join(", ")}) > (${keys.map((_, index) => `$${params + index + 1}`).join(", ")})` : "";
  return `SELECT ${[...listed, ...texts].join(", ")} FROM ${source} AS source${where} ORDER BY ${keys.join(", ")} LIMIT ${limit}`;
}
