import type { FileHandle } from "node:fs/promises";
import { fileBytes } from "../csv/file-bytes.ts";

/** A line of a text file with its place, exact to the byte. */
export interface TextLine {
  readonly bytes: Buffer;
  /** Byte after the line and its line break. */
  readonly end: number;
  /** Counted from 1. */
  readonly line: number;
}

/** The longest line that is read, in bytes (16 MiB). */
export const MAX_LINE = 16 * 1024 * 1024;

const LF = 10;
const BOM = Buffer.from("\ufeff");

/** Lines of a file from a place on, in batches, without their line breaks; a byte order mark at the start is dropped. Throws `RangeError` for a line over `MAX_LINE`. */
export async function* readLines(
  file: FileHandle,
  from: { readonly byte: number; readonly line: number },
  firstRead: number,
): AsyncGenerator<readonly TextLine[]> {
  let pending: Buffer[] = [];
  let pendingLength = 0;
  let { byte: end, line } = from;
  const cut = (tail: Buffer, breakLength: number): TextLine => {
    const whole = pending.length === 0 ? tail : Buffer.concat([...pending, tail]);
    end += whole.length + breakLength;
    pending = [];
    pendingLength = 0;
    const text = line === 1 && whole.subarray(0, 3).equals(BOM) ? whole.subarray(3) : whole;
    return { bytes: text.at(-1) === 13 ? text.subarray(0, -1) : text, end, line: line++ };
  };
  for await (const bytes of fileBytes(file, from.byte, firstRead)) {
    const lines: TextLine[] = [];
    let start = 0;
    for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, start)) {
      lines.push(cut(bytes.subarray(start, at), 1));
      start = at + 1;
    }
    if (start < bytes.length) {
      pending.push(bytes.subarray(start));
      pendingLength += bytes.length - start;
      if (pendingLength > MAX_LINE) throw new RangeError(`line ${line} is longer than ${MAX_LINE} bytes`);
    }
    if (lines.length > 0) yield lines;
  }
  if (pendingLength > 0) yield [cut(Buffer.alloc(0), 0)];
}
