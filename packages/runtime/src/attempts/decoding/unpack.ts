import { promisify } from "node:util";
import { crc32, gunzip as gunzipBytes } from "node:zlib";
import { isMortiseError, MortiseError } from "@mortise/contract";
import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";
import { malformed, tooLarge } from "./malformed.ts";

/** Bytes that may still be unpacked from one answer, however many layers and entries it has. */
export class UnpackLimit {
  readonly limit: number;
  #left: number;

  constructor(limit: number) {
    this.limit = limit;
    this.#left = limit;
  }

  get left(): number {
    return this.#left;
  }

  /** Throws `LIMIT_EXCEEDED` where that is more than is left. */
  take(bytes: number): void {
    if (bytes > this.#left) throw tooLarge(this.limit);
    this.#left -= bytes;
  }
}

/** One entry of an archive. */
export interface Unpacked {
  readonly name: string;
  readonly bytes: Buffer;
}

const MAX_ENTRIES = 10_000;
const inflate = promisify(gunzipBytes);

/** Unpacks gzip (RFC 1952). What is not gzip, such as an answer that the transport has unpacked already, stays as it is. */
export async function gunzip(body: Buffer, limit: UnpackLimit): Promise<Buffer> {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    const bytes = await inflate(body, { maxOutputLength: Math.max(1, limit.left) });
    limit.take(bytes.length);
    return bytes;
  } catch (error) {
    if (isMortiseError(error)) throw error;
    if (error instanceof RangeError) throw tooLarge(limit.limit);
    throw malformed("gzip data", error instanceof Error ? error.message : String(error));
  }
}

/**
 * Unpacks entries of a zip archive: those whose path `wanted` accepts, or the first file. Nothing is written anywhere, so a path is
 * only a name. Throws `INVALID_OUTPUT` for a broken or encrypted archive, `LIMIT_EXCEEDED` before more than the limit is unpacked.
 */
export async function unzip(
  body: Buffer,
  wanted: ((name: string) => boolean) | undefined,
  limit: UnpackLimit,
): Promise<readonly Unpacked[]> {
  try {
    const archive = await fromBufferPromise(body);
    const found: Unpacked[] = [];
    let seen = 0;
    for await (const entry of archive.eachEntry()) {
      if (++seen > MAX_ENTRIES) throw new MortiseError("LIMIT_EXCEEDED", `The archive has more than ${MAX_ENTRIES} entries.`);
      if (entry.fileName.endsWith("/") || wanted?.(entry.fileName) === false) continue;
      found.push({ name: entry.fileName, bytes: await contentOf(archive, entry, limit) });
      if (wanted === undefined) break;
    }
    return found;
  } catch (error) {
    if (isMortiseError(error)) throw error;
    throw malformed("zip archive", error instanceof Error ? error.message : String(error));
  }
}

/** What an archive says about sizes is checked first, and what comes out is counted all the same. */
async function contentOf(archive: ZipFile, entry: Entry, limit: UnpackLimit): Promise<Buffer> {
  if (entry.uncompressedSize > limit.left) throw tooLarge(limit.limit);
  const stream = await archive.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    limit.take((chunk as Buffer).length);
    chunks.push(chunk as Buffer);
  }
  const bytes = Buffer.concat(chunks);
  if (crc32(bytes) !== entry.crc32) throw malformed("zip archive", `the checksum of ${entry.fileName} is wrong`);
  return bytes;
}
