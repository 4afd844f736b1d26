import type { AuthCommon, AuthScheme, JsonObject, OAuth2Scheme, SessionScheme, SingleAuthScheme, Value } from "@mortise/contract";
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
  /** Operation that takes the credential back at the vendor, or why there is none. */
  readonly revoke?: AuthCommon["revoke"];
  /** What a connection is called, over the test's output, e.g. `{ $text: "${output.login}" }`; never a secret. */
  readonly label?: Value;
}

/** No credential. */
export function none(options: AuthOptions = {}): SingleAuthScheme {
  return Object.freeze({ kind: "none", ...common(options) });
}

/**
 * A key in a header, the query, a cookie, or a field of a JSON or form body. `prefix` stands before the key, e.g. `"Token "`. Credential
 * field: `field`, absent: `apiKey`.
 */
export function apiKey(
  options: AuthOptions & {
    readonly in: "header" | "query" | "cookie" | "body";
    readonly name: string;
    readonly prefix?: string;
    readonly field?: string;
  },
): SingleAuthScheme {
  const { in: place, name, prefix, field } = options;
  return Object.freeze({
    kind: "apiKey",
    in: place,
    name,
    ...(prefix === undefined ? {} : { prefix }),
    ...(field === undefined ? {} : { field }),
    ...common(options),
  });
}

/** User name and password (RFC 7617). Credential fields: `username`, `password`. */
export function basic(options: AuthOptions = {}): SingleAuthScheme {
  return Object.freeze({ kind: "basic", ...common(options) });
}

/** A bearer token (RFC 6750). Credential field: `token`. */
export function bearer(options: AuthOptions = {}): SingleAuthScheme {
  return Object.freeze({ kind: "bearer", ...common(options) });
}

/** OAuth 2.0 (RFC 6749): tokens that are fetched and renewed by themselves. Its URLs may hold `{settings.x}` holes. */
export function oauth2(options: AuthOptions & Omit<OAuth2Scheme, "kind">): SingleAuthScheme {
  const { title, test, help, requires, revoke, label, ...scheme } = options;
  return Object.freeze({ kind: "oauth2", ...scheme, ...common(options) });
}

/** A login that gives a token for some time; its values see `credential` and `settings`. Each field is a secret if it says `"x-secret": true`. */
export function session(
  options: AuthOptions & Omit<SessionScheme, "kind" | "fields"> & { readonly fields: TObject },
): SingleAuthScheme {
  const { fields: asked, login, token, ttl, apply } = options;
  return Object.freeze({
    kind: "session",
    fields: plainSchema(asked),
    login,
    token,
    ...(ttl === undefined ? {} : { ttl }),
    apply,
    ...common(options),
  });
}

/** Several schemes at once, e.g. an application's key and a person's token. Their credential fields must differ. */
export function all(of: readonly SingleAuthScheme[], options: AuthOptions = {}): AuthScheme {
  return Object.freeze({ kind: "all", of, ...common(options) });
}

/** Named fields that only the connector's own code understands; each is a secret if it says `"x-secret": true`. */
export function fields(schema: TObject, options: AuthOptions = {}): SingleAuthScheme {
  return Object.freeze({ kind: "fields", fields: plainSchema(schema), ...common(options) });
}

function common({ title, test, help, requires, revoke, label }: AuthOptions): AuthCommon {
  return {
    ...(title === undefined ? {} : { title }),
    ...(test === undefined ? {} : { test: typeof test === "string" ? { operation: test } : test }),
    ...(help === undefined ? {} : { help }),
    ...(requires === undefined ? {} : { requires }),
    ...(revoke === undefined ? {} : { revoke }),
    ...(label === undefined ? {} : { label }),
  };
}
