import { type Json, MortiseError, type NativeContext, type NativePage, native, operation, type Static, t } from "@mortise/sdk";
import { pageBytes } from "../csv/file-bytes.ts";
import { limitField, onBadRowField, pathField } from "../fields.ts";
import { readLines, type TextLine } from "../jsonl/read-lines.ts";
import { type FileCursor, readCursor } from "../paths/file-cursor.ts";
import { openFile } from "../paths/open-file.ts";
import { type FilesSettings, filesSettings } from "../settings.ts";

const input = t.Object({ path: pathField, onBadRow: onBadRowField, limit: limitField });

type ReadJsonLinesInput = Static<typeof input>;

/** Reads a JSON Lines file (one JSON value a line, blank lines passed over) as a stream. */
export const readJsonLines = operation(
  {
    title: "Read JSON Lines",
    description: "Reads a file with one JSON value a line, of any size.",
    effect: "read",
    settings: filesSettings,
    input,
    output: t.Object({ rows: t.Array(t.Unknown({ description: "The value of one line." })), count: t.Optional(t.Integer()) }),
    stream: { items: "/rows", resume: "cursor" },
    examples: [{ input: { path: "events.jsonl" }, output: { rows: [{ id: 1, kind: "created" }] } }],
  },
  native({ reason: "Reads files of the deployment's folders.", uses: ["files"], stream: readJsonLinePages }),
);

async function* readJsonLinePages(
  input: ReadJsonLinesInput,
  ctx: NativeContext<FilesSettings>,
  page: { readonly cursor: Json; readonly size: number },
): AsyncGenerator<NativePage> {
  const file = await openFile(ctx, input.path);
  try {
    const from = await readCursor(page.cursor, { byte: 0, row: 0, line: 1 }, file, input.path);
    let items: Json[] = [];
    let cursor: FileCursor = from;
    for await (const lines of readLines(file, from, pageBytes(from, page.size))) {
      ctx.signal.throwIfAborted();
      for (const line of lines) {
        if (isBlank(line)) continue;
        if (items.length === page.size) {
          yield { items, next: { ...cursor } };
          items = [];
        }
        items.push(toValue(line, input));
        cursor = { byte: line.end, row: cursor.row + 1, line: line.line + 1 };
      }
    }
    yield { items, next: null };
  } catch (error) {
    if (error instanceof RangeError)
      throw malformed(input.path, error.message, "Is it a JSON Lines file? It has one value a line.");
    throw error;
  } finally {
    await file.close();
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function toValue(line: TextLine, input: ReadJsonLinesInput): Json {
  let text = "";
  try {
    text = decoder.decode(line.bytes);
    return JSON.parse(text) as Json;
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : "the bytes are not UTF-8";
    if (input.onBadRow === "reject")
      return { _error: reason, _line: line.line, _raw: line.bytes.toString("utf8").slice(0, 1_000) };
    throw malformed(
      input.path,
      `line ${line.line}: ${reason}`,
      "Mend the line, or set what happens to bad rows to reject.",
      line.line,
    );
  }
}

function malformed(path: string, reason: string, remedy: string, line?: number): MortiseError {
  return new MortiseError("FILE_MALFORMED", `${path}, ${reason}.`, { remedy, detail: { file: path, ...(line && { line }) } });
}

function isBlank(line: TextLine): boolean {
  return line.bytes.every((byte) => byte === 32 || byte === 9 || byte === 13);
}
