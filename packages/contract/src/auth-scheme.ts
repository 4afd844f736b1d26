import type { JsonObject, JsonSchemaObject } from "./json.ts";
import type { KeptValue, OAuth2Scheme } from "./oauth2-scheme.ts";
import type {
  AppInstallScheme,
  AwsSigV4Scheme,
  CustomScheme,
  DigestScheme,
  JwtScheme,
  MtlsScheme,
  OAuth1Scheme,
  SignatureScheme,
} from "./signing-scheme.ts";
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
    /**
     * A key at one place of each request. `name` and `prefix` may hold `{settings.x}` holes, as hosts do. In the body it is a top-level field of a
     * `json` or `form` body.
     */
    | {
        readonly kind: "apiKey";
        readonly in: "header" | "query" | "cookie" | "body";
        readonly name: string;
        readonly prefix?: string;
        /** Credential field. Absent: `apiKey`. */
        readonly field?: string;
      }
    /** User name and password (RFC 7617). Credential fields: `username`, `password`. */
    | { readonly kind: "basic" }
    /** A token that is sent as it is (RFC 6750). Credential field: `token`. */
    | { readonly kind: "bearer" }
    | OAuth2Scheme
    | SessionScheme
    | DigestScheme
    | OAuth1Scheme
    | JwtScheme
    | AwsSigV4Scheme
    | MtlsScheme
    | SignatureScheme
    | AppInstallScheme
    | CustomScheme
    /** Fields that operations use themselves: nothing is sent by itself. Credential fields: those of `fields`. */
    | { readonly kind: "fields"; readonly fields: JsonSchemaObject }
  );

export interface AuthCommon {
  /** What people are shown as the name of this way to sign in. */
  readonly title?: string;
  /** Read operation that proves the credential. Absent: the connection's test says that it cannot be verified. */
  readonly test?: { readonly operation: string; readonly input?: JsonObject };
  /** Where people find the key. */
  readonly help?: string;
  /** Settings that must be set where this scheme is used, beyond those that every connection needs. Absent: none. */
  readonly requires?: readonly string[];
  /** Operation that takes the credential back at the vendor, or why there is none. */
  readonly revoke?: { readonly operation: string; readonly input?: JsonObject } | { readonly none: string };
  /** What goes with every request beside the credential's own place, e.g. a tenant's header. Absent: nothing. */
  readonly also?: readonly Placement[];
  /** Read operations that run once a connection has been made; `keep` puts parts of their output (JSON pointers) into settings, by setting. */
  readonly postConnect?: readonly ConnectStep[];
  /** Operations that run before a connection is deleted, e.g. to uninstall; a failure is told and holds nothing up. */
  readonly preDelete?: readonly ConnectStep[];
  /** What a connection is called, e.g. `{"$text": "${output.login}"}` over the test's output; never a secret. */
  readonly label?: Value;
}

/** A call of an operation of the connector beside the life of a connection. */
export interface ConnectStep {
  readonly operation: string;
  readonly input?: JsonObject;
  /** JSON pointers into the output, by the setting that takes the value. The setting's schema checks it. */
  readonly keep?: { readonly [setting: string]: string };
}

/** Where something of a credential goes in a request. */
export interface Placement {
  readonly in: "header" | "query" | "cookie" | "body";
  /** May hold `{settings.x}` holes. */
  readonly name: string;
  /** Stands before the value. */
  readonly prefix?: string;
  /** Sees `credential`, `settings`, `token` and, where a request is signed, `signature`, `timestamp`, `nonce`. Absent: the token, or the signature. */
  readonly value?: Value;
}

/**
 * A login that gives a token for some time. `login` is a request that sees `credential` and `settings` (its `url` may hold `{settings.x}`
 * holes); the token is kept until `ttl` is over or an answer says 401, then the login is done again. Credential fields: those of `fields`.
 * `steps` run before it, in order; what they keep is seen as `steps.<name>.<key>` by those that follow.
 */
export interface SessionScheme {
  readonly kind: "session";
  readonly fields: JsonSchemaObject;
  readonly steps?: readonly TokenStep[];
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
  /** Parts of the login's answer that become settings. Absent: none. */
  readonly keep?: readonly KeptValue[];
}

/**
 * One request on the way to a token. Its values see `credential`, `settings`, `nowMs` and the steps before it as `steps.<name>.<key>`;
 * after the token answer of OAuth 2.0 also `token`.
 */
export interface TokenStep {
  readonly name: string;
  readonly method: "POST" | "GET";
  /** May hold `{settings.x}` holes. */
  readonly url: string;
  readonly query?: Value;
  readonly headers?: Value;
  readonly body?: Value;
  readonly bodyType?: "json" | "form";
  /** What is kept of the answer, by key: a JSON pointer into the body, or a header. */
  readonly keep: { readonly [key: string]: { readonly body: string } | { readonly header: string } };
}
