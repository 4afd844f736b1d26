import type { Decoder, HttpRequest, Json, JsonSchema } from "@mortise/contract";
import { isMortiseError, MortiseError, parseExactJson } from "@mortise/contract";
import { MAX_BODY_BYTES } from "../../egress/egress-client.ts";
import { bodyText } from "./body-text.ts";
import { entryPattern } from "./entry-pattern.ts";
import { Expected } from "./expected.ts";
import { type MediaType, mediaType, type Reading, readingOf } from "./media-type.ts";
import { declaredCharset } from "./parse-xml.ts";
import { type CsvDialect, readCsv } from "./read-csv.ts";
import { readEvents } from "./read-events.ts";
import { readJsonLines } from "./read-json-lines.ts";
import { readXml } from "./read-xml.ts";
import { gunzip, UnpackLimit, unzip } from "./unpack.ts";

/** What of an answer its decoder looks at. */
export interface Encoded {
  readonly status: number;
  readonly body: Buffer;
  readonly contentType: string | undefined;
}

/**
 * Reads an answer's body as JSON; an empty one is null. Throws `INVALID_OUTPUT` where the decoders of the contract cannot read it, and
 * `LIMIT_EXCEEDED` where more than 10 MB would be unpacked.
 */
export type AnswerDecoder = (answer: Encoded) => Json | Promise<Json>;

/** One decoder with its options spelled out. */
interface Step {
  readonly name: Extract<Decoder, string>;
  readonly csv: CsvDialect;
  readonly lists: readonly string[];
  readonly wanted: ((path: string) => boolean) | undefined;
}

const NO_OPTIONS = { csv: {}, lists: [], wanted: undefined };
const AUTO: Step = Object.freeze({ name: "auto", ...NO_OPTIONS });
/** Decoders of what was asked for: a failure comes in another form, and is read by its Content-Type. */
const OF_SUCCESS = new Set<Step["name"]>(["text", "jsonl", "csv", "xml", "binary", "sse", "gzip", "zip"]);

/**
 * Compiles how answers are read. Texts of XML, CSV and events are fitted to `output`; absent where the operation makes its output of
 * the body itself. What a Content-Type claims to be and is not stays text, and the output schema says so.
 */
export function compileDecoder(decode: HttpRequest["decode"], output: JsonSchema | undefined): AnswerDecoder {
  const steps = (isDecoders(decode) ? decode : [decode ?? "auto"]).map(compileStep);
  const misplaced = steps.slice(0, -1).find(({ name }) => name !== "gzip" && name !== "zip");
  if (misplaced !== undefined) {
    throw new MortiseError(
      "MISCONFIGURED",
      `Nothing can follow the decoder ${misplaced.name}; only gzip and zip can be followed.`,
    );
  }
  const [first = AUTO] = steps;
  let expected: Expected | undefined | null = null;
  const reader = (): Reader => {
    if (expected === null) expected = Expected.of(output);
    return new Reader(expected);
  };
  return ({ status, body, contentType }) => {
    if (first.name === "none" || body.length === 0) return null;
    const media = mediaType(contentType);
    const isSuccess = status >= 200 && status < 300;
    if (first.name === "auto" || (!isSuccess && OF_SUCCESS.has(first.name))) {
      return readingOf(media.name) === "json" ? parseJson(body) : (isSuccess ? reader() : PLAIN).byMediaType(body, media);
    }
    return reader().through(steps, body, media, new UnpackLimit(MAX_BODY_BYTES));
  };
}

/** Reads bodies for one expectation. */
class Reader {
  readonly #expected: Expected | undefined;

  constructor(expected: Expected | undefined) {
    this.#expected = expected;
  }

  through([step, ...rest]: readonly Step[], body: Buffer, media: MediaType, limit: UnpackLimit): Json | Promise<Json> {
    if (step?.name === "gzip") return this.#gunzip(rest, body, media, limit);
    if (step?.name === "zip") return this.#unzip(step, rest, body, media, limit);
    return step === undefined || step.name === "auto" ? this.byMediaType(body, media) : this.#read(step.name, body, media, step);
  }

