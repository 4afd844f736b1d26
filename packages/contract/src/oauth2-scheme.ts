import type { Placement, TokenStep } from "./auth-scheme.ts";
import type { JwtAssertion, RequestSignature } from "./signing-scheme.ts";
import type { WebhookSignature } from "./trigger.ts";
import type { Value } from "./value.ts";

/**
 * OAuth 2.0 (RFC 6749) and what vendors make of it. URLs may hold `{settings.x}` holes. Credential fields: `clientId`, `clientSecret`
 * (not with `clientAuth: "none"`; `privateKey` with the ones that sign, `certificate` and `privateKey` with the TLS ones); with `password`
 * also `username` and `password`; where tokens are stored also `accessToken`, `refreshToken`, `expiresAt` and `refreshExpiresAt` (epoch ms)
 * and `scope`, which are replaced as tokens are. A client that the deployment is registered with fills in the client's fields.
 */
export interface OAuth2Scheme {
  readonly kind: "oauth2";
  readonly grant: OAuth2Grant;
  /** The word sent as `grant_type` where a vendor has one of its own. Absent: the grant's. */
  readonly grantType?: string;
  /** Issuer (OpenID Connect Discovery 1.0 §4, RFC 8414): endpoints that are absent here come from its metadata, and ID tokens are checked. */
  readonly issuer?: string;
  readonly authorizeUrl?: string;
  readonly tokenUrl?: string;
  /** Absent: `tokenUrl`. */
  readonly refreshUrl?: string;
  /** Device authorization endpoint (RFC 8628 §3.1). */
  readonly deviceUrl?: string;
  /** Revocation endpoint (RFC 7009). Absent: the common `revoke`. */
  readonly revokeUrl?: string;
  /** Introspection endpoint (RFC 7662). */
  readonly introspectUrl?: string;
  /** Client registration endpoint (RFC 7591). */
  readonly registrationUrl?: string;
  /** Proof key (RFC 7636). Absent: `S256`; `off` says why in `pkceReason`. */
  readonly pkce?: "S256" | "plain" | "off";
  readonly pkceReason?: string;
  /** What each scope is for, by scope. */
  readonly scopes?: { readonly [scope: string]: string };
  /** Requested whatever the operations need. */
  readonly requiredScopes?: readonly string[];
  /** Requested unless the person takes them away. */
  readonly defaultScopes?: readonly string[];
  /** Between scopes. Absent: a space. */
  readonly scopeSeparator?: string;
  /** Where the granted scopes are found (RFC 6749 §5.1 `scope`). Absent: `response`, which falls back to what was asked for. */
  readonly grantedScopes?: "response" | "assume";
  /** How the client proves itself at the token endpoint. Absent: `basic` (RFC 6749 §2.3.1); the assertions are RFC 7523 §2.2, TLS is RFC 8705 §2. */
  readonly clientAuth?:
    | "basic"
    | "body"
    | "none"
    | "basic_secret_only"
    | "client_secret_jwt"
    | "private_key_jwt"
    | "tls_client_auth"
    | "self_signed_tls_client_auth";
  /**
   * What a client assertion holds beyond RFC 7523 §3. Absent: RS256 or what the key is made for, HS256 with the secret; audience the issuer,
   * or the token endpoint where the contract names none; 60 s.
   */
  readonly clientAssertion?: Partial<JwtAssertion>;
  /** How the client is known: registered by hand, by RFC 7591, or by a metadata document at its own id. Absent: `static`. */
  readonly registration?: "static" | "dynamic" | "metadata_document";
  /** False: only the deployment's client may be used. Absent: a connection may bring its own. */
  readonly ownClient?: boolean;
  /** Absent: `POST` (RFC 6749 §3.2). */
  readonly tokenMethod?: "POST" | "GET";
  /** How a token request's parameters are written; `xml`: as elements of a `request`. Absent: `form` (RFC 6749 §4). */
  readonly tokenBody?: "form" | "json" | "query" | "xml";
  /** Headers of every token request, e.g. the version of an API; never a secret. */
  readonly tokenHeaders?: { readonly [name: string]: string };
  /**
   * Further parameters; values may hold `{settings.x}` holes. `refreshParams` absent: `tokenParams`; they may say a `grant_type` of the
   * vendor's own.
   */
  readonly authorizeParams?: { readonly [name: string]: string };
  readonly tokenParams?: { readonly [name: string]: string };
  readonly refreshParams?: { readonly [name: string]: string };
  /** What standard parameters are called at this vendor, `null` for those that it refuses. Absent: their names. */
  readonly rename?: {
    readonly authorize?: { readonly [parameter: string]: string | null };
    readonly token?: { readonly [parameter: string]: string | null };
  };
  /** Whether parameters of the authorize URL stand in its fragment, after the hash. Absent: in the query. */
  readonly authorizeFragment?: boolean;
  /** Whether parameters of the authorize URL and of token requests that come to nothing are left out. Absent: false. */
  readonly omitEmpty?: boolean;
  /** Parameters of the authorize URL that are written as they are, such as `scope`. Absent: all are percent-encoded. */
  readonly noEncode?: readonly string[];
  /** The parameter that brings the code back. Absent: `code`. */
  readonly codeParam?: string;
  /** The code comes by a delivery of the vendor instead of with the browser. Pointers go into its body. */
  readonly codeFrom?: {
    readonly webhook: { readonly code: string; readonly state?: string; readonly signature?: WebhookSignature };
  };
  /** Parts of the redirect and of token answers that become settings, which checks them. Absent: none. */
  readonly keep?: readonly KeptValue[];
  /** JSON pointers into the token answer. Absent: `/access_token`, `/refresh_token`. */
  readonly accessToken?: string;
  readonly refreshToken?: string;
  /** Where the end of a token's life is found. Absent: `expires_in` in s; without it `ttl`, without that the token is tried until 401. */
  readonly expiry?: TokenExpiry;
  /** How long before its end a token is replaced. Absent: a fifth of its life, 60 s at most. */
  readonly margin?: string;
  /** Whether a refresh gives a new refresh token. Absent: `unknown`, which keeps the old one where none comes. */
  readonly rotation?: "single_use" | "reusable" | "unknown";
  /** For how long after its use the vendor takes a spent refresh token again. Absent: not at all. */
  readonly grace?: string;
  /**
   * How a new token is had: with the refresh token, by the grant again (`reissue`), by handing in the token that is there (`exchange`), or not
   * at all. Absent: `token` where a person takes part, otherwise `reissue`.
   */
  readonly refreshMode?: "token" | "reissue" | "exchange" | "none";
  /** Words of `error` after which trying again is of no use, beyond `invalid_grant`, `unauthorized_client` and `invalid_client`. */
  readonly terminalErrors?: readonly string[];
  /** The assertion of `jwt_bearer` (RFC 7523 §2.1). */
  readonly assertion?: JwtAssertion;
  /** The assertion of `saml2_bearer` (RFC 7522 §2.1): made here, or a value that a step or the credential gives. */
  readonly samlAssertion?: SamlAssertion;
  /**
   * Parameters of `token_exchange` (RFC 8693 §2.1) by name, of a `vendor` grant, and of a renewal with `refreshMode: "exchange"`; values see
   * `credential`, `settings` and `steps`. Of a renewal absent: those of RFC 8693, with the token that is there.
   */
  readonly exchange?: { readonly [parameter: string]: Value };
  /** Requests before the token request; its parameters see what they keep in `exchange` and `samlAssertion`. */
  readonly steps?: readonly TokenStep[];
  /** Requests after it, each with `token`; the last one's kept `token` (and `expiresIn`, in s) takes its place. */
  readonly afterToken?: readonly TokenStep[];
  /** Further token sets of the same answer, by name; their credential fields are `accessToken.<name>` and so on. */
  readonly second?: {
    readonly [name: string]: { readonly accessToken: string; readonly refreshToken?: string; readonly apply?: Placement };
  };
  /** Signs token requests; `stringToSign` sees the request. Absent: they are not signed. */
  readonly signTokenRequest?: RequestSignature;
  /** Tokens are bound to a key of the connection (RFC 9449). Absent: false. */
  readonly dpop?: boolean;
  /** Tokens are bound to the client's certificate (RFC 8705 §3), which API calls present too. Absent: false. */
  readonly certificateBound?: boolean;
  /** How the token is sent. Absent: `Authorization: Bearer` (`DPoP` with `dpop`). */
  readonly apply?: Placement;
}

