import { compileValue, type Scope } from "@mortise/builders";
import { type BodyType, type HttpRequest, type Json, type JsonObject, MortiseError } from "@mortise/contract";
import { headerText } from "../parameters/header-parameter.ts";
import { isList, isObject, textOf } from "../parameters/parameter-value.ts";
import { fileBytes } from "./file-content.ts";
import { writeForm } from "./form-body.ts";
import { multipartParts, writeMultipart } from "./multipart-body.ts";
import { writeXml } from "./xml-body.ts";

/** A body as it is sent. */
export interface WrittenBody {
  readonly bytes: string | Buffer;
  readonly type: string;
  /** What people see of it: data and text as they are, of bytes their type and size. */
  readonly show: () => Json;
}

/** Writes what a body holds; `header` is the Content-Type that the request sets itself. */
export type BodyWriter = (scope: Scope, content: Json, header: string | undefined) => WrittenBody;

interface Written extends Omit<WrittenBody, "type"> {
  readonly type?: string;
  readonly boundary?: string;
}

type Write = (content: Json, request: BodySpec) => Written;
type BodySpec = Pick<HttpRequest, "bodyType" | "contentType" | "styles" | "xml">;

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

function writeParts(content: Json, { styles }: BodySpec): Written {
  const parts = multipartParts(record(content), styles?.body);
  const shown = parts.map(({ name, type, fileName, bytes }): JsonObject => {
    if (fileName === undefined) return { name, ...(type === undefined ? {} : { type }), value: bytes.toString("utf8") };
    return { name, type: type ?? "text/plain", fileName, bytes: bytes.length };
  });
  return { ...writeMultipart(parts), show: () => shown };
}

function writeBytes(content: Json): Written {
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