  /** By Content-Type; text where only text is expected, or where it is not what it claims to be. */
  byMediaType(body: Buffer, media: MediaType): Json {
    const reading = readingOf(media.name);
    if (isTree(reading) && this.#expected?.asksOnly("string", "null") === true)
      return bodyText(body, charsetOf(reading, body, media));
    try {
      return this.#read(reading, body, media, AUTO);
    } catch (error) {
      if (isMortiseError(error) && error.code === "INVALID_OUTPUT") return bodyText(body, media.charset);
      throw error;
    }
  }

  async #gunzip(rest: readonly Step[], body: Buffer, media: MediaType, limit: UnpackLimit): Promise<Json> {
    const bytes = await gunzip(body, limit);
    return rest.length === 0 ? this.#unpacked(bytes, "", media) : this.through(rest, bytes, media, limit);
  }

  async #unzip({ wanted }: Step, rest: readonly Step[], body: Buffer, media: MediaType, limit: UnpackLimit): Promise<Json> {
    const entries = await unzip(body, wanted, limit);
    const contents: { readonly name: string; readonly content: Json }[] = [];
    const inner = wanted === undefined ? this : new Reader(this.#expected?.item?.member("content"));
    for (const { name, bytes } of entries) {
      const content = rest.length === 0 ? inner.#unpacked(bytes, name, media) : await inner.through(rest, bytes, media, limit);
      contents.push({ name, content });
    }
    return wanted === undefined ? (contents[0]?.content ?? null) : contents;
  }

  /** What was unpacked and has no decoder of its own: by its name, else as it looks. */
  #unpacked(bytes: Buffer, name: string, { charset }: MediaType): Json {
    if (bytes.length === 0) return null;
    const known = TYPES[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ""];
    const media = { name: known ?? "", charset: known === undefined ? undefined : charset, headless: false };
    if (known !== undefined) return this.byMediaType(bytes, media);
    const text = utf8(bytes);
    return text === undefined ? bytes.toString("base64") : jsonOr(text);
  }

  #read(reading: Reading | Step["name"], body: Buffer, media: MediaType, { csv, lists }: Step): Json {
    const text = (): string => bodyText(body, charsetOf(reading, body, media));
    switch (reading) {
      case "json":
        return parseJson(body);
      case "jsonl":
        return readJsonLines(text());
      case "csv":
        return readCsv(text(), media.headless ? { header: false, ...csv } : csv, this.#expected);
      case "xml":
        return readXml(text(), this.#expected, lists);
      case "sse":
        return readEvents(text(), this.#expected);
      case "text":
        return text();
      default:
        return body.toString("base64");
    }
  }
}

/** For failures, which the output schema says nothing about. */
const PLAIN = new Reader(undefined);

const TYPES: { readonly [extension: string]: string } = {
  json: "application/json",
  jsonl: "application/jsonl",
  ndjson: "application/x-ndjson",
  csv: "text/csv",
  xml: "application/xml",
  txt: "text/plain",
};

function compileStep(decoder: Decoder): Step {
  if (typeof decoder === "string") return { ...AUTO, name: decoder };
  if ("csv" in decoder) return { ...AUTO, name: "csv", csv: decoder.csv };
  if ("xml" in decoder) return { ...AUTO, name: "xml", lists: decoder.xml.lists ?? [] };
  // Failures only: a success is not decoded.
  if ("file" in decoder) return { ...AUTO, name: "binary" };
  const { entries } = decoder.zip;
  return { ...AUTO, name: "zip", wanted: entries === undefined ? undefined : entryPattern(entries) };
}

/** JSON is UTF-8 (RFC 8259 §8.1). */
const parseJson = (body: Buffer): Json => jsonOr(bodyText(body, "utf-8"));

function jsonOr(text: string): Json {
  try {
    return text.trim() === "" ? null : parseExactJson(text);
  } catch {
    return text;
  }
}

function charsetOf(reading: string, body: Buffer, { charset }: MediaType): string | undefined {
  return charset ?? (reading === "xml" ? declaredCharset(body) : undefined);
}

function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const isTree = (reading: Reading): boolean => reading === "xml" || reading === "csv" || reading === "sse" || reading === "jsonl";
const isDecoders = (decode: HttpRequest["decode"]): decode is readonly Decoder[] => Array.isArray(decode);
