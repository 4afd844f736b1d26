import type { JsonObject, ParameterStyle } from "@mortise/contract";
import { percentEncode, percentEncodeSome } from "./percent-encode.ts";
import { type Pairs, type PairWriter, queryParameter } from "./query-parameter.ts";

type Styles = { readonly [name: string]: ParameterStyle } | undefined;

/** Compiles how the parameters of a query are written. Names without a style of their own are form parameters. */
export function queryWriter(styles: Styles): (params: JsonObject) => Pairs {
  const known = new Map<string, PairWriter>();
  for (const [name, style] of Object.entries(styles ?? {})) {
    const value = style.allowReserved === true ? (text: string) => percentEncodeSome(text, "query") : percentEncode;
    known.set(name, queryParameter(name, style, { name: percentEncode, value }));
  }
  const plain = { name: percentEncode, value: percentEncode };
  return (params) =>
    Object.entries(params).flatMap(([name, value]) =>
      value === null ? [] : (known.get(name) ?? queryParameter(name, undefined, plain))(value),
    );
}

/** Adds pairs behind what a URL says itself, which stays as it is written. A pair replaces what the URL says under the same name. */
export function addToQuery(url: URL, pairs: Pairs): URL {
  if (pairs.length === 0) return url;
  const names = new Set(pairs.map(([name]) => nameOf(name)));
  const own = url.search === "" ? [] : url.search.slice(1).split("&");
  const left = own.filter((part) => !names.has(nameOf(part)));
  const extended = new URL(url);
  extended.search = [...left, ...pairs.map(([name, value]) => `${name}=${value}`)].join("&");
  return extended;
}

/** The name of one `name=value`, decoded. */
const nameOf = (part: string): string => new URLSearchParams(part).keys().next().value ?? "";
