import type { FileHandle } from "node:fs/promises";
import type { CsvDialect } from "./csv-dialect.ts";
import { type CsvPlace, type Fail, readRecords } from "./read-records.ts";

/** What the columns of a file are called and where its rows start. */
export interface CsvLayout {
  readonly columns: readonly string[];
  readonly start: CsvPlace;
}

export interface LayoutOptions {
  /** The first record names the columns. */
  readonly header: boolean;
  /** Names that replace those of the header, or name the columns of a file without one. */
  readonly columns?: readonly string[];
  readonly fail: Fail;
}

/** Reads the first record of a file. An empty file has no columns and no rows. */
export async function readLayout(file: FileHandle, dialect: CsvDialect, options: LayoutOptions): Promise<CsvLayout> {
  const start = { byte: 0, line: 1 };
  if (!options.header && options.columns) return { columns: options.columns, start };
  const batches = readRecords(file, dialect, start, { firstRead: 4 * 1024, fail: options.fail, recover: false });
  const { value, done } = await batches.next();
  await batches.return(undefined);
  const first = done ? undefined : value[0];
  if (!first || !("fields" in first)) return { columns: options.columns ?? [], start };
  if (!options.header) return { columns: first.fields.map((_, index) => `column_${index + 1}`), start };
  if (options.columns && options.columns.length !== first.fields.length) {
    options.fail(
      `the header has ${first.fields.length} columns (${first.fields.join(", ")}) and ${options.columns.length} names are given`,
      first.line,
      "Give one name for each column of the file.",
    );
  }
  return { columns: columnNames(options.columns ?? first.fields), start: { byte: first.end, line: first.nextLine } };
}

/** Names as they are, but never empty and never twice: `""` becomes `column_3`, the second `city` becomes `city_2`. */
export function columnNames(header: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return header.map((text, index) => {
    const wanted = text.trim() === "" || text === "__proto__" ? `column_${index + 1}` : text;
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
    taken.add(name);
    return name;
  });
}
