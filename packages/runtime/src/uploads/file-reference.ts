import { basename } from "node:path";
import { type Json, MortiseError } from "@mortise/contract";
import { fileBytes, isFileContent } from "../operation/bodies/file-content.ts";
import { isObject } from "../operation/parameters/parameter-value.ts";
import type { UploadPiece } from "./upload-draft.ts";

/** A file as it goes into a body, read when it is sent or there already. */
export interface ReferredFile {
  readonly name: string | undefined;
  readonly type: string;
  readonly content: UploadPiece;
}

const KEYS = new Set(["path", "upload", "name", "type"]);

/**
 * What a body of a request with `fromFiles` names: a path, `{ path }` or `{ upload }` with perhaps `name` and `type`, or a file's content. Throws
 * `INVALID_INPUT` for anything else, naming `what`.
 */
export function referredFile(value: Json, what: string): ReferredFile {
  if (typeof value === "string" && value !== "") return elsewhere({ path: value }, value);
  if (isFileContent(value)) {
    const { name, type, bytes } = fileBytes(value, what);
    return { name, type, content: bytes };
  }
  if (isObject(value) && Object.entries(value).every(([key, part]) => KEYS.has(key) && typeof part === "string" && part !== "")) {
    const { path, upload, name, type } = value as { readonly [key: string]: string };
    if (path !== undefined && upload === undefined) return elsewhere({ path }, path, { name, type });
    if (upload !== undefined && path === undefined) return elsewhere({ upload }, upload, { name, type });
  }
  throw new MortiseError("INVALID_INPUT", `${what} is no file.`, {
    remedy: "Give a path, or an object with one of `path`, `upload`, `base64` and `text`, and perhaps `name` and `type`.",
  });
}

function elsewhere(
  content: UploadPiece,
  place: string,
  { name, type }: { readonly name?: string | undefined; readonly type?: string | undefined } = {},
): ReferredFile {
  return { name: name ?? basename(place), type: type ?? "application/octet-stream", content };
}

/** What people see of a piece: where it is, of bytes their number. */
export function shownPiece(piece: UploadPiece): { readonly [key: string]: string | number } {
  return Buffer.isBuffer(piece) ? { bytes: piece.length } : piece;
}
