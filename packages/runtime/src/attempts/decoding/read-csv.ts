import type { Decoder, Json } from "@mortise/contract";
import { CsvError } from "csv-parse";
import { parse } from "csv-parse/sync";
import type { Expected } from "./expected.ts";
import { fitText } from "./fit-text.ts";
import { malformed } from "./malformed.ts";

/** How a CSV text is written. */
export type CsvDialect = Extract<Decoder, { csv: unknown }>["csv"];

/**
 * Reads CSV (RFC 4180): objects by the header row, lists of texts without one. Fields are fitted to the schema; an empty one that is
 * expected to be no text is left out where it may be, else null. Throws `INVALID_OUTPUT` for a broken quote or a row of another length.
 */
export function readCsv(text: string, { delimiter, quote, header = true }: CsvDialect, expected: Expected | undefined): Json {
  const rows = records(text, delimiter, quote);
  const item = expected?.item;
  if (!header) return rows.map((row) => row.map((field) => fitText(field, item?.item)));
  const [names = [], ...rest] = rows;
  return rest.map(objectsBy(names, item));
}

/** How a row becomes an object by the names of its columns. */
export function objectsBy(names: readonly string[], item: Expected | undefined): (row: readonly string[]) => Json {
  const columns = names.map((name) => {
    const known = item?.member(name);
    return { name, known, mayMiss: known !== undefined && !known.asks("null") && item?.requires(name) !== true };
  });
  return (row) => {
    const entries: [string, Json][] = [];
    for (const [index, { name, known, mayMiss }] of columns.entries()) {
      const value = fitText(row[index] ?? "", known);
      if (value !== null || !mayMiss) entries.push([name, value]);
    }
    return Object.fromEntries(entries);
  };
}

/** The dialect, as the library calls it. */
export function csvOptions({ delimiter = ",", quote = '"' }: CsvDialect) {
  const mark = quote === "" ? null : quote;
  return {
    delimiter,
    quote: mark,
    escape: mark,
    bom: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    skip_empty_lines: true,
  };
}

function records(text: string, delimiter = ",", quote = '"'): string[][] {
  try {
    return parse(text, csvOptions({ delimiter, quote }));
  } catch (error) {
    throw malformed("CSV", error instanceof CsvError ? error.message : String(error));
  }
}
