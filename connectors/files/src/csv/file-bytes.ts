import type { FileHandle } from "node:fs/promises";

/**
 * Bytes of a file from a place on, in growing pieces: the first is `first` bytes long, the later ones up to 256 KiB.
 * A short first piece keeps small pages cheap, long later ones keep big reads fast.
 */
export async function* fileBytes(file: FileHandle, from: number, first: number): AsyncGenerator<Buffer> {
  let position = from;
  let size = Math.min(Math.max(first, 4 * 1024), 256 * 1024);
  while (true) {
    const buffer = Buffer.allocUnsafe(size);
    const { bytesRead } = await file.read(buffer, 0, size, position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
    size = Math.min(size * 4, 256 * 1024);
  }
}
