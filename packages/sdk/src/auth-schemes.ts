import type {
  AppInstallScheme,
  AuthCommon,
  AuthScheme,
  AwsSigV4Scheme,
  CustomScheme,
  JsonObject,
  JwtScheme,
  OAuth1Scheme,
  OAuth2Scheme,
  SessionScheme,
  SignatureScheme,
  SingleAuthScheme,
  Value,
} from "@mortise/contract";
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
  /** What goes with every request beside the credential's own place; values see `credential`, `settings` and `token`. */
  readonly also?: AuthCommon["also"];
  /** Read operations that run once a connection has been made; what they keep becomes settings. */
  readonly postConnect?: AuthCommon["postConnect"];
  /** Operations that run before a connection is deleted. */
  readonly preDelete?: AuthCommon["preDelete"];
}

/** A scheme that asks for fields of its own; each is a secret if it says `"x-secret": true`. */
type Asking<Scheme extends { readonly kind: string; readonly fields: object }> = AuthOptions &
  Omit<Scheme, "kind" | "fields"> & { readonly fields: TObject };

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
  return Object.freeze({ kind: "oauth2", ...own(options), ...common(options) });
}

/** Digest access authentication (RFC 7616). Credential fields: `username`, `password`. */
export function digest(options: AuthOptions = {}): SingleAuthScheme {
  return Object.freeze({ kind: "digest", ...common(options) });
}

/** OAuth 1.0a (RFC 5849). Credential fields: `consumerKey`, `consumerSecret` (`privateKey` with RSA), `token`, `tokenSecret`. */
export function oauth1(options: AuthOptions & Omit<OAuth1Scheme, "kind">): SingleAuthScheme {
  return Object.freeze({ kind: "oauth1", ...own(options), ...common(options) });
}

/** AWS Signature Version 4. Credential fields: `accessKeyId`, `secretAccessKey`, `sessionToken`; with `assumeRole` also `roleArn`, `externalId`. */
export function awsSigV4(options: AuthOptions & Omit<AwsSigV4Scheme, "kind">): SingleAuthScheme {
  return Object.freeze({ kind: "awsSigV4", ...own(options), ...common(options) });
}

/** A TLS client certificate. Credential fields: `certificate`, `privateKey`, `passphrase`, `ca`, all PEM but the passphrase. */
export function mtls(options: AuthOptions = {}): SingleAuthScheme {
  return Object.freeze({ kind: "mtls", ...common(options) });
}

/** A JWT that the connection signs itself (RFC 7519). */
export function jwt(options: Asking<JwtScheme>): SingleAuthScheme {
  return Object.freeze({ kind: "jwt", fields: plainSchema(options.fields), ...own(options), ...common(options) });
}

/** A signature over each request, made of what the request holds. */
export function signature(options: Asking<SignatureScheme>): SingleAuthScheme {
  return Object.freeze({ kind: "signature", fields: plainSchema(options.fields), ...own(options), ...common(options) });
}

/** An app that is installed at a vendor: a JWT of its key is exchanged for the installation's tokens. */
export function appInstall(options: Asking<AppInstallScheme>): SingleAuthScheme {
  return Object.freeze({ kind: "appInstall", fields: plainSchema(options.fields), ...own(options), ...common(options) });
}

/** Code of the connector that signs requests, run in the sandbox: JavaScript that defines `sign(request)`. */
export function custom(options: Asking<CustomScheme>): SingleAuthScheme {
  return Object.freeze({ kind: "custom", fields: plainSchema(options.fields), ...own(options), ...common(options) });
}

/** A login that gives a token for some time; its values see `credential` and `settings`. Each field is a secret if it says `"x-secret": true`. */
export function session(options: Asking<SessionScheme>): SingleAuthScheme {
  return Object.freeze({ kind: "session", fields: plainSchema(options.fields), ...own(options), ...common(options) });
}

/** Several schemes at once, e.g. an application's key and a person's token. Their credential fields must differ. */
export function all(of: readonly SingleAuthScheme[], options: AuthOptions = {}): AuthScheme {
  return Object.freeze({ kind: "all", of, ...common(options) });
}

/** Named fields that only the connector's own code understands; each is a secret if it says `"x-secret": true`. */
export function fields(schema: TObject, options: AuthOptions = {}): SingleAuthScheme {
  return Object.freeze({ kind: "fields", fields: plainSchema(schema), ...common(options) });
}

/** What a scheme says that not all of them say. */
function own<Options extends AuthOptions>(options: Options): Omit<Options, keyof AuthOptions | "fields"> {
  const { title, test, help, requires, revoke, label, also, postConnect, preDelete, ...rest } = options;
  const { fields: _, ...scheme } = rest as typeof rest & { readonly fields?: unknown };
  return scheme as Omit<Options, keyof AuthOptions | "fields">;
}

function common({ test, ...options }: AuthOptions): AuthCommon {
  const { title, help, requires, revoke, label, also, postConnect, preDelete } = options;
  return {
    ...(title === undefined ? {} : { title }),
    ...(test === undefined ? {} : { test: typeof test === "string" ? { operation: test } : test }),
    ...(help === undefined ? {} : { help }),
    ...(requires === undefined ? {} : { requires }),
    ...(revoke === undefined ? {} : { revoke }),
    ...(label === undefined ? {} : { label }),
    ...(also === undefined ? {} : { also }),
    ...(postConnect === undefined ? {} : { postConnect }),
    ...(preDelete === undefined ? {} : { preDelete }),
  };
}
