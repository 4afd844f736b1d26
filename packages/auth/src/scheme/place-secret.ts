import { MortiseError } from "@mortise/contract";
import type { AuthorizedDraft } from "./request-draft.ts";

/** Where a secret goes in a request, and what it is called there. */
export interface SecretPlace {
  readonly in: "header" | "query" | "cookie" | "body";
  readonly name: string;
  /** Stands before the secret. Absent: nothing. */
  readonly prefix?: string;
}

/** Puts a secret into its place. Throws `AUTH_FAILED` where it has characters that a header cannot carry. */
export function placeSecret(draft: AuthorizedDraft, place: SecretPlace, secret: string): AuthorizedDraft {
  const { name } = place;
  const value = `${place.prefix ?? ""}${secret}`;
  switch (place.in) {
    case "header":
      return withHeader(draft, name.toLowerCase(), value);
    case "cookie": {
      const others = draft.headers.cookie;
      const pair = `${name}=${encodeURIComponent(value)}`;
      return withHeader(draft, "cookie", others === undefined ? pair : `${others}; ${pair}`);
    }
    case "query": {
      const url = new URL(draft.url);
      url.searchParams.set(name, value);
      return { ...draft, url, secretParams: [...draft.secretParams, name] };
    }
    case "body":
      return { ...draft, secretFields: { ...draft.secretFields, [name]: value } };
  }
}

function withHeader(draft: AuthorizedDraft, name: string, value: string): AuthorizedDraft {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
    throw new MortiseError("AUTH_FAILED", `The credential contains characters that the header ${name} cannot carry.`, {
      remedy: "Enter it again; a line break at its end is a common cause.",
    });
  }
  return { ...draft, headers: { ...draft.headers, [name]: value }, secretHeaders: [...draft.secretHeaders, name] };
}
