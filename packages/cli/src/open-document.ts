import { readFileSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { unreadable } from "./read-file.ts";

const MAX_BYTES = 100 * 1024 * 1024;
const DOCUMENT = /\.(json|ya?ml)(\.gz)?$/i;

/** Text of an API document, unpacked where it is gzip. Throws `UNREADABLE_FILE`. */
export function openDocument(file: string): string {
  try {
    if (statSync(file).size > MAX_BYTES) throw new Error("it is larger than 100 MiB");
    const bytes = readFileSync(file);
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return (isPacked ? gunzipSync(bytes, { maxOutputLength: MAX_BYTES }) : bytes).toString("utf8");
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Text of another file of the same document. Undefined where there is none, or its name is not one of a document. */
export function openSibling(file: string): string | undefined {
  if (!DOCUMENT.test(file)) return undefined;
  try {
    return openDocument(file);
  } catch {
    return undefined;
  }
}
