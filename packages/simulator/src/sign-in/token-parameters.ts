import type { OAuth2Scheme } from "@mortise/contract";
import { type WireRequest, wireBody } from "../wire-request.ts";

/** Parameters of a request to a token endpoint, under the names of the standard. */
export type TokenParameters = { readonly [name: string]: string | undefined };

/** Reads what the contract has written in its own way: as a form, JSON, XML or in the query, under other names. */
export function tokenParameters(scheme: OAuth2Scheme, request: WireRequest): TokenParameters {
  const isQuery = scheme.tokenMethod === "GET" || scheme.tokenBody === "query";
  const said = isQuery ? Object.fromEntries(request.query) : bodyParameters(request);
  return standardNames(said, scheme.rename?.token);
}

/** Parameters of an authorize URL, likewise. */
export const authorizeParameters = (scheme: OAuth2Scheme, request: WireRequest): TokenParameters =>
  standardNames(Object.fromEntries(request.query), scheme.rename?.authorize);

/** Parameters as the standard writes them: those of the endpoints beside the token endpoint. */
export function bodyParameters(request: WireRequest): { readonly [name: string]: string } {
  const type = request.headers["content-type"] ?? "";
  const text = request.body.toString("utf8");
  if (/xml/i.test(type)) return Object.fromEntries(elementsOf(text));
  if (/form-urlencoded/i.test(type)) return Object.fromEntries(new URLSearchParams(text));
  const { data } = wireBody(request);
  const fields = typeof data === "object" && data !== null && !Array.isArray(data) ? Object.entries(data) : [];
  return Object.fromEntries(fields.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]));
}

function elementsOf(xml: string): readonly (readonly [string, string])[] {
  return [...xml.matchAll(/<([\w.-]+)>([^<]*)<\/\1>/g)].map(([, name = "", text = ""]) => [name, unescaped(text)]);
}

const ENTITIES: { readonly [entity: string]: string } = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

/** A text of XML 1.0 without its entities. */
const unescaped = (text: string): string =>
  text.replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => ENTITIES[entity] ?? "");

function standardNames(
  said: { readonly [name: string]: string },
  rename: { readonly [parameter: string]: string | null } = {},
): TokenParameters {
  const back = new Map(Object.entries(rename).flatMap(([name, own]) => (own === null ? [] : [[own, name] as const])));
  return Object.fromEntries(Object.entries(said).map(([name, value]) => [back.get(name) ?? name, value]));
}
