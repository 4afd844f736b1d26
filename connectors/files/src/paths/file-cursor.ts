import type { FileHandle } from "node:fs/promises";
import { type Json, MortiseError } from "@mortise/sdk";

/** A place in a file: the byte, how many rows lie before it, and its line (from 1). */
export interface FileCursor {
  readonly byte: number;
  readonly row: number;
  readonly line: number;
}

/** Reads a saved cursor; null is the start. Throws `STREAM_CHANGED` where the file has become shorter, `INVALID_INPUT` for anything that is no cursor. */
export async function readCursor(cursor: Json, start: FileCursor, file: FileHandle, name: string): Promise<FileCursor> {
  if (cursor === null || cursor === undefined) return start;
  const { byte, row, line } = cursor as Partial<FileCursor>;
  if (!isCount(byte) || !isCount(row) || !isCount(line)) {
    throw new MortiseError("INVALID_INPUT", `${JSON.stringify(cursor)} is no cursor of a file: {byte, row, line} is needed.`);
  }
  const { size } = await file.stat();
  if (byte > size) {
    throw new MortiseError("STREAM_CHANGED", `${name} has ${size} bytes now; reading had come to byte ${byte} (row ${row}).`);
  }
  return { byte, row, line };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
