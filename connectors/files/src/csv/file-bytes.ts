import type { FileHandle } from "node:fs/promises";

/** The longest piece, bytes. */
const LONGEST = 64 * 1024;

/**
 * Bytes of a file from a place on, in pieces: about `first` bytes for a page that is read alone, then short ones that grow to 64 KiB
 * for those who read on. Every piece is a buffer of its own.
 */
export async function* fileBytes(file: FileHandle, from: number, first: number): AsyncGenerator<Buffer> {
  let position = from;
  let wanted = Math.max(Math.ceil(first), 4 * 1024);
  let longest = 8 * 1024;
  while (true) {
    const size = Math.min(wanted, LONGEST);
    const buffer = Buffer.allocUnsafe(size);
    const { bytesRead } = await file.read(buffer, 0, size, position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
    wanted -= bytesRead;
    if (wanted <= 0) {
      wanted = longest;
      longest = Math.min(longest * 2, LONGEST);
    }
  }
}

/** Bytes that a page probably has, from the rows before it. */
export function pageBytes(cursor: { readonly byte: number; readonly row: number }, size: number): number {
  return 512 + size * (cursor.row > 0 ? cursor.byte / cursor.row : 128);
}
