import type { FileHandle } from "node:fs/promises";
import { MortiseError, type NativeContext, native, operation, type Static, t } from "@mortise/sdk";
import { appendOnce } from "../append/append-once.ts";
import { KEY_WINDOW_MS } from "../append/journal.ts";
import { readLayout } from "../csv/csv-layout.ts";
import { columnsField, delimiterField, pathField, rowsField } from "../fields.ts";
import { checkColumns, columnsOf, csvHeader, csvLines, formatOf, jsonLines, type Row } from "../rows/row-format.ts";
import { type FilesSettings, filesSettings } from "../settings.ts";

const input = t.Object({
  path: pathField,
  rows: rowsField,
  format: t.Optional(
    t.Union([t.Literal("csv"), t.Literal("jsonl")], {
      title: "Format",
      description: "Absent: by the end of the file name, otherwise CSV.",
      "x-advanced": true,
    }),
  ),
  columns: columnsField,
  delimiter: delimiterField,
});

type AppendRowsInput = Static<typeof input>;

/** Adds rows to the end of a file, exactly once for a call however often it is repeated; creates the file, with a header for CSV. */
export const appendRows = operation(
  {
    title: "Append to file",
    description: "Adds rows to the end of a CSV or JSON Lines file. A repeat after a crash adds nothing twice.",
    effect: "create",
    reversible: false,
    idempotency: { key: "native", windowMs: KEY_WINDOW_MS },
    settings: filesSettings,
    input,
    output: t.Object({ path: t.String(), count: t.Integer(), bytes: t.Integer() }),
    examples: [
      {
        input: { path: "rejected.csv", rows: [{ row: 7, reason: "No date" }] },
        output: { path: "rejected.csv", count: 1, bytes: 10 },
      },
    ],
  },
  native({ reason: "Writes files in the deployment's folders.", uses: ["files"], call: append }),
);

async function append(
  input: AppendRowsInput,
  ctx: NativeContext<FilesSettings>,
): Promise<{ path: string; count: number; bytes: number }> {
  const path = await ctx.files.resolve(input.path, "write", ctx.settings.root);
  const format = input.format ?? formatOf(input.path);
  if (format === "json") {
    throw new MortiseError("INVALID_INPUT", `Rows cannot be appended to ${input.path}: a JSON file is one value.`, {
      path: "/path",
      remedy: "Use a file that ends in .jsonl or .csv, or writeRows.",
    });
  }
  const rows = input.rows as readonly Row[];
  if (rows.length === 0) return { path: input.path, count: 0, bytes: 0 };
  const csv = format === "csv";
  const { bytes } = await appendOnce({
    path,
    key: ctx.idempotencyKey,
    signal: ctx.signal,
    now: Date.now(),
    ...(csv && { header: async () => headerOf(input) }),
    headerText: (note) => csvHeader(note.columns, note.delimiter),
    body: async (noted, file) => {
      if (!csv) return jsonLines(rows);
      const columns = noted ?? (await columnsIn(file, input));
      checkColumns(rows, columns, input.path);
      return csvLines(rows, columns, input.delimiter);
    },
  });
  return { path: input.path, count: rows.length, bytes };
}

function headerOf(input: AppendRowsInput) {
  const columns = input.columns ?? columnsOf(input.rows as readonly Row[]);
  return { columns, delimiter: input.delimiter ?? ",", text: csvHeader(columns, input.delimiter) };
}

/** Columns of a file that somebody else began. */
async function columnsIn(file: FileHandle, input: AppendRowsInput): Promise<readonly string[]> {
  const layout = await readLayout(
    file,
    { delimiter: input.delimiter },
    {
      header: true,
      fail: (reason, line, remedy) => {
        throw new MortiseError("FILE_MALFORMED", `${input.path}, line ${line}: ${reason}.`, { remedy });
      },
    },
  );
  return layout.columns.length > 0 ? layout.columns : (input.columns ?? columnsOf(input.rows as readonly Row[]));
}
