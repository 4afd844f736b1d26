import { createHash } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type NativeContext, native, operation, type Static, t } from "@mortise/sdk";
import { syncFolder } from "../append/sync-folder.ts";
import { columnsField, delimiterField, pathField, rowsField } from "../fields.ts";
import { checkColumns, columnsOf, csvHeader, csvLines, formatOf, jsonLines, type Row } from "../rows/row-format.ts";
import { type FilesSettings, filesSettings } from "../settings.ts";

const input = t.Object({
  path: pathField,
  rows: rowsField,
  format: t.Optional(
    t.Union([t.Literal("csv"), t.Literal("jsonl"), t.Literal("json")], {
      title: "Format",
      description: "Absent: by the end of the file name, otherwise CSV.",
      "x-advanced": true,
    }),
  ),
  columns: columnsField,
  delimiter: delimiterField,
});

type WriteRowsInput = Static<typeof input>;

/** Creates a file or replaces it as a whole: readers see the old file or the new one, never a part. */
export const writeRows = operation(
  {
    title: "Write file",
    description: "Creates a CSV, JSON Lines or JSON file, or replaces it as a whole.",
    effect: "update",
    reversible: false,
    idempotency: "natural",
    settings: filesSettings,
    input,
    output: t.Object({ path: t.String(), count: t.Integer(), bytes: t.Integer() }),
    examples: [
      { input: { path: "totals.csv", rows: [{ state: "NY", birds: 12 }] }, output: { path: "totals.csv", count: 1, bytes: 18 } },
    ],
  },
  native({ reason: "Writes files in the deployment's folders.", uses: ["files"], call: replaceFile }),
);

async function replaceFile(
  input: WriteRowsInput,
  ctx: NativeContext<FilesSettings>,
): Promise<{ path: string; count: number; bytes: number }> {
  const path = await ctx.files.resolve(input.path, "write", ctx.settings.root);
  const bytes = Buffer.from(textOf(input));
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const mark = createHash("sha256").update(ctx.idempotencyKey).digest("hex").slice(0, 16);
  const draft = join(folder, `.${basename(path)}.${mark}.mortise-tmp`);
  try {
    await rm(draft, { force: true });
    const file = await open(draft, "wx");
    try {
      await file.writeFile(bytes, { signal: ctx.signal });
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(folder);
  return { path: input.path, count: input.rows.length, bytes: bytes.length };
}

function textOf(input: WriteRowsInput): string {
  const format = input.format ?? formatOf(input.path);
  const rows = input.rows as readonly Row[];
  if (format === "jsonl") return jsonLines(rows);
  if (format === "json") return `${JSON.stringify(rows, null, 2)}\n`;
  if (input.columns) checkColumns(rows, input.columns, input.path);
  const columns = input.columns ?? columnsOf(rows);
  if (columns.length === 0) return "";
  return csvHeader(columns, input.delimiter) + csvLines(rows, columns, input.delimiter);
}
