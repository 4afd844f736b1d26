import type { Placement, TokenStep } from "./auth-scheme.ts";
import type { JsonSchemaObject } from "./json.ts";
import type { KeptValue } from "./oauth2-scheme.ts";
import type { Value } from "./value.ts";

/** Digest access authentication (RFC 7616), MD5, SHA-256 and SHA-512-256, `auth` and `auth-int`. Credential fields: `username`, `password`. */
export interface DigestScheme {
  readonly kind: "digest";
}

/**
 * OAuth 1.0a (RFC 5849). Credential fields: `consumerKey`, `consumerSecret` (`privateKey` with RSA), `token`, `tokenSecret`. With the three
 * addresses a person connects (§2); without them the token is entered, or left out for calls of the client alone.
 */
export interface OAuth1Scheme {
  readonly kind: "oauth1";
  readonly signature: "HMAC-SHA1" | "HMAC-SHA256" | "RSA-SHA1" | "RSA-SHA256" | "PLAINTEXT";
  /** Where the protocol's parameters go (§3.5); with `body`, requests without a form have them in the header. Absent: `header`. */
  readonly in?: "header" | "query" | "body";
  readonly realm?: string;
  readonly requestTokenUrl?: string;
  readonly authorizeUrl?: string;
  readonly accessTokenUrl?: string;
  readonly keep?: readonly KeptValue[];
}

/** A JWT that the connection signs itself (RFC 7519), made anew before it ends. Credential fields: those of `fields`. */
export interface JwtScheme {
  readonly kind: "jwt";
  readonly fields: JsonSchemaObject;
  readonly assertion: JwtAssertion;
  /** Absent: `Authorization: Bearer`. */
  readonly apply?: Placement;
}

/** How a JWT is made (RFC 7515, RFC 7518 §3.1). */
export interface JwtAssertion {
  readonly alg:
    | "HS256"
    | "HS384"
    | "HS512"
    | "RS256"
    | "RS384"
    | "RS512"
    | "PS256"
    | "PS384"
    | "PS512"
    | "ES256"
    | "ES384"
    | "ES512"
    | "EdDSA";
  /** Credential field with the key: PEM (PKCS #8 or PKCS #1) or JWK; with HS a text. Absent: `privateKey`, with HS `clientSecret`. */
  readonly key?: string;
  /** How the text of an HS key is read. Absent: `utf8`. */
  readonly keyEncoding?: "utf8" | "hex" | "base64";
  /**
   * Header parameters beyond `alg` and `typ`, e.g. `kid`. Sees what claims see, and `certificateSha256`: the thumbprint of the credential's
   * `certificate`, for `x5t#S256` (RFC 7515 §4.1.8).
   */
  readonly header?: Value;
  /** Claims beyond `iat`, `exp` and `jti`. Sees `credential`, `settings` and `nowMs`. */
  readonly claims: Value;
  /** From `iat` to `exp`. Absent: `60s`. */
  readonly lifetime?: string;
}

/**
 * AWS Signature Version 4. Credential fields: `accessKeyId`, `secretAccessKey`, `sessionToken` (optional); where `assumeRole` says so
 * also `roleArn` and `externalId` (optional): calls then go out with the role's temporary keys, renewed before they end.
 */
export interface AwsSigV4Scheme {
  readonly kind: "awsSigV4";
  /** Signing name of the service, e.g. `s3`; may hold `{settings.x}` holes. */
  readonly service: string;
  /** May hold `{settings.x}` holes. */
  readonly region: string;
  /** Whether path segments are encoded twice. Absent: true, but for `s3`. */
  readonly doubleEncode?: boolean;
  /** Whether the payload is left out of the signature (`UNSIGNED-PAYLOAD`, S3 over TLS only). Absent: false. */
  readonly unsignedPayload?: boolean;
  readonly assumeRole?: {
    /** Absent: the public endpoint of the region. */
    readonly url?: string;
    /** Life of the role's keys. Absent: `1h`. */
    readonly lifetime?: string;
  };
}

/** A TLS client certificate (RFC 8446 §4.4.2). Credential fields: `certificate` and `privateKey` (PEM), `passphrase` and `ca` (optional). */
export interface MtlsScheme {
  readonly kind: "mtls";
}

/** A signature over each request, made of what the request holds. Credential fields: those of `fields`. */
export interface SignatureScheme extends RequestSignature {
  readonly kind: "signature";
  readonly fields: JsonSchemaObject;
}

/**
 * How a request is signed. Values see `method`, `host`, `path`, `query` (by name; a list where one is repeated), `queryString`, `headers`,
 * `body` (text), `bodySha256` and `bodyMd5` (hex), `timestamp` (text), `nonce` (hex) and `nonceBase64`, `credential` and `settings`; placements
 * also `signature`. Places whose value does not read the signature are filled before it is made, so that it covers them.
 */
export interface RequestSignature {
  /** `sha…` and `md5` are plain digests, for schemes that put the secret into the text (WSSE). */
  readonly algorithm:
    | "hmac-sha1"
    | "hmac-sha256"
    | "hmac-sha512"
    | "hmac-md5"
    | "sha1"
    | "sha256"
    | "sha512"
    | "md5"
    | "rsa-sha256"
    | "ecdsa-sha256"
    | "ed25519";
  /** Credential field with the key; not with plain digests. */
  readonly key?: string;
  readonly keyEncoding?: "utf8" | "hex" | "base64";
  /**
   * A text, or a list of parts one after the other: texts, bytes as `{"hex": …}` or `{"base64": …}`, and digests of parts as `{"sha256": …}`,
   * `{"sha512": …}`, `{"sha1": …}` or `{"md5": …}`.
   */
  readonly stringToSign: Value;
  /** Absent: `hex`. */
  readonly encoding?: "hex" | "base64" | "base64url";
  /** Form of `timestamp`. Absent: `s`. */
  readonly timestamp?: "s" | "ms" | "iso8601" | "http_date";
  /** Bytes of the nonce. Absent: 16. */
  readonly nonceBytes?: number;
  /** At least one place; one without `value` takes the signature. */
  readonly apply: readonly Placement[];
}

/**
 * An app that is installed at a vendor and acts there with tokens of the installation: a JWT of the app's key is exchanged for a token that
 * lives for a while. Credential fields: those of `fields`, usually of the deployment's registered app; `keep` takes the installation's id.
 */
export interface AppInstallScheme {
  readonly kind: "appInstall";
  readonly fields: JsonSchemaObject;
  /** Where a person installs the app; may hold `{settings.x}` holes. A `state` is added. */
  readonly installUrl?: string;
  /** What comes back with the browser after the installation, e.g. `installation_id`. */
  readonly keep?: readonly KeptValue[];
  readonly assertion: JwtAssertion;
  /** Exchanges the JWT: its values see `assertion`, `credential` and `settings`; keeps `token` and, where there is one, `expiresAt` or `expiresIn`. */
  readonly exchange: TokenStep;
  readonly apply?: Placement;
}

/**
 * Code of the connector that puts a credential into a request, run in the sandbox: JavaScript that defines `sign(request)`. It gets
 * `{ method, url, headers, body, credential, settings, nowMs, random }` and returns `{ headers, query, cookies }`, all optional, which
 * are added. Credential fields: those of `fields`.
 */
export interface CustomScheme {
  readonly kind: "custom";
  readonly fields: JsonSchemaObject;
  readonly code: string;
}
