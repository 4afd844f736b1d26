import type { Readable } from "node:stream";

/** Bytes that the caller has somewhere else, for an operation whose contract takes files. */
export interface Upload {
  /** Bytes. Absent: not known, and the body is sent in chunks (RFC 9112 §7.1). */
  readonly length?: number;
  /** Reads it from its start; called for every attempt. Has to end after `length` bytes. */
  readonly open: () => Readable | Promise<Readable>;
}
