import { encodeStrictly } from "../percent-encode.ts";

/**
 * A URL that is written as AWS reads it: path and query percent-encoded in the one way that its rules know, so that what is signed is what
 * is sent. Nothing is put in another order. With `isS3`, whose keys hold slashes, an encoded slash is written as one, but not where that
 * would make a step up or in place of the path.
 */
export function strictUrl(url: URL, isS3: boolean): URL {
  const strict = new URL(url);
  const path = segments(url.pathname).map(encodeStrictly).join("/");
  const open = path.replaceAll("%2F", "/");
  strict.pathname = isS3 && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(open) ? open : path;
  strict.search = parameters(url.search)
    .map(([name, value]) => (value === undefined ? name : `${name}=${value}`))
    .join("&");
  return strict;
}

/** The path as it is signed: of S3 as it is sent, of all others without empty segments and encoded once more. */
export function canonicalPath(url: URL, doubleEncode: boolean): string {
  if (!doubleEncode) return segments(url.pathname).map(encodeStrictly).join("/");
  const path = segments(url.pathname)
    .map((segment) => encodeStrictly(encodeStrictly(segment)))
    .join("/");
  return path.replaceAll(/\/{2,}/g, "/");
}

/** The query as it is signed: sorted by encoded name, then value; a parameter without value has an empty one. */
export function canonicalQuery(url: URL): string {
  return parameters(url.search)
    .map(([name, value = ""]) => [name, value] as const)
    .toSorted(([name, value], [other, otherValue]) => order(name, other) || order(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** Encoded texts are ASCII, so code units are bytes. */
const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const segments = (path: string): readonly string[] => path.split("/").map(decoded);

/** Names and values, strictly encoded, in the order of the URL. A plus in a query is a space, as forms write it. */
function parameters(search: string): readonly (readonly [string, string | undefined])[] {
  const parts = search.replace(/^\?/, "").split("&");
  return parts.flatMap((part) => {
    if (part === "") return [];
    const at = part.indexOf("=");
    const encode = (text: string): string => encodeStrictly(decoded(text.replaceAll("+", " ")));
    return [at < 0 ? [encode(part), undefined] : [encode(part.slice(0, at)), encode(part.slice(at + 1))]];
  });
}

/** A percent sign that encodes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