/** Grants: RFC 6749 §4, RFC 8628, RFC 7523 §2.1, RFC 7522 §2.1, RFC 8693; `vendor` says its word in `grantType`. */
export type OAuth2Grant =
  | "authorization_code"
  | "client_credentials"
  | "password"
  | "implicit"
  | "device_code"
  | "jwt_bearer"
  | "saml2_bearer"
  | "token_exchange"
  | "vendor";

/** Where the end of a token's life is found. */
export interface TokenExpiry {
  /** `jwt_exp`: the token is a JWT and says so itself (RFC 7519 §4.1.4); `introspect`: RFC 7662. */
  readonly from: "expires_in" | "expires_at" | "jwt_exp" | "introspect" | "fixed" | "never";
  /** Unit of `expires_in`, and of an `expires_at` that is a number. Absent: `s`. */
  readonly unit?: "s" | "ms";
  /** JSON pointer to the figure in the token answer. Absent: beside the token, or at the top, under the name in `from`. */
  readonly at?: string;
  /** Life of a token where nobody says it. */
  readonly ttl?: string;
  /** JSON pointer to the refresh token's life, in `unit`, e.g. `/refresh_token_expires_in`. */
  readonly refreshAt?: string;
  /** Life of a refresh token where nobody says it. Absent: without end. */
  readonly refreshTtl?: string;
  /** A refresh token that is not used for so long ends. Absent: never. */
  readonly idle?: string;
}

/** Something that connecting tells, kept as a setting: where an account lives, what it is called. */
export interface KeptValue {
  /** Name in the contract's `settings`, whose schema the value must fit; one that stands in a host needs a `pattern`. */
  readonly setting: string;
  /** A parameter of the redirect (with `codeFrom` a field of the delivery, or a JSON pointer into it), a JSON pointer into the token answer (of refreshes too), or one of its headers. */
  readonly from: { readonly redirect: string } | { readonly body: string } | { readonly header: string };
  /** Whether connecting fails without it. Absent: false. */
  readonly required?: boolean;
}

/** A SAML 2.0 assertion (RFC 7522 §3): the text of `value`, or one made of the others and signed with the credential's `privateKey`. */
export type SamlAssertion =
  | { readonly value: Value }
  | {
      readonly issuer: Value;
      readonly subject: Value;
      readonly audience: Value;
      readonly recipient?: Value;
      readonly lifetime?: string;
    };
