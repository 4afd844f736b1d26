import { compileValue, type Scope } from "@mortise/builders";
import { type BodyType, type HttpRequest, type Json, type JsonObject, MortiseError } from "@mortise/contract";
import { referredFile, shownPiece } from "../../uploads/file-reference.ts";
import { UploadDraft } from "../../uploads/upload-draft.ts";
import { headerText } from "../parameters/header-parameter.ts";
import { isList, isObject, textOf } from "../parameters/parameter-value.ts";
import { fileBytes } from "./file-content.ts";
import { writeForm } from "./form-body.ts";
import { type AnyPart, draftMultipart, isWhole, multipartParts, writeMultipart } from "./multipart-body.ts";
import { writeXml } from "./xml-body.ts";

/** A body as it is sent. */
export interface WrittenBody {
  readonly bytes: string | Buffer | UploadDraft;
  readonly type: string;
  /** What people see of it: data and text as they are, of bytes their type and size. */
  readonly show: () => Json;
}

/** Writes what a body holds; `header` is the Content-Type that the request sets itself. */
export type BodyWriter = (scope: Scope, content: Json, header: string | undefined) => WrittenBody;

interface Written extends Omit<WrittenBody, "type" | "bytes"> {
  readonly bytes: string | Buffer | Drafted;
  readonly type?: string;
  readonly boundary?: string;
}

/** What is read when it is sent; its Content-Type is that of the request. */
type Drafted = (type: string) => UploadDraft;

type Write = (content: Json, request: BodySpec) => Written;
type BodySpec = Pick<HttpRequest, "bodyType" | "contentType" | "styles" | "xml" | "fromFiles">;

const TYPES: { readonly [type in BodyType]: { readonly type: string; readonly write: Write } } = Object.freeze({
  json: { type: "application/json", write: (content) => ({ bytes: JSON.stringify(content), show: () => content }) },
  jsonl: { type: "application/x-ndjson", write: writeLines },
  form: {
    type: "application/x-www-form-urlencoded",
    write: (content, { styles }) => ({ bytes: writeForm(record(content), styles?.body), show: () => content }),
  },
  multipart: { type: "multipart/form-data", write: writeParts },
  xml: { type: "application/xml", write: (content, { xml }) => asText(writeXml(content, xml)) },
  text: { type: "text/plain; charset=utf-8", write: (content) => asText(textOf(content)) },
  binary: { type: "application/octet-stream", write: writeBytes },
});

/** Compiles how a body is written. Throws at run time `INVALID_INPUT` for content that its type cannot carry. */
export function compileBody(request: BodySpec): BodyWriter {
  const bodyTypeOf = compileBodyType(request.bodyType);
  const contentType = request.contentType === undefined ? undefined : compileValue(request.contentType);
  return (scope, content, header) => {
    const usual = TYPES[bodyTypeOf(scope)];
    const { bytes, show, type, boundary } = usual.write(content, request);
    const wanted = contentType?.evaluate(scope) ?? header;
    const said = typeof wanted === "string" && wanted !== "" ? headerText("Content-Type", wanted) : (type ?? usual.type);
    if (typeof bytes === "function") return { bytes: bytes(said), show, type: said };
    return { bytes, show, type: boundary === undefined ? said : withBoundary(said, boundary) };
  };
}

function compileBodyType(given: HttpRequest["bodyType"]): (scope: Scope) => BodyType {
  if (given === undefined || typeof given === "string") return () => given ?? "json";
  const compiled = compileValue({ ...given });
  return (scope) => {
    const found = compiled.evaluate(scope) ?? "json";
    if (typeof found === "string" && Object.hasOwn(TYPES, found)) return found as BodyType;
    throw new MortiseError(
      "INVALID_INPUT",
      `The body's type came to ${JSON.stringify(found)}; expected one of ${Object.keys(TYPES).join(", ")}.`,
    );
  };
}

const asText = (text: string): Written => ({ bytes: text, show: () => text });

/** One JSON value a line, each line ended. */
function writeLines(content: Json): Written {
  if (!isList(content)) throw new MortiseError("INVALID_INPUT", "A body of JSON lines needs a list.");
  return { bytes: content.map((item) => `${JSON.stringify(item)}\n`).join(""), show: () => content };
}

function writeParts(content: Json, { styles, fromFiles }: BodySpec): Written {
  const parts = multipartParts(record(content), styles?.body, fromFiles);
  const show = (): Json => parts.map(shownPart);
  if (isWhole(parts)) return { ...writeMultipart(parts), show };
  return { bytes: (type) => draftMultipart(parts, (boundary) => withBoundary(type, boundary)), show };
}

function shownPart({ name, type, fileName, content }: AnyPart): JsonObject {
  if (fileName === undefined && Buffer.isBuffer(content))
    return { name, ...(type === undefined ? {} : { type }), value: content.toString("utf8") };
  return { name, type: type ?? "text/plain", ...(fileName === undefined ? {} : { fileName }), ...shownPiece(content) };
}

function writeBytes(content: Json, { fromFiles }: BodySpec): Written {
  if (fromFiles === true) {
    const { content: piece, type } = referredFile(content, "The body");
    const bytes = Buffer.isBuffer(piece) ? piece : (said: string) => new UploadDraft({ pieces: () => [piece], type: () => said });
    return { bytes, type, show: () => ({ type, ...shownPiece(piece) }) };
  }
  const { bytes, type } = fileBytes(content, "The body");
  return { bytes, type, show: () => ({ type, bytes: bytes.length }) };
}

/** A boundary that the request says itself cannot be the one that was used. */
function withBoundary(type: string, boundary: string): string {
  return `${type.replaceAll(/;\s*boundary=(?:"[^"]*"|[^;]*)/gi, "").trim()}; boundary=${boundary}`;
}

function record(content: Json): JsonObject {
  if (isObject(content)) return content;
  throw new MortiseError(
    "INVALID_INPUT",
    `The request's body came to ${isList(content) ? "a list" : typeof content}; an object is needed.`,
  );
}
