import type { FileHandle } from "node:fs/promises";
import { badLine } from "./bad-line.ts";
import type { CsvDialect } from "./csv-dialect.ts";
import { type CsvFault, type CsvRecord, CsvRecords } from "./csv-records.ts";
import { fileBytes } from "./file-bytes.ts";
import { Utf8Guard } from "./utf8-guard.ts";

/** A line that could not be read as a record; `raw` is its text, cut to 1,000 characters. */
export interface BadLine {
  readonly reason: string;
  readonly raw: string;
  readonly end: number;
  readonly line: number;
  readonly nextLine: number;
}

export type CsvEntry = CsvRecord | BadLine;

/** Where reading starts. */
export interface CsvPlace {
  readonly byte: number;
  readonly line: number;
}

/** Reports bytes that are no CSV by throwing. */
export type Fail = (reason: string, line: number, fix: string) => never;

export interface ReadRecordsOptions {
  /** Bytes to read first; see `fileBytes`. */
  readonly firstRead: number;
  /** Called for bytes that are not UTF-8 and for broken quotes where `recover` is false; must throw. */
  readonly fail: Fail;
  /** Broken lines become entries, and reading goes on with the line after them. */
  readonly recover: boolean;
}

/** Entries of a file from a place on, in batches. */
export async function* readRecords(
  file: FileHandle,
  dialect: CsvDialect,
  from: CsvPlace,
  options: ReadRecordsOptions,
): AsyncGenerator<readonly CsvEntry[]> {
  let place = from;
  while (true) {
    const fault = yield* untilFault(file, dialect, place, options);
    if (!fault) return;
    if (!options.recover)
      options.fail(
        fault.reason,
        fault.line,
        "Close the quote, double a quote that is part of the text, or set the quote character.",
      );
    const bad = await badLine(file, fault);
    yield [bad];
    place = { byte: bad.end, line: bad.nextLine };
  }
}

async function* untilFault(
  file: FileHandle,
  dialect: CsvDialect,
  from: CsvPlace,
  options: ReadRecordsOptions,
): AsyncGenerator<readonly CsvEntry[], CsvFault | undefined> {
  const records = new CsvRecords(dialect, from.byte, from.line);
  const guard = dialect.encoding === "windows-1252" ? undefined : new Utf8Guard();
  let line = from.line;
  const notUtf8 = (): never =>
    options.fail("the bytes are not UTF-8", line, "Save the file as UTF-8, or set the encoding to windows-1252.");
  try {
    for await (const bytes of fileBytes(file, from.byte, options.firstRead)) {
      const utf8 = guard?.accepts(bytes) ?? true;
      const batch = await records.feed(bytes);
      line = batch.records.at(-1)?.nextLine ?? line;
      if (!utf8) {
        const broken = batch.records.find((record) => record.fields.some((field) => field.includes("\ufffd")));
        line = broken?.line ?? line;
        notUtf8();
      }
      if (batch.records.length > 0) yield batch.records;
      if (batch.fault) return batch.fault;
    }
    if (guard?.complete() === false) notUtf8();
    const last = await records.finish();
    if (last.records.length > 0) yield last.records;
    return last.fault;
  } finally {
    records.close();
  }
}
