import { createHash } from "node:crypto";
import type { Json, JsonObject, PartStyle } from "@mortise/contract";
import { headerText } from "../parameters/header-parameter.ts";
import { contentText, isList, isObject, textOf } from "../parameters/parameter-value.ts";
import { queryParameter } from "../parameters/query-parameter.ts";
import { type FileBytes, fileBytes, isFileContent } from "./file-content.ts";

/** One part of a multipart body. */
export interface Part {
  readonly name: string;
  /** Absent: the part has no Content-Type, which makes it `text/plain` (RFC 7578 §4.4). */
  readonly type?: string;
  /** Present: the part is a file. */
  readonly fileName?: string;
  readonly bytes: Buffer;
}

type Styles = { readonly [name: string]: PartStyle } | undefined;
const plain = { name: (text: string) => text, value: (text: string) => text };

/** Takes an object apart into parts: files, objects as JSON, lists as one part for each item, anything else as text. */
export function multipartParts(content: JsonObject, styles: Styles): readonly Part[] {
  return Object.entries(content).flatMap(([name, value]): readonly Part[] => {
    const style = styles !== undefined && Object.hasOwn(styles, name) ? styles[name] : undefined;
    if (style?.style !== undefined) {
      return queryParameter(name, style, plain)(value).map(([key, text]) => ({ name: key, bytes: Buffer.from(text, "utf8") }));
    }
    const asOne = style?.contentType !== undefined && style.file !== true && !hasFile(value);
    const items = isList(value) && !asOne ? value : [value];
    return items.filter((item) => item !== null).map((item) => partOf(name, item, style));
  });
}

/**
 * Writes parts as `multipart/form-data` (RFC 7578). Names are UTF-8, with quotes and line breaks percent-encoded as browsers do (WHATWG
 * HTML §4.10.21.8). The boundary is a digest of the parts, so that it cannot be in them and the same parts give the same bytes.
 */
export function writeMultipart(parts: readonly Part[]): { readonly bytes: Buffer; readonly boundary: string } {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(head(part)).update(part.bytes);
  const boundary = `mortise-${digest.digest("hex").slice(0, 32)}`;
  const chunks = parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n${head(part)}\r\n`), part.bytes, Buffer.from("\r\n")]);
  return { bytes: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]), boundary };
}

function partOf(name: string, value: Json, style: PartStyle | undefined): Part {
  if (style?.file ?? isFileContent(value)) return filePart(name, fileBytes(value, `The file ${JSON.stringify(name)}`), style);
  const type = style?.contentType ?? (isObject(value) || isList(value) ? "application/json" : undefined);
  const text = type === undefined ? textOf(value) : contentText(value, type);
  return { name, ...(type === undefined ? {} : { type }), bytes: Buffer.from(text, "utf8") };
}

function filePart(name: string, file: FileBytes, style: PartStyle | undefined): Part {
  const isSaid = file.name !== undefined || file.type !== "application/octet-stream";
  const type = isSaid ? file.type : (style?.contentType?.split(",")[0] ?? file.type);
  return { name, type: type.trim(), fileName: file.name ?? name, bytes: file.bytes };
}

function head({ name, type, fileName }: Part): string {
  const file = fileName === undefined ? "" : `; filename="${escaped(fileName)}"`;
  const typed = type === undefined ? "" : `Content-Type: ${headerText("Content-Type", type)}\r\n`;
  return `Content-Disposition: form-data; name="${escaped(name)}"${file}\r\n${typed}`;
}

const hasFile = (value: Json): boolean => (isList(value) ? value.some(isFileContent) : isFileContent(value));
const escaped = (text: string): string =>
  text.toWellFormed().replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22");
