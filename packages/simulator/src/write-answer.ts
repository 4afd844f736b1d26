import { gzipSync } from "node:zlib";
import type { Decoder, Json } from "@mortise/contract";
import { isList, isObject } from "./invert-value.ts";
import { writeXml } from "./write-xml.ts";

/** A body as bytes, with its Content-Type. */
export interface WrittenBody {
  readonly type: string;
  readonly bytes: Buffer;
}

/** Writes data so that the decoders of a contract read it back. Undefined for what cannot be written so. */
export function writeAnswer(body: Json, decode: Decoder | readonly Decoder[] | undefined): WrittenBody | undefined {
  const decoders: readonly Decoder[] = decode === undefined ? ["auto"] : isDecoders(decode) ? decode : [decode];
  const last = decoders.at(-1) ?? "auto";
  const around = decoders.slice(0, -1);
  const plain = typeof last === "string" && around.length > 0 && last === "gzip" ? undefined : writeOne(body, last);
  if (plain === undefined || around.some((each) => each !== "gzip")) return undefined;
  return around.reduceRight<WrittenBody>((written) => ({ type: "application/gzip", bytes: gzipSync(written.bytes) }), plain);
}

const isDecoders = (decode: Decoder | readonly Decoder[]): decode is readonly Decoder[] => Array.isArray(decode);

function writeOne(body: Json, decoder: Decoder): WrittenBody | undefined {
  const name = typeof decoder === "string" ? decoder : Object.keys(decoder)[0];
  switch (name) {
    case "auto":
    case "json":
      return written("application/json", JSON.stringify(body));
    case "none":
      return written("text/plain; charset=utf-8", "");
    case "text":
      return written("text/plain; charset=utf-8", textOf(body));
    case "jsonl":
      return isList(body) ? written("application/x-ndjson", body.map((each) => `${JSON.stringify(each)}\n`).join("")) : undefined;
    case "csv":
      return isList(body) ? writeCsv(body, typeof decoder === "object" && "csv" in decoder ? decoder.csv : {}) : undefined;
    case "xml":
      return written("application/xml", writeXml(body));
    case "binary":
      return typeof body === "string" ? { type: "application/octet-stream", bytes: Buffer.from(body, "base64") } : undefined;
    case "gzip":
      return typeof body === "string" ? { type: "application/gzip", bytes: gzipSync(Buffer.from(body, "base64")) } : undefined;
    case "sse":
      return isList(body) ? written("text/event-stream", body.map(eventText).join("")) : undefined;
    default:
      return undefined;
  }
}

const written = (type: string, text: string): WrittenBody => ({ type, bytes: Buffer.from(text, "utf8") });

const textOf = (value: Json | undefined): string =>
  typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);

/** RFC 4180, by the names of the first record. */
function writeCsv(
  rows: readonly Json[],
  { delimiter = ",", quote = '"', header = true }: { delimiter?: string; quote?: string; header?: boolean },
): WrittenBody {
  const cell = (value: Json | undefined): string => `${quote}${textOf(value).replaceAll(quote, quote + quote)}${quote}`;
  const names = [...new Set(rows.flatMap((row) => (isObject(row) ? Object.keys(row) : [])))];
  const lines = rows.map((row) =>
    isObject(row) ? names.map((name) => cell(row[name])) : isList(row) ? row.map(cell) : [cell(row)],
  );
  const all = header && names.length > 0 ? [names.map(cell), ...lines] : lines;
  return written("text/csv; charset=utf-8", all.map((line) => `${line.join(delimiter)}\r\n`).join(""));
}

/** An event of a stream (WHATWG HTML §9.2). */
function eventText(event: Json): string {
  const { event: name, id, data } = isObject(event) ? event : { event: undefined, id: undefined, data: event };
  const lines = textOf(data)
    .split("\n")
    .map((line) => `data: ${line}\n`);
  return `${typeof name === "string" ? `event: ${name}\n` : ""}${typeof id === "string" ? `id: ${id}\n` : ""}${lines.join("")}\n`;
}
