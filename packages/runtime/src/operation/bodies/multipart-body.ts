import { createHash } from "node:crypto";
import type { Json, JsonObject, PartStyle } from "@mortise/contract";
import { type ReferredFile, referredFile } from "../../uploads/file-reference.ts";
import { UploadDraft, type UploadPiece } from "../../uploads/upload-draft.ts";
import { headerText } from "../parameters/header-parameter.ts";
import { contentText, isList, isObject, textOf } from "../parameters/parameter-value.ts";
import { queryParameter } from "../parameters/query-parameter.ts";
import { fileBytes, isFileContent } from "./file-content.ts";

/** One part of a multipart body. */
export interface Part<Content extends UploadPiece = Buffer> {
  readonly name: string;
  /** Absent: the part has no Content-Type, which makes it `text/plain` (RFC 7578 §4.4). */
  readonly type?: string;
  /** Present: the part is a file. */
  readonly fileName?: string;
  readonly content: Content;
}

/** A part whose bytes may be read when it is sent. */
export type AnyPart = Part<UploadPiece>;

type Styles = { readonly [name: string]: PartStyle } | undefined;
const plain = { name: (text: string) => text, value: (text: string) => text };

/**
 * Takes an object apart into parts: files, objects as JSON, lists as one part for each item, anything else as text. With `fromFiles` a part
 * whose style says `file` is one that is read when it is sent.
 */
export function multipartParts(content: JsonObject, styles: Styles): readonly Part[];
export function multipartParts(content: JsonObject, styles: Styles, fromFiles: boolean | undefined): readonly AnyPart[];
export function multipartParts(content: JsonObject, styles: Styles, fromFiles = false): readonly AnyPart[] {
  return Object.entries(content).flatMap(([name, value]): readonly AnyPart[] => {
    const style = styles !== undefined && Object.hasOwn(styles, name) ? styles[name] : undefined;
    if (style?.style !== undefined) {
      return queryParameter(name, style, plain)(value).map(([key, text]) => ({ name: key, content: Buffer.from(text, "utf8") }));
    }
    const asOne = style?.contentType !== undefined && style.file !== true && !hasFile(value);
    const items = isList(value) && !asOne ? value : [value];
    return items.filter((item) => item !== null).map((item) => partOf(name, item, { style, fromFiles }));
  });
}

/**
 * Writes parts as `multipart/form-data` (RFC 7578). Names are UTF-8, with quotes and line breaks percent-encoded as browsers do (WHATWG
 * HTML §4.10.21.8). The boundary is a digest of the parts, so that it cannot be in them and the same parts give the same bytes.
 */
export function writeMultipart(parts: readonly Part[]): { readonly bytes: Buffer; readonly boundary: string } {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(head(part)).update(part.content);
  const boundary = `mortise-${digest.digest("hex").slice(0, 32)}`;
  return { bytes: Buffer.concat(framed(parts, boundary) as readonly Buffer[]), boundary };
}

/** The same of parts that are read when they are sent; the boundary is given then, as no digest can be had of them. */
export function draftMultipart(parts: readonly AnyPart[], type: (boundary: string) => string): UploadDraft {
  return new UploadDraft({ pieces: (boundary) => framed(parts, boundary), type });
}

/** Whether every part is there already. */
export const isWhole = (parts: readonly AnyPart[]): parts is readonly Part[] =>
  parts.every(({ content }) => Buffer.isBuffer(content));

function framed(parts: readonly AnyPart[], boundary: string): readonly UploadPiece[] {
  return [
    ...parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n${head(part)}\r\n`), part.content, Buffer.from("\r\n")]),
    Buffer.from(`--${boundary}--\r\n`),
  ];
}

function partOf(
  name: string,
  value: Json,
  { style, fromFiles }: { readonly style: PartStyle | undefined; readonly fromFiles: boolean },
): AnyPart {
  const what = `The file ${JSON.stringify(name)}`;
  if (fromFiles && style?.file === true) return filePart(name, referredFile(value, what), style);
  if (style?.file ?? isFileContent(value)) {
    const { bytes: content, ...file } = fileBytes(value, what);
    return filePart(name, { ...file, content }, style);
  }
  const type = style?.contentType ?? (isObject(value) || isList(value) ? "application/json" : undefined);
  const text = type === undefined ? textOf(value) : contentText(value, type);
  return { name, ...(type === undefined ? {} : { type }), content: Buffer.from(text, "utf8") };
}

function filePart(name: string, file: ReferredFile, style: PartStyle | undefined): AnyPart {
  const isSaid = file.name !== undefined || file.type !== "application/octet-stream";
  const type = isSaid ? file.type : (style?.contentType?.split(",")[0] ?? file.type);
  return { name, type: type.trim(), fileName: file.name ?? name, content: file.content };
}

function head({ name, type, fileName }: AnyPart): string {
  const file = fileName === undefined ? "" : `; filename="${escaped(fileName)}"`;
  const typed = type === undefined ? "" : `Content-Type: ${headerText("Content-Type", type)}\r\n`;
  return `Content-Disposition: form-data; name="${escaped(name)}"${file}\r\n${typed}`;
}

const hasFile = (value: Json): boolean => (isList(value) ? value.some(isFileContent) : isFileContent(value));
const escaped = (text: string): string =>
  text.toWellFormed().replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22");
