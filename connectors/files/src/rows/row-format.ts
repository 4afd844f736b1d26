import { type Json, MortiseError } from "@mortise/sdk";
import { stringify } from "csv-stringify/sync";

/** How rows are written. */
export type RowFormat = "csv" | "jsonl" | "json";
export type Row = { readonly [column: string]: Json };

/** The format a file name speaks of; `.tsv` and unknown endings count as CSV. */
export function formatOf(path: string): RowFormat {
  if (/\.(jsonl|ndjson)$/i.test(path)) return "jsonl";
  return /\.json$/i.test(path) ? "json" : "csv";
}

/** Every column of the rows, in the order in which they first appear. */
export function columnsOf(rows: readonly Row[]): readonly string[] {
  const columns = new Set<string>();
  for (const row of rows) for (const key of Object.keys(row)) columns.add(key);
  return [...columns];
}

/**
 * Rows as CSV lines (RFC 4180, `\n`): null and absent cells are blank, objects and arrays are their JSON text. Cells are written as
 * they are, also those that a spreadsheet would run as a formula.
 */
export function csvLines(rows: readonly Row[], columns: readonly string[], delimiter = ","): string {
  const options = { delimiter, record_delimiter: "\n", quote_record_delimiter: true, quoted_match: [/^\s|\s$/] };
  return stringify(
    rows.map((row) => columns.map((column) => cellText(Object.hasOwn(row, column) ? row[column] : null))),
    columns.length === 1 ? { ...options, quoted_empty: true } : options,
  );
}

/** The line that names the columns. */
export function csvHeader(columns: readonly string[], delimiter = ","): string {
  return csvLines([Object.fromEntries(columns.map((column) => [column, column]))], columns, delimiter);
}

/** Rows as JSON Lines. */
export function jsonLines(rows: readonly Json[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

/** Throws `INVALID_INPUT` for a row with a column that the file does not have. */
export function checkColumns(rows: readonly Row[], columns: readonly string[], path: string): void {
  const known = new Set(columns);
  rows.forEach((row, index) => {
    const stranger = Object.keys(row).find((key) => !known.has(key));
    if (stranger === undefined) return;
    throw new MortiseError("INVALID_INPUT", `Row ${index + 1} has the column ${stranger}; ${path} has ${columns.join(", ")}.`, {
      path: `/rows/${index}/${stranger.replaceAll("~", "~0").replaceAll("/", "~1")}`,
      remedy: "Drop the column from the row, or write to another file.",
    });
  });
}

function cellText(value: Json | undefined): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
