import { pipeline, Readable } from "node:stream";
import { type Decoder, getPointer, type HttpRequest, type Json, parseExactJson } from "@mortise/contract";
import { CsvError, parse } from "csv-parse";
import type { Expected } from "./expected.ts";
import { fitText } from "./fit-text.ts";
import { gunzipStream } from "./gunzip-stream.ts";
import { MAX_ROW, tooLong } from "./longest-row.ts";
import { malformed } from "./malformed.ts";
import { mediaType, type Reading, readingOf } from "./media-type.ts";
import { type CsvDialect, csvOptions, objectsBy } from "./read-csv.ts";
import { noList, readJsonRows } from "./read-json-rows.ts";

/** How an answer that is a list of rows, one behind the other, is written. */
export interface RowFormat {
  /** `auto`: as its Content-Type says. */
  readonly rows: "auto" | "json" | "jsonl" | { readonly csv: CsvDialect };
  /** Whether it is packed. */
  readonly isGzip: boolean;
}

const SEPARATOR = "\u001e";

/** The form of the rows that these decoders read; undefined where they read an answer as a whole. */
export function rowFormat(decode: HttpRequest["decode"]): RowFormat | undefined {
  const decoders = [decode ?? "auto"].flat() as readonly Decoder[];
  const isGzip = decoders[0] === "gzip";
  const [decoder, ...more] = isGzip ? decoders.slice(1) : decoders;
  if (decoder === undefined || more.length > 0) return undefined;
  if (decoder === "csv") return { rows: { csv: {} }, isGzip };
  if (typeof decoder === "object") return "csv" in decoder ? { rows: { csv: decoder.csv }, isGzip } : undefined;
  return decoder === "jsonl" || decoder === "json" || decoder === "auto" ? { rows: decoder, isGzip } : undefined;
}

/** What of the rows is known. */
export interface RowsExpected {
  readonly format: RowFormat;
  /** Where the list is, of JSON; `""` of anything else. */
  readonly items: string;
  /** What the list is expected to be. */
  readonly expected: Expected | undefined;
  /** Reads an answer whose Content-Type is of no list of rows. */
  readonly whole: (body: Readable) => Promise<Json>;
}

/**
 * Reads rows as they come, and no more of the body than they take. Throws `INVALID_OUTPUT` for what is no row, `LIMIT_EXCEEDED` for one over 10 MB,
 * and what the body breaks off with.
 */
export function readRows(body: Readable, contentType: string | undefined, how: RowsExpected): AsyncGenerator<Json> {
  const media = mediaType(contentType);
  const { format, items, expected } = how;
  const rows = format.rows === "auto" ? ofMedia(readingOf(media.name), items) : format.rows;
  if (rows === undefined) return wholeRows(body, how);
  const bytes: AsyncIterable<Buffer> = format.isGzip ? gunzipStream(body) : body;
  if (rows === "json") return readJsonRows(bytes, items);
  const text = decoded(bytes, media.charset);
  if (rows === "jsonl") return jsonRows(text);
  const csv = media.headless ? { header: false, ...rows.csv } : rows.csv;
  return csvRows(text, csv, expected?.item);
}

/** What `auto` comes to. Undefined: no list that could be read row by row. */
function ofMedia(reading: Reading, items: string): Exclude<RowFormat["rows"], "auto"> | undefined {
  if (reading === "json") return reading;
  if (items !== "") return undefined;
  return reading === "jsonl" ? reading : reading === "csv" ? { csv: {} } : undefined;
}

async function* wholeRows(body: Readable, { items, whole }: RowsExpected): AsyncGenerator<Json> {
  const list = getPointer(await whole(body), items);
  if (!Array.isArray(list)) throw noList(items);
  yield* list as readonly Json[];
}

async function* decoded(body: AsyncIterable<Buffer>, charset = "utf-8"): AsyncGenerator<string> {
  const decoder = decoderOf(charset);
  for await (const chunk of body) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

function decoderOf(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

/** As `readJsonLines` does of a whole text. */
async function* jsonRows(text: AsyncIterable<string>): AsyncGenerator<Json> {
  let rest = "";
  let row = 0;
  let between: RegExp | string | undefined;
  const read = (record: string): Json => {
    try {
      return parseExactJson(record);
    } catch (error) {
      throw malformed("list of JSON lines", `record ${row}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for await (const part of text) {
    rest += part;
    between ??= rest === "" ? undefined : rest.startsWith(SEPARATOR) ? SEPARATOR : /\r?\n|\r/;
    const records = between === undefined ? [] : rest.split(between);
    rest = records.pop() ?? "";
    for (const record of records) {
      row++;
      if (record.trim() !== "") yield read(record);
    }
    if (rest.length > MAX_ROW) throw tooLong();
  }
  row++;
  if (rest.trim() !== "") yield read(rest);
}

async function* csvRows(text: AsyncIterable<string>, csv: CsvDialect, item: Expected | undefined): AsyncGenerator<Json> {
  const parser = parse({ ...csvOptions(csv), max_record_size: MAX_ROW });
  // What breaks the text ends the parser with it, and whoever reads rows hears of that.
  pipeline(Readable.from(text, { objectMode: false }), parser, () => undefined);
  let toObject: ((row: readonly string[]) => Json) | undefined;
  try {
    for await (const row of parser as AsyncIterable<readonly string[]>) {
      if (csv.header === false) yield row.map((field) => fitText(field, item?.item));
      else if (toObject === undefined) toObject = objectsBy(row, item);
      else yield toObject(row);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw error.code === "CSV_MAX_RECORD_SIZE" ? tooLong() : malformed("CSV", error.message);
  }
}
