import type { FileHandle } from "node:fs/promises";
import type { CsvFault } from "./csv-records.ts";
import { fileBytes } from "./file-bytes.ts";
import type { BadLine } from "./read-records.ts";

const CR = 13;
const LF = 10;
/** How much of a broken line people get to see, in characters. */
const SHOWN = 1_000;

/** The physical line that a fault starts on: blank lines before it are passed over. */
export async function badLine(file: FileHandle, fault: CsvFault): Promise<BadLine> {
  let position = fault.after;
  let started = false;
  let endedByCr = false;
  const kept: number[] = [];
  const done = (): BadLine => ({
    reason: fault.reason,
    raw: Buffer.from(kept).toString("utf8").slice(0, SHOWN),
    end: position,
    line: fault.line,
    nextLine: fault.line + 1,
  });
  for await (const bytes of fileBytes(file, fault.after, 4 * 1024)) {
    for (const byte of bytes) {
      const breaks = byte === CR || byte === LF;
      if (endedByCr) {
        if (byte === LF) position++;
        return done();
      }
      position++;
      if (!breaks) {
        started = true;
        if (kept.length < SHOWN * 4) kept.push(byte);
      } else if (started) {
        if (byte === LF) return done();
        endedByCr = true;
      }
    }
  }
  return done();
}
