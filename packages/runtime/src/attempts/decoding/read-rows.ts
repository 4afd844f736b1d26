import { pipeline, Readable } from "node:stream";
import { type Decoder, type HttpRequest, type Json, MortiseError, parseExactJson } from "@mortise/contract";
import { CsvError, parse } from "csv-parse";
import type { Expected } from "./expected.ts";
import { fitText } from "./fit-text.ts";
import { malformed } from "./malformed.ts";
import { mediaType } from "./media-type.ts";
import { type CsvDialect, csvOptions, objectsBy } from "./read-csv.ts";

/** A form of answers that is a list of rows, one behind the other. */
export type RowFormat = "jsonl" | { readonly csv: CsvDialect };

/** Longest row, characters. */
const MAX_ROW = 10 * 1024 * 1024;
const SEPARATOR = "\u001e";

/** The form of the rows that these decoders read; undefined where they read an answer as a whole. */
export function rowFormat(decode: HttpRequest["decode"]): RowFormat | undefined {
  const [decoder, ...more] = [decode ?? "auto"].flat() as readonly Decoder[];
  if (more.length > 0) return undefined;
  if (decoder === "jsonl") return "jsonl";
  if (decoder === "csv") return { csv: {} };
  return typeof decoder === "object" && "csv" in decoder ? { csv: decoder.csv } : undefined;
}

/**
 * Reads rows as they come, and no more of the body than they take. `expected` is what the list is expected to be. Throws `INVALID_OUTPUT` for what
 * is no row, `LIMIT_EXCEEDED` for one over 10 MB, and what the body breaks off with.
 */
export function readRows(
  body: Readable,
  contentType: string | undefined,
  { format, expected }: { readonly format: RowFormat; readonly expected: Expected | undefined },
): AsyncGenerator<Json> {
  const media = mediaType(contentType);
  const text = decoded(body, media.charset);
  if (format === "jsonl") return jsonRows(text);
  const csv = media.headless ? { header: false, ...format.csv } : format.csv;
  return csvRows(text, csv, expected?.item);
}

async function* decoded(body: Readable, charset = "utf-8"): AsyncGenerator<string> {
  const decoder = decoderOf(charset);
  for await (const chunk of body) yield decoder.decode(chunk as Buffer, { stream: true });
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

const tooLong = (): MortiseError =>
  new MortiseError("LIMIT_EXCEEDED", `A row of the answer is longer than ${MAX_ROW / 1024 / 1024} MB.`);
