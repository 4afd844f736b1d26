import type { AuthCommon, AuthScheme, JsonObject } from "@mortise/contract";
import type { TObject } from "typebox";
import { plainSchema } from "./plain-schema.ts";

/** What every auth scheme may say. */
export interface AuthOptions {
  readonly title?: string;
  /** Read operation that proves the credential: its name, or its name and input. */
  readonly test?: string | { readonly operation: string; readonly input?: JsonObject };
  /** Where people find the key. */
  readonly help?: string;
  /** Settings that must be set where this scheme is used, e.g. the base URL that the credential is for. Absent: none. */
  readonly requires?: readonly string[];
}

/** No credential. */
export function none(options: AuthOptions = {}): AuthScheme {
  return Object.freeze({ kind: "none", ...common(options) });
}

/** A key in a header, the query or a cookie. `prefix` stands before the key, e.g. `"Token "`. Credential field: `apiKey`. */
export function apiKey(
  options: AuthOptions & { readonly in: "header" | "query" | "cookie"; readonly name: string; readonly prefix?: string },
): AuthScheme {
  const { in: place, name, prefix } = options;
  return Object.freeze({ kind: "apiKey", in: place, name, ...(prefix === undefined ? {} : { prefix }), ...common(options) });
}

/** User name and password (RFC 7617). Credential fields: `username`, `password`. */
export function basic(options: AuthOptions = {}): AuthScheme {
  return Object.freeze({ kind: "basic", ...common(options) });
}

/** A bearer token (RFC 6750). Credential field: `token`. */
export function bearer(options: AuthOptions = {}): AuthScheme {
  return Object.freeze({ kind: "bearer", ...common(options) });
}

/** Named fields that only the connector's own code understands; each is a secret unless it says `"x-secret": false`. */
export function fields(schema: TObject, options: AuthOptions = {}): AuthScheme {
  return Object.freeze({ kind: "fields", fields: plainSchema(schema), ...common(options) });
}

function common({ title, test, help, requires }: AuthOptions): AuthCommon {
  return {
    ...(title === undefined ? {} : { title }),
    ...(test === undefined ? {} : { test: typeof test === "string" ? { operation: test } : test }),
    ...(help === undefined ? {} : { help }),
    ...(requires === undefined ? {} : { requires }),
  };
}
