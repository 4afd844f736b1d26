import type { Json, ParameterStyle } from "@mortise/contract";
import { contentText, isList, isObject, parameterValue, styleIn, textOf } from "./parameter-value.ts";

const STYLES = ["form", "spaceDelimited", "pipeDelimited", "tabDelimited", "deepObject"] as const;
const DELIMITERS = { spaceDelimited: " ", pipeDelimited: "|", tabDelimited: "\t" } as const;

/** Names and values, encoded. */
export type Pairs = readonly (readonly [name: string, value: string])[];

/** Writes a parameter as pairs; nothing where there is nothing to write. */
export type PairWriter = (value: Json) => Pairs;

/** How names and values of pairs are encoded. */
export interface PairEncoding {
  readonly name: (text: string) => string;
  readonly value: (text: string) => string;
}

/** Compiles how a parameter of a query, a form or a multipart body is written (OpenAPI 3.1 §4.8.12, style table). */
export function queryParameter(name: string, style: ParameterStyle | undefined, encoding: PairEncoding): PairWriter {
  const key = encoding.name(name);
  const contentType = style?.contentType;
  if (contentType !== undefined) return (value) => [[key, encoding.value(contentText(value, contentType))]];
  const kind = styleIn("query", name, style, STYLES);
  if (kind === "deepObject") return (value) => deepPairs(name, value, encoding);
  const explode = style?.explode ?? kind === "form";
  const delimiter = kind === "form" ? "," : encoding.value(DELIMITERS[kind]);
  return (value) => {
    if (value === null) return [];
    if (explode && isObject(value)) {
      const members = Object.entries(value).filter(([, item]) => item !== null);
      return members.map(([member, item]) => [encoding.name(member), encoding.value(textOf(item))]);
    }
    const written = parameterValue(value, encoding.value);
    if (written.kind === "text") return [[key, written.text]];
    const texts = written.kind === "list" ? written.items : written.members.flat();
    if (texts.length === 0) return [];
    return explode ? texts.map((text) => [key, text]) : [[key, texts.join(delimiter)]];
  };
}

/** `a[b][c]=1`, `a[0]=2`: members and elements at any depth by their path. */
function deepPairs(path: string, value: Json, encoding: PairEncoding): Pairs {
  if (value === null) return [];
  if (isList(value)) return value.flatMap((item, index) => deepPairs(`${path}[${index}]`, item, encoding));
  if (isObject(value)) return Object.entries(value).flatMap(([key, item]) => deepPairs(`${path}[${key}]`, item, encoding));
  return [[encoding.name(path), encoding.value(textOf(value))]];
}
