import { CsvError, Parser } from "csv-parse";
import { type CsvDialect, fromLatin1 } from "./csv-dialect.ts";

/** One record of a CSV file with its place, exact to the byte. */
export interface CsvRecord {
  readonly fields: readonly string[];
  /** Byte after the record and its line break. */
  readonly end: number;
  /** Line, counted from 1, on which the record starts. */
  readonly line: number;
  /** Line after the record. */
  readonly nextLine: number;
}

/** A record that cannot be read: a quote that is not closed, or text after a closing one. */
export interface CsvFault {
  readonly reason: string;
  /** Byte after the last good record. */
  readonly after: number;
  /** Line on which the bad record starts. */
  readonly line: number;
}

/** What one feeding of bytes gave: records, then perhaps the fault that ended reading. */
export interface CsvBatch {
  readonly records: readonly CsvRecord[];
  readonly fault?: CsvFault;
}

/** A record longer than this is a broken quote rather than data, in characters. */
const MAX_RECORD = 4 * 1024 * 1024;

/**
 * Splits bytes into records with csv-parse and knows the byte after each.
 *
 * Owns: the parser and the count of lines.
 * Does not own: the file; header and columns (`csv-layout`).
 * Invariants:
 *   C1. `end` of a record is a place from which a new reader gives exactly the records that follow.
 *   C2. What is read does not depend on how the bytes were cut when they were fed.
 */
export class CsvRecords {
  readonly #parser: Parser;
  readonly #startByte: number;
  readonly #windows1252: boolean;
  #found: CsvRecord[] = [];
  #end: number;
  #line: number;
  #seenLines = 0;
  #seenEmpty = 0;

  /** Starts at a byte of the file which is the start of a record, on the line given. */
  constructor(dialect: CsvDialect, startByte: number, startLine: number) {
    this.#startByte = startByte;
    this.#end = startByte;
    this.#line = startLine;
    this.#windows1252 = dialect.encoding === "windows-1252";
    this.#parser = new Parser({
      bom: startByte === 0,
      delimiter: dialect.delimiter ?? ",",
      encoding: this.#windows1252 ? "latin1" : "utf8",
      quote: dialect.quote === "" ? null : (dialect.quote ?? '"'),
      escape: dialect.quote === "" ? null : (dialect.quote ?? '"'),
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: MAX_RECORD,
      on_record: (fields: string[]) => {
        this.#take(fields);
        return null;
      },
    });
    this.#parser.on("error", () => {});
  }

  /** Takes the next bytes of the file. */
  feed(bytes: Uint8Array): Promise<CsvBatch> {
    return this.#settle((done) => this.#parser.write(bytes, done));
  }

  /** Says that the file ends here. */
  finish(): Promise<CsvBatch> {
    return this.#settle((done) => this.#parser.end(done));
  }

  close(): void {
    this.#parser.destroy();
  }

  #settle(act: (done: (error?: Error | null) => void) => void): Promise<CsvBatch> {
    return new Promise((resolve, reject) => {
      act((error) => {
        const records = this.#found;
        this.#found = [];
        if (!error) resolve({ records });
        else if (!(error instanceof CsvError)) reject(error);
        else resolve({ records, fault: { reason: reasonOf(error), after: this.#end, line: this.#lineOfNext() } });
      });
    });
  }

  #take(raw: string[]): void {
    const fields = this.#windows1252 ? raw.map(fromLatin1) : raw;
    const info = this.#parser.info;
    const line = this.#lineOfNext();
    const lines = info.lines - this.#seenLines - (info.empty_lines - this.#seenEmpty);
    const nextLine = line + (lines === 1 ? 1 : 1 + fields.reduce((sum, field) => sum + lineBreaks(field), 0));
    this.#seenLines = info.lines;
    this.#seenEmpty = info.empty_lines;
    this.#line = nextLine;
    this.#end = this.#startByte + info.bytes;
    this.#found.push({ fields, end: this.#end, line, nextLine });
  }

  #lineOfNext(): number {
    return this.#line + this.#parser.info.empty_lines - this.#seenEmpty;
  }
}

/** csv-parse counts a quoted `\r\n` as two lines; people and editors count one. */
function lineBreaks(field: string): number {
  return field.match(/\r\n|\n|\r/g)?.length ?? 0;
}

function reasonOf(error: CsvError): string {
  if (error.code === "CSV_QUOTE_NOT_CLOSED") return "a quote is opened and never closed";
  if (error.code === "CSV_MAX_RECORD_SIZE")
    return "a row does not end within 4,194,304 characters; a quote is probably not closed";
  if (error.code === "CSV_INVALID_CLOSING_QUOTE") return "there is text after a closing quote";
  if (error.code === "INVALID_OPENING_QUOTE") return "there is a quote in the middle of a cell that does not start with one";
  return error.message;
}
