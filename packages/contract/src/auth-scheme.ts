import type { JsonObject, JsonSchemaObject } from "./json.ts";
import type { Value } from "./value.ts";

/** How a connection proves who it is. */
export type AuthScheme =
  | SingleAuthScheme
  /** Several at once, e.g. an application key and a user's token. Their credential fields must differ. */
  | (AuthCommon & { readonly kind: "all"; readonly of: readonly SingleAuthScheme[] });

/** One way to prove it. */
export type SingleAuthScheme = AuthCommon &
  (
    | { readonly kind: "none" }
    /** `name` and `prefix` may hold `{settings.x}` holes, as hosts do. In the body it is a top-level field of a `json` or `form` body. */
    | {
        readonly kind: "apiKey";
        readonly in: "header" | "query" | "cookie" | "body";
        readonly name: string;
        readonly prefix?: string;
        /** Credential field. Absent: `apiKey`. */
        readonly field?: string;
      }
    | { readonly kind: "basic" }
    | { readonly kind: "bearer" }
    | OAuth2Scheme
    | SessionScheme
    | { readonly kind: "fields"; readonly fields: JsonSchemaObject }
  );

export interface AuthCommon {
  readonly title?: string;
  /** Read operation that proves the credential. Absent: the connection's test says that it cannot be verified. */
  readonly test?: { readonly operation: string; readonly input?: JsonObject };
  /** Where people find the key. */
  readonly help?: string;
  /** Settings that must be set where this scheme is used, beyond those that every connection needs. Absent: none. */
  readonly requires?: readonly string[];
  /** Operation that takes the credential back at the vendor, or why there is none. */
  readonly revoke?: { readonly operation: string; readonly input?: JsonObject } | { readonly none: string };
  /** What a connection is called, e.g. `{"$text": "${output.login}"}` over the test's output; never a secret. */
  readonly label?: Value;
}

/**
 * OAuth 2.0 (RFC 6749). URLs may hold `{settings.x}` holes. Credential fields: `clientId`, `clientSecret` (not with `clientAuth: "none"`);
 * with `password` also `username` and `password`; with the grants that a person takes part in also `accessToken`, `refreshToken` and
 * `expiresAt` (epoch ms), which are replaced as tokens are. Tokens of the other grants are kept in memory only.
 */
export interface OAuth2Scheme {
  readonly kind: "oauth2";
  readonly grant: "authorization_code" | "client_credentials" | "password" | "implicit" | "device_code";
  readonly authorizeUrl?: string;
  readonly tokenUrl?: string;
  /** Absent: `tokenUrl`. */
  readonly refreshUrl?: string;
  /** Proof key (RFC 7636). Absent: `S256`; `off` says why in `pkceReason`. */
  readonly pkce?: "S256" | "plain" | "off";
  readonly pkceReason?: string;
  /** What each scope is for, by scope. */
  readonly scopes?: { readonly [scope: string]: string };
  /** Requested whatever the operations need. */
  readonly requiredScopes?: readonly string[];
  /** Between scopes. Absent: a space. */
  readonly scopeSeparator?: string;
  /** How the client proves itself at the token endpoint. Absent: `basic` (RFC 6749 §2.3.1). */
  readonly clientAuth?: "basic" | "body" | "none";
  /** How a token request's body is written. Absent: `form` (RFC 6749 §4). */
  readonly tokenBody?: "form" | "json";
  /** Headers of every token request, e.g. the version of an API; never a secret. */
  readonly tokenHeaders?: { readonly [name: string]: string };
  readonly authorizeParams?: { readonly [name: string]: string };
  readonly tokenParams?: { readonly [name: string]: string };
  readonly refreshParams?: { readonly [name: string]: string };
  /** JSON pointers into the token answer. Absent: `/access_token`, `/refresh_token`. */
  readonly accessToken?: string;
  readonly refreshToken?: string;
  /** Where the end of a token's life is found. Absent: `expires_in` in s; without it `ttl`, without that the token is tried until 401. */
  readonly expiry?: {
    readonly from: "expires_in" | "expires_at" | "fixed" | "never";
    readonly unit?: "s" | "ms";
    readonly ttl?: string;
  };
  /** How long before its end a token is replaced. Absent: a fifth of its life, 60 s at most. */
  readonly margin?: string;
  /** Whether a refresh gives a new refresh token. Absent: `unknown`, which keeps the old one where none comes. */
  readonly rotation?: "single_use" | "reusable" | "unknown";
  /** How the token is sent. Absent: `Authorization: Bearer`. */
  readonly apply?: { readonly in: "header" | "query" | "body"; readonly name: string; readonly prefix?: string };
}

/**
 * A login that gives a token for some time. `login` is a request that sees `credential` and `settings` (its `url` may hold `{settings.x}`
 * holes); the token is kept until `ttl` is over or an answer says 401, then the login is done again. Credential fields: those of `fields`.
 */
export interface SessionScheme {
  readonly kind: "session";
  readonly fields: JsonSchemaObject;
  readonly login: {
    readonly method: "POST" | "GET";
    readonly url: string;
    readonly headers?: Value;
    readonly body?: Value;
    readonly bodyType?: "json" | "form";
  };
  /** JSON pointer to the token in the answer's body, or a header's name. */
  readonly token: { readonly body: string } | { readonly header: string };
  /** Absent: until 401. */
  readonly ttl?: string;
  readonly apply: { readonly in: "header" | "query" | "cookie"; readonly name: string; readonly prefix?: string };
}
