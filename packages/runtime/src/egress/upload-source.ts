import type { Readable } from "node:stream";

/** A body that is read as it is sent. */
export interface UploadSource {
  /** Bytes; undefined: not known, so that it is sent in chunks (RFC 9112 §7.1). */
  readonly length: number | undefined;
  /** SHA-256 of it as hexadecimal digits, read through for that. Rejects with what it could not be read for. */
  sha256(): Promise<string>;
  /** Reads it from its start; every hop opens it anew. No more is read than is sent; `onRead` is called with every chunk. */
  open(onRead?: () => void): Readable;
}

/** A body as a request carries it. */
export type RequestBody = string | Buffer | UploadSource;

/** Whether a body is read as it is sent. */
export function isUpload(body: RequestBody | undefined): body is UploadSource {
  return typeof body === "object" && "open" in body;
}
