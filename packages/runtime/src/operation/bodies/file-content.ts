import { type FileContent, type Json, MortiseError } from "@mortise/contract";
import { isObject } from "../parameters/parameter-value.ts";

/** A file as it goes into a body. */
export interface FileBytes {
  readonly name: string | undefined;
  readonly type: string;
  readonly bytes: Buffer;
}

const KEYS = new Set(["name", "type", "base64", "text"]);

/** Whether a value is a {@link FileContent}: exactly one of `base64` and `text`, and nothing else but a name and a type. */
export function isFileContent(value: Json): value is FileContent & { readonly [key: string]: string } {
  if (!isObject(value) || Object.hasOwn(value, "base64") === Object.hasOwn(value, "text")) return false;
  return Object.entries(value).every(([key, part]) => KEYS.has(key) && typeof part === "string");
}

/** The bytes of a file: a {@link FileContent}, or base64 text. Throws `INVALID_INPUT` for anything else, naming `what`. */
export function fileBytes(value: Json, what: string): FileBytes {
  if (typeof value === "string") return { name: undefined, type: "application/octet-stream", bytes: fromBase64(value, what) };
  if (isFileContent(value)) {
    const { name, type, base64, text = "" } = value as FileContent;
    if (base64 !== undefined) return { name, type: type ?? "application/octet-stream", bytes: fromBase64(base64, what) };
    return { name, type: type ?? "text/plain; charset=utf-8", bytes: Buffer.from(text, "utf8") };
  }
  throw new MortiseError("INVALID_INPUT", `${what} is no file.`, {
    remedy: "Give base64 text, or an object with `base64` or `text`, and perhaps `name` and `type`.",
  });
}

/** Base64 or base64url (RFC 4648), with or without padding and line breaks. */
function fromBase64(text: string, what: string): Buffer {
  const compact = text.replaceAll(/[\r\n\t ]/g, "");
  const isValid = /^[A-Za-z0-9+/_-]*={0,2}$/.test(compact) && compact.replaceAll("=", "").length % 4 !== 1;
  if (isValid) return Buffer.from(compact, "base64");
  throw new MortiseError("INVALID_INPUT", `${what} is not base64.`, { remedy: "Encode the bytes as base64 (RFC 4648)." });
}
