import type { HttpRequest, JsonObject, ParameterStyle, Value } from "@mortise/contract";
import type { Findings } from "../document/findings.ts";
import type { Address } from "../servers/address.ts";
import type { SourceOperation } from "../source/source-operation.ts";
import type { Answer } from "./answer.ts";
import type { InputBody } from "./input-body.ts";
import type { InputParameter } from "./input-parameters.ts";
import { keyOf } from "./key-of.ts";

/** The request of an operation, with every parameter in its place. */
export function buildRequest(
  source: SourceOperation,
  address: Address,
  parameters: readonly InputParameter[],
  body: InputBody | undefined,
  answer: Answer,
  findings: Findings,
): HttpRequest {
  const [path, constants] = splitPath(source.path);
  const holes = holesOf(path);
  const named = parameters.filter(({ source: { in: where, name } }) => where === "path" && holes.has(name));
  for (const { source: parameter } of parameters)
    if (parameter.in === "path" && !holes.has(parameter.name))
      findings.add(
        "warning",
        "UNKNOWN_REFERENCE",
        parameter.place,
        `the path has no place for "${parameter.name}"; it was left out`,
      );
  const url = `${address.prefix}${templateOf(path, new Map(named.map(({ key, source: { name } }) => [name, key])))}`;
  const pathValues = { ...address.path, ...Object.fromEntries(named.map(({ key, value }) => [key, value])) };
  const query = { ...constants, ...valuesOf(parameters, "query") };
  const headers = { ...(answer.accept === undefined ? {} : { accept: answer.accept }), ...valuesOf(parameters, "header") };
  const cookies = valuesOf(parameters, "cookie");
  const styles = stylesOf(parameters, named, address, body);
  return {
    method: source.method,
    url: url.startsWith("${") ? { $text: url } : url,
    ...(Object.keys(pathValues).length > 0 ? { path: pathValues } : {}),
    ...(Object.keys(query).length > 0 ? { query: mapValue(query) } : {}),
    ...(Object.keys(headers).length > 0 ? { headers: mapValue(headers) } : {}),
    ...(Object.keys(cookies).length > 0 ? { cookies: mapValue(cookies) } : {}),
    ...(styles === undefined ? {} : { styles }),
    ...(body === undefined ? {} : bodyParts(body)),
    ...(answer.decode === undefined ? {} : { decode: answer.decode }),
    ...(answer.output === undefined ? {} : { output: answer.output }),
  };
}

/** The holes of a path template. A `+` or `*` in front or behind is RFC 6570's and belongs to no name. */
function holesOf(path: string): ReadonlySet<string> {
  return new Set([...path.matchAll(/\{[+*]?([^{}]*?)\*?\}/g)].map(([, name = ""]) => name));
}

/** Names of holes in a path that no parameter fills. */
export function unfilledHoles(path: string, names: ReadonlySet<string>): readonly string[] {
  return [...holesOf(splitPath(path)[0])].filter((name) => !names.has(name) && name !== "");
}

function templateOf(path: string, keys: ReadonlyMap<string, string>): string {
  const text = path.startsWith("/") ? path : `/${path}`;
  return text.replaceAll(/\{[+*]?([^{}]*?)\*?\}/g, (_, name: string) => `{${keys.get(name) ?? keyOf(name) ?? "value"}}`);
}

/** What follows `?` in a path is a constant query; what follows `#` only tells paths apart. */
function splitPath(path: string): readonly [path: string, constants: JsonObject] {
  const [withQuery = ""] = path.split("#");
  const cut = withQuery.search(/\?(?![^{]*\})/);
  if (cut < 0) return [withQuery, {}];
  const query = withQuery.slice(cut + 1);
  const constants = query.split("&").flatMap((pair): readonly (readonly [string, string])[] => {
    const [name = "", value = ""] = pair.split("=");
    return name === "" || /[{}]/.test(pair) ? [] : [[decoded(name), decoded(value)]];
  });
  return [withQuery.slice(0, cut), Object.fromEntries(constants)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

function valuesOf(parameters: readonly InputParameter[], where: string): { [name: string]: Value } {
  return Object.fromEntries(
    parameters.filter(({ source }) => source.in === where).map(({ source, value }) => [source.name, value]),
  );
}

/** An object of values. One whose only key starts with `$` would be taken for a computed value, so that it is computed. */
function mapValue(values: { readonly [name: string]: Value }): Value {
  const [only, ...others] = Object.keys(values);
  if (only === undefined || others.length > 0 || !only.startsWith("$")) return values;
  const value = values[only];
  const isComputed = typeof value === "object" && value !== null && "$cel" in value;
  return { $cel: `{${JSON.stringify(only)}: ${isComputed ? String(value.$cel) : JSON.stringify(value)}}` };
}

function stylesOf(
  parameters: readonly InputParameter[],
  named: readonly InputParameter[],
  address: Address,
  body: InputBody | undefined,
): HttpRequest["styles"] | undefined {
  const of = (where: string): { readonly [name: string]: ParameterStyle } =>
    Object.fromEntries(
      parameters.flatMap(({ source, style }) => (source.in === where && style !== undefined ? [[source.name, style]] : [])),
    );
  const path = {
    ...address.styles,
    ...Object.fromEntries(named.flatMap(({ key, style }) => (style === undefined ? [] : [[key, style]]))),
  };
  const all = { path, query: of("query"), headers: of("header"), cookies: of("cookie"), body: body?.styles ?? {} };
  const used = Object.entries(all).filter(([, styles]) => Object.keys(styles).length > 0);
  return used.length === 0 ? undefined : Object.fromEntries(used);
}

function bodyParts({ required, bodyType, contentType, xml }: InputBody): Partial<HttpRequest> {
  return {
    body: { $cel: required ? "input.body" : "input.?body.orValue(null)" },
    ...(bodyType === "json" ? {} : { bodyType }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(xml === undefined ? {} : { xml }),
  };
}
