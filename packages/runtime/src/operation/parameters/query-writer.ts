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
  return (params) => {
    const pairs: (readonly [string, string])[] = [];
    for (const [name, value] of Object.entries(params)) {
      if (value === null) continue;
      const write = known.get(name);
      if (write !== undefined) pairs.push(...write(value));
      else if (typeof value === "object") pairs.push(...queryParameter(name, undefined, plain)(value));
      else pairs.push([percentEncode(name), percentEncode(String(value))]);
    }
    return pairs;
  };
}

/**
 * A URL with pairs behind what it says itself, which stays as it is written. A pair replaces what the URL says under the same name. The same
 * URL where there are none.
 */
export function withQuery(given: URL, pairs: Pairs): URL {
  if (pairs.length === 0) return given;
  const url = new URL(given);
  const texts = pairs.map(([name, value]) => `${name}=${value}`);
  if (url.search !== "") {
    const names = new Set(pairs.map(([name]) => nameOf(name)));
    const own = url.search.slice(1).split("&");
    texts.unshift(...own.filter((part) => !names.has(nameOf(part))));
  }
  url.search = texts.join("&");
  return url;
}

/** The name of one `name=value`, decoded. */
const nameOf = (part: string): string => new URLSearchParams(part).keys().next().value ?? "";
