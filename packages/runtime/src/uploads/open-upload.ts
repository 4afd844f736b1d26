/**
 * Makes a body of pieces ready to be sent: files are looked at, nothing is read.
 *
 * Owns: what of a file is sent: as many bytes as it had when it was looked at.
 * Does not own: where files may be (FileAccess), when it is sent, and how often (EgressClient).
 * Invariants:
 *   U1. A body is read while it is sent, a chunk at a time; nothing is held.
 *   U2. What ends early or cannot be read breaks the request off: a body that is cut short is never sent as whole.
 *   U3. What is closed before its end gives its file back.
 */
import { createHash } from "node:crypto";
import { constants, type ReadStream } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { isMortiseError, MortiseError } from "@mortise/contract";
import type { FileAccess } from "@mortise/sdk";
import type { UploadSource } from "../egress/upload-source.ts";
import type { Upload } from "./upload.ts";
import type { Elsewhere, UploadPiece } from "./upload-draft.ts";

const CHUNK = 64 * 1024;

/** What pieces are looked up in. */
export interface UploadPlaces {
  readonly files: FileAccess;
  /** By name, as the caller gave them. */
  readonly uploads: { readonly [name: string]: Upload } | undefined;
}

/** One piece, found. */
interface Found {
  readonly length: number | undefined;
  readonly read: () => Iterable<Buffer> | Promise<Readable>;
  /** For people. */
  readonly name: string;
}

/** Finds the pieces. Throws `FILE_NOT_FOUND`, `FILE_NOT_ALLOWED`, `UNREADABLE_FILE`, `INVALID_INPUT` for a name that the caller gave nothing under. */
export async function openUpload(pieces: readonly UploadPiece[], places: UploadPlaces): Promise<UploadSource> {
  const found: Found[] = [];
  for (const piece of pieces) found.push(Buffer.isBuffer(piece) ? inMemory(piece) : await find(piece, places));
  const read = (onRead?: () => void): Readable =>
    Readable.from(bytesOf(found, onRead), { objectMode: false, highWaterMark: CHUNK });
  return Object.freeze({
    length: found.reduce<number | undefined>(
      (sum, { length }) => (sum === undefined || length === undefined ? undefined : sum + length),
      0,
    ),
    sha256: async () => {
      const hash = createHash("sha256");
      for await (const chunk of read()) hash.update(chunk as Buffer);
      return hash.digest("hex");
    },
    open: read,
  });
}

const inMemory = (bytes: Buffer): Found => ({ length: bytes.length, read: () => [bytes], name: "the body" });

async function find(piece: Elsewhere, { files, uploads }: UploadPlaces): Promise<Found> {
  if ("path" in piece) return await findFile(piece.path, files);
  const { upload: name } = piece;
  const upload = uploads !== undefined && Object.hasOwn(uploads, name) ? uploads[name] : undefined;
  if (upload === undefined) throw new MortiseError("INVALID_INPUT", `The caller gave no upload ${JSON.stringify(name)}.`);
  return { length: upload.length, read: async () => await upload.open(), name };
}

async function findFile(path: string, files: FileAccess): Promise<Found> {
  const real = await files.resolve(path, "read");
  const facts = await stat(real).catch((error: Error) => {
    throw unreadable(path, error);
  });
  // A pipe or a device has no end that could be known, and opening one may wait for ever.
  if (!facts.isFile()) throw new MortiseError("FILE_NOT_ALLOWED", `${path} is no file that can be sent.`, { path });
  return { length: facts.size, read: () => readFile(real, path, facts.size), name: path };
}

/** The checked file itself: what a link by its name leads to now was not looked at. */
async function readFile(real: string, path: string, size: number): Promise<Readable> {
  let file: FileHandle | undefined;
  try {
    file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW);
    if (size === 0) {
      await file.close();
      return Readable.from([]);
    }
    const stream: ReadStream = file.createReadStream({ start: 0, end: size - 1, highWaterMark: CHUNK });
    return stream;
  } catch (error) {
    await file?.close().catch(() => undefined);
    throw unreadable(path, error as Error);
  }
}

async function* bytesOf(found: readonly Found[], onRead: (() => void) | undefined): AsyncGenerator<Buffer> {
  for (const { read, length, name } of found) {
    let left = length ?? Number.POSITIVE_INFINITY;
    try {
      for await (const chunk of await read()) {
        const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as string);
        onRead?.();
        left -= bytes.length;
        if (left < 0) throw changed(name, "more");
        if (bytes.length > 0) yield bytes;
      }
    } catch (error) {
      throw unreadable(name, error instanceof Error ? error : new Error(String(error)));
    }
    if (length !== undefined && left > 0) throw changed(name, "fewer");
  }
}

function changed(name: string, how: string): MortiseError {
  return new MortiseError("UNREADABLE_FILE", `${name} has ${how} bytes than it had when sending began.`);
}

function unreadable(path: string, error: Error): MortiseError {
  if (isMortiseError(error)) return error;
  const code = "code" in error ? String(error.code) : error.message;
  return new MortiseError("UNREADABLE_FILE", `${path} could not be read: ${code}.`, { path, cause: error });
}
