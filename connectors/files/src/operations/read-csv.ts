import { type Json, MortiseError, type NativeContext, type NativePage, native, operation, type Static, t } from "@mortise/sdk";
import { readLayout } from "../csv/csv-layout.ts";
import { pageBytes } from "../csv/file-bytes.ts";
import { type CsvEntry, type Fail, readRecords } from "../csv/read-records.ts";
import { delimiterField, limitField, onBadRowField, pathField } from "../fields.ts";
import { type FileCursor, readCursor } from "../paths/file-cursor.ts";
import { openFile } from "../paths/open-file.ts";
import { type FilesSettings, filesSettings } from "../settings.ts";

const input = t.Object({
  path: pathField,
  header: t.Optional(
    t.Boolean({
      title: "First row names the columns",
      description: "Off: the first row is data.",
      default: true,
      "x-advanced": true,
    }),
  ),
  columns: t.Optional(
    t.Array(t.String({ minLength: 1 }), {
      title: "Columns",
      description: "Names in place of the header's, or for a file without one.",
      minItems: 1,
      uniqueItems: true,
      "x-advanced": true,
    }),
  ),
  delimiter: delimiterField,
  quote: t.Optional(
    t.String({
      title: "Quote",
      description: "One character; empty: quotes mean nothing.",
      default: '"',
      maxLength: 1,
      "x-advanced": true,
    }),
  ),
  encoding: t.Optional(
    t.Union([t.Literal("utf-8"), t.Literal("windows-1252")], {
      title: "Encoding",
      description: "How the file writes letters; older files of Windows are windows-1252.",
      default: "utf-8",
      "x-advanced": true,
    }),
  ),
  blankAsNull: t.Optional(
    t.Boolean({ title: "Blank cells are null", description: "Off: they are empty text.", default: false, "x-advanced": true }),
  ),
  onBadRow: onBadRowField,
  limit: limitField,
});

const row = t.Record(t.String(), t.Union([t.String(), t.Number(), t.Null()]));

type ReadCsvInput = Static<typeof input>;
type CsvRow = Static<typeof row>;

/** Reads a CSV file as a stream of rows. Every cell stays text; only `_line` of a rejected row is a number. */
export const readCsv = operation(
  {
    title: "Read CSV",
    description: "Reads the rows of a CSV file, of any size. Every value stays text, so ZIP codes keep their leading zeros.",
    effect: "read",
    settings: filesSettings,
    input,
    output: t.Object({ rows: t.Array(row), count: t.Optional(t.Integer()) }),
    stream: { items: "/rows", resume: "cursor" },
    examples: [{ input: { path: "zipcodes.csv" }, output: { rows: [{ zip_code: "00501", city: "Holtsville" }] } }],
  },
  native({ reason: "Reads files of the deployment's folders.", uses: ["files"], stream: readCsvPages }),
);

async function* readCsvPages(
  input: ReadCsvInput,
  ctx: NativeContext<FilesSettings>,
  page: { readonly cursor: Json; readonly size: number },
): AsyncGenerator<NativePage<CsvRow>> {
  const file = await openFile(ctx, input.path);
  const fail: Fail = (reason, line, remedy) => {
    throw new MortiseError("FILE_MALFORMED", `${input.path}, line ${line}: ${reason}.`, {
      remedy,
      detail: { file: input.path, line },
    });
  };
  try {
    const layout = await readLayout(file, input, { header: input.header ?? true, columns: input.columns, fail });
    const recover = input.onBadRow === "reject";
    const toRow = rowMaker(layout.columns, { blank: input.blankAsNull ? null : "", recover, fail });
    const from = await readCursor(page.cursor, { ...layout.start, row: 0 }, file, input.path);
    let items: CsvRow[] = [];
    let cursor: FileCursor = from;
    for await (const batch of readRecords(file, input, from, { firstRead: pageBytes(from, page.size), fail, recover })) {
      ctx.signal.throwIfAborted();
      for (const entry of batch) {
        if (items.length === page.size) {
          yield { items, next: { ...cursor } };
          items = [];
        }
        items.push(toRow(entry));
        cursor = { byte: entry.end, row: cursor.row + 1, line: entry.nextLine };
      }
    }
    yield { items, next: null };
  } finally {
    await file.close();
  }
}

interface RowOptions {
  readonly blank: "" | null;
  readonly recover: boolean;
  readonly fail: Fail;
}

function rowMaker(columns: readonly string[], options: RowOptions): (entry: CsvEntry) => CsvRow {
  return (entry) => {
    if (!("fields" in entry)) return { _error: entry.reason, _line: entry.line, _raw: entry.raw };
    const row: CsvRow = {};
    const found = entry.fields.length;
    for (let index = 0; index < columns.length && index < found; index++) {
      row[columns[index] as string] = entry.fields[index] || options.blank;
    }
    if (found === columns.length) return row;
    const reason = `${found} ${found === 1 ? "cell" : "cells"} where ${columns.length} are expected`;
    if (options.recover) return { ...row, _error: reason, _line: entry.line };
    return options.fail(
      reason,
      entry.line,
      "Mend the row, quote cells that hold the delimiter, or set what happens to bad rows to reject.",
    );
  };
}
