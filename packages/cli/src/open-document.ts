import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Diagnostic } from "@mortise/contract";
import { unreadable } from "./read-file.ts";

const MAX_BYTES = 100 * 1024 * 1024;
const DOCUMENT = /\.(json|ya?ml)(\.gz)?$/i;

/** Text of an API document, unpacked where it is gzip; UTF-8, or UTF-16 where a byte order mark says so. Throws `UNREADABLE_FILE`. */
export function openDocument(file: string): string {
  try {
    if (statSync(file).size > MAX_BYTES) throw new Error("it is larger than 100 MiB");
    const bytes = readFileSync(file);
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return textOf(isPacked ? gunzipSync(bytes, { maxOutputLength: MAX_BYTES }) : bytes);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function textOf(bytes: Buffer): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

/** Reads the other files of a document. */
export interface SiblingReader {
  /** Text of a file. Undefined where there is none, its name is not one of a document, or it is outside of the folder. */
  readonly read: (file: string) => string | undefined;
  /** What was refused: a document may come from anybody, and must not bring files of this machine into a connector. */
  readonly refused: () => readonly Diagnostic[];
}

/** Reads what a document refers to below one folder, wherever links lead. `folder` absent: the document's own. */
export function createSiblingReader(document: string, folder = dirname(document)): SiblingReader {
  const root = resolve(folder);
  const refused = new Set<string>();
  return {
    read: (file) => {
      if (!DOCUMENT.test(file)) return undefined;
      const path = resolve(file);
      try {
        if (isInside(path, root) && isInside(realpathSync(path), realpathSync(root)))
          return statSync(path).isFile() ? openDocument(path) : undefined;
      } catch {
        return undefined;
      }
      refused.add(file);
      return undefined;
    },
    refused: () =>
      [...refused].map((file) => ({
        code: "FILE_NOT_ALLOWED",
        severity: "warning",
        path: "",
        file: document,
        message: `${file} is outside of ${folder} and was not read.`,
        fix: { title: "Where the document is trusted, give the folder that holds all of its files with --refs." },
      })),
  };
}

/** Whether a path is below a folder; both absolute. */
function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way.split(sep)[0] !== ".." && !isAbsolute(way);
}
