import type { Decoder, JsonSchema, Value } from "@mortise/contract";
import { isOpen } from "@mortise/contract/validation";
import { own, ownText } from "../document/loose.ts";
import type { Place } from "../document/place.ts";
import type { Draft } from "../schemas/convert-schema.ts";
import { ANSWERED, ANSWERED_XML } from "../schemas/flavour.ts";
import type { SourceMedia, SourceResponse } from "../source/source-operation.ts";
import { ANY_TYPE, type ImportContext } from "./import-context.ts";
import { bodyTypeOf, isJson, isJsonLines, isWildcard, isXml } from "./media-kind.ts";

/** What an operation answers where it succeeds. */
export interface Answer {
  readonly schema: Draft;
  /** Absent: by Content-Type. */
  readonly decode: Decoder | undefined;
  /** What to ask for, where it is no JSON. */
  readonly accept: string | undefined;
  /** The output, where it is not the body. */
  readonly output: Value | undefined;
  /** Responses that count as success. */
  readonly responses: readonly SourceResponse[];
}

/** The output of an operation: the schemas of its successful responses. */
export function answerOf(all: readonly SourceResponse[], isHead: boolean, context: ImportContext): Answer {
  const good = all.filter(({ status }) => status.startsWith("2"));
  const responses = good.length > 0 ? good : all.filter(({ status }) => status === "DEFAULT");
  if (isHead) return headersOf(responses);
  const parts = responses.map((response) => partOf(response, context));
  const schemas = distinct(parts.map(({ schema }) => schema));
  const decoders = [...new Set(parts.flatMap(({ decode, isEmpty }) => (isEmpty ? [] : [decode])))];
  const accepts = [...new Set(parts.flatMap(({ accept, isEmpty }) => (isEmpty ? [] : [accept])))];
  return {
    schema: schemas.length === 0 ? { ...ANY_TYPE } : united(schemas),
    decode: decoders.length === 1 ? decoders[0] : undefined,
    accept: accepts.length === 1 ? accepts[0] : undefined,
    output: undefined,
    responses,
  };
}

/** What HEAD answers are its headers (RFC 9110 §9.3.2): those that the document names, by their names; null where it names none. */
function headersOf(responses: readonly SourceResponse[]): Answer {
  const headers = new Map(responses.flatMap((response) => response.headers));
  const common = { decode: "none", accept: undefined, responses } as const;
  if (headers.size === 0) return { ...common, schema: { type: "null" }, output: undefined };
  const properties = [...headers].map(([name, { value }]) => {
    const description = ownText(value, "description");
    return [name, { type: ["string", "null"], ...(description === undefined ? {} : { description }) }] as const;
  });
  const values = [...headers.keys()].map(
    (name) => [name, { $cel: `response.headers[?${JSON.stringify(name.toLowerCase())}].orValue(null)` }] as const,
  );
  return {
    ...common,
    schema: { type: "object", properties: Object.fromEntries(properties) },
    output: Object.fromEntries(values),
  };
}

interface Part {
  readonly schema: Draft;
  readonly decode?: Decoder;
  readonly accept?: string;
  readonly isEmpty?: boolean;
}

function partOf({ status, media }: SourceResponse, context: ImportContext): Part {
  if (status === "204" || status === "205") return { schema: { type: "null" }, isEmpty: true };
  const chosen = preferred(media);
  if (chosen === undefined) return { schema: { ...ANY_TYPE }, isEmpty: true };
  const { type } = chosen;
  const schema = chosen.schema;
  if (isJson(type) || (isWildcard(type) && !isBinary(schema, context))) {
    return {
      schema: converted(schema, context, false),
      ...(type === "application/json" || isWildcard(type) || type.includes("*") ? {} : { accept: type }),
    };
  }
  const accept = type.includes("*") ? {} : { accept: type };
  if (isXml(type)) return { schema: converted(schema, context, true), decode: "xml", ...accept };
  if (type === "text/event-stream") return { schema: { type: "array", items: EVENT }, decode: "sse", ...accept };
  if (isJsonLines(type))
    return { schema: { type: "array", items: converted(schema, context, false) }, decode: "jsonl", ...accept };
  if (type === "text/csv") return { schema: { type: "array", items: { type: "object" } }, decode: "csv", ...accept };
  if (bodyTypeOf(type) === "text") return { schema: { type: "string" }, decode: "text", ...accept };
  return {
    schema: { type: "string", contentEncoding: "base64", description: `Bytes (${type}) as base64.` },
    decode: "binary",
    ...accept,
  };
}

const EVENT = Object.freeze({
  type: "object",
  properties: { event: { type: "string" }, data: {}, id: { type: "string" } },
} as const satisfies JsonSchema);

function preferred(media: readonly SourceMedia[]): SourceMedia | undefined {
  const rank = ({ type }: SourceMedia): number => {
    if (type === "application/json") return 0;
    if (isJson(type)) return 1;
    if (isWildcard(type)) return 2;
    if (isXml(type)) return 3;
    if (isJsonLines(type)) return 4;
    return bodyTypeOf(type) === "text" ? 5 : 6;
  };
  return media.toSorted((a, b) => rank(a) - rank(b))[0];
}

function isBinary(schema: Place | undefined, { documents }: ImportContext): boolean {
  const value = schema && documents.resolve(schema)?.value;
  return own(value, "format") === "binary" || own(value, "type") === "file";
}

function converted(schema: Place | undefined, context: ImportContext, xml: boolean): Draft {
  if (schema === undefined) return { ...ANY_TYPE };
  const made = context.schemas.convert(schema, xml ? ANSWERED_XML : ANSWERED);
  if (typeof made !== "object") return { ...ANY_TYPE };
  const draft = made as Draft;
  return isOpen(draft) ? { ...ANY_TYPE, ...draft } : draft;
}

function distinct(schemas: readonly Draft[]): readonly Draft[] {
  return [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
}

/** An answer may fit several of them, so not `oneOf`. */
function united(schemas: readonly Draft[]): Draft {
  const [first, ...others] = schemas;
  if (first !== undefined && others.length === 0) return first;
  if (schemas.some((schema) => Array.isArray(schema.type) && schema.type.length === ANY_TYPE.type.length)) return { ...ANY_TYPE };
  return { anyOf: schemas };
}
