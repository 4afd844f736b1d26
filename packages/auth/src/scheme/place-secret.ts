import { MortiseError } from "@mortise/contract";
import type { AuthorizedDraft } from "./request-draft.ts";

/** Where a secret goes in a request, and what it is called there. */
export interface SecretPlace {
  readonly in: "header" | "query" | "cookie" | "body";
  readonly name: string;
  /** Stands before the secret. Absent: nothing. */
  readonly prefix?: string;
}

/** What a cookie's value may hold as it is (RFC 6265 §4.1.1, cookie-octet). */
const COOKIE_VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;

/**
 * Puts a secret into its place; with `isSecret` false something that may be shown, such as a time, unless it goes into the body, whose own
 * fields are all masked. Throws `AUTH_FAILED` where it has characters that a header cannot carry.
 */
export function placeSecret(draft: AuthorizedDraft, place: SecretPlace, secret: string, isSecret = true): AuthorizedDraft {
  const { name } = place;
  const value = `${place.prefix ?? ""}${secret}`;
  switch (place.in) {
    case "header":
      return withHeader(draft, name.toLowerCase(), value, isSecret);
    case "cookie": {
      const others = draft.headers.cookie;
      const pair = `${name}=${COOKIE_VALUE.test(value) ? value : encodeURIComponent(value)}`;
      return withHeader(draft, "cookie", others === undefined ? pair : `${others}; ${pair}`, isSecret);
    }
    case "query":
      return {
        ...draft,
        url: withParam(draft.url, name, value),
        secretParams: isSecret ? [...draft.secretParams, name] : draft.secretParams,
      };
    case "body":
      return { ...draft, secretFields: { ...draft.secretFields, [name]: value } };
  }
}

/** Sets a parameter and leaves the others as they are written. */
function withParam(url: URL, name: string, value: string): URL {
  const others = url.search.slice(1).split("&");
  const kept = others.filter((part) => part !== "" && !new URLSearchParams(part).has(name));
  const set = new URL(url);
  set.search = [...kept, `${encodeURIComponent(name)}=${encodeURIComponent(value)}`].join("&");
  return set;
}

function withHeader(draft: AuthorizedDraft, name: string, value: string, isSecret: boolean): AuthorizedDraft {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
    throw new MortiseError("AUTH_FAILED", `The credential contains characters that the header ${name} cannot carry.`, {
      remedy: "Enter it again; a line break at its end is a common cause.",
    });
  }
  return {
    ...draft,
    headers: { ...draft.headers, [name]: value },
    secretHeaders: isSecret ? [...draft.secretHeaders, name] : draft.secretHeaders,
  };
}
