import type { AuthScheme, SingleAuthScheme } from "./auth-scheme.ts";
import type { JsonSchema, JsonSchemaObject } from "./json.ts";
import type { KeptValue, OAuth2Scheme } from "./oauth2-scheme.ts";

type Properties = { readonly [name: string]: JsonSchema };

const SECRET: JsonSchemaObject = Object.freeze({ type: "string", minLength: 1, "x-secret": true });
const SHOWN: JsonSchemaObject = Object.freeze({ type: "string", minLength: 1 });
/** What is neither shown nor entered on one line. */
const PEM: JsonSchemaObject = Object.freeze({ ...SECRET, "x-widget": "textarea" });

/**
 * The fields that an auth scheme asks for, as the schema that forms and connections files are made from: texts all of them, secrets
 * marked `x-secret`. What Mortise itself keeps up to date (tokens that it fetches, `kept.<setting>`) is optional and `x-advanced`.
 */
export function credentialSchema(scheme: AuthScheme): JsonSchemaObject {
  if (scheme.kind === "all") {
    const parts = scheme.of.map(credentialSchema);
    const properties = Object.assign({}, ...parts.map((part) => part.properties ?? {})) as Properties;
    return closed(properties, [...new Set(parts.flatMap((part) => part.required ?? []))]);
  }
  const own = singleSchema(scheme);
  const kept = keptFields(scheme);
  return Object.keys(kept).length === 0 ? own : { ...own, properties: { ...own.properties, ...kept } };
}

/** The credential field that a kept value stands in until it takes the place of the setting. */
export const keptField = (setting: string): string => `kept.${setting}`;

/** The settings that connecting with a scheme tells (`keep`, `postConnect`), so that nobody has to enter them. */
export function keptSettings(scheme: AuthScheme): readonly string[] {
  const all: readonly AuthScheme[] = scheme.kind === "all" ? [scheme, ...scheme.of] : [scheme];
  return all.flatMap((each) => [
    ...("keep" in each ? ((each.keep ?? []) as readonly KeptValue[]).map(({ setting }) => setting) : []),
    ...(each.postConnect ?? []).flatMap(({ keep = {} }) => Object.keys(keep)),
  ]);
}

function singleSchema(scheme: SingleAuthScheme): JsonSchemaObject {
  switch (scheme.kind) {
    case "none":
      return closed({}, []);
    case "apiKey": {
      const field = scheme.field ?? "apiKey";
      return closed({ [field]: SECRET }, [field]);
    }
    case "bearer":
      return closed({ token: SECRET }, ["token"]);
    case "basic":
    case "digest":
      return closed({ username: SHOWN, password: { ...SECRET, minLength: 0 } }, ["username", "password"]);
    case "oauth2":
      return oauthSchema(scheme);
    case "oauth1": {
      const isRsa = scheme.signature.startsWith("RSA");
      const client: Properties = { consumerKey: SHOWN, ...(isRsa ? { privateKey: PEM } : { consumerSecret: SECRET }) };
      return closed({ ...client, token: SECRET, tokenSecret: SECRET }, Object.keys(client));
    }
    case "awsSigV4": {
      const keys: Properties = { accessKeyId: SHOWN, secretAccessKey: SECRET };
      const role: Properties = scheme.assumeRole === undefined ? {} : { roleArn: SHOWN, externalId: SECRET };
      const required = [...Object.keys(keys), ...(scheme.assumeRole === undefined ? [] : ["roleArn"])];
      return closed({ ...keys, sessionToken: SECRET, ...role }, required);
    }
    case "mtls":
      return closed(CERTIFICATE, ["certificate", "privateKey"]);
    case "session":
    case "jwt":
    case "signature":
    case "appInstall":
    case "custom":
    case "fields":
      return scheme.fields;
  }
}

const CERTIFICATE: Properties = {
  certificate: { ...SHOWN, "x-widget": "textarea" },
  privateKey: PEM,
  passphrase: SECRET,
  ca: { ...SHOWN, "x-widget": "textarea", "x-advanced": true },
};

const TOKENS: Properties = {
  accessToken: { ...SECRET, "x-advanced": true },
  refreshToken: { ...SECRET, "x-advanced": true },
  expiresAt: instant("When the token ends, in ms since 1970"),
  refreshExpiresAt: instant("When the refresh token ends, in ms since 1970"),
  scope: { type: "string", "x-advanced": true, "x-help": "The scopes that were granted" },
  subject: { type: "string", "x-advanced": true, "x-help": "Digest of the account that an ID token names" },
};

function oauthSchema(scheme: OAuth2Scheme): JsonSchemaObject {
  const { grant } = scheme;
  const { fields, required } = clientFields(scheme);
  const bound: Properties = {
    ...(scheme.certificateBound ? CERTIFICATE : {}),
    ...(scheme.dpop ? { dpopKey: { ...SECRET, "x-advanced": true } } : {}),
  };
  const own: Properties = { ...fields, ...bound };
  const needed = [...required, ...(scheme.certificateBound ? ["certificate", "privateKey"] : [])];
  switch (grant) {
    case "client_credentials":
      return closed(own, unique(needed));
    case "password":
      return closed({ ...own, username: SHOWN, password: SECRET }, unique([...needed, "username", "password"]));
    case "implicit":
      return closed({ ...TOKENS, accessToken: SECRET, ...own }, ["accessToken"]);
    case "jwt_bearer": {
      const key = scheme.assertion?.key ?? (scheme.assertion?.alg.startsWith("HS") ? "clientSecret" : "privateKey");
      const isAnonymous = scheme.clientAuth === "none";
      return closed({ ...own, [key]: PEM, ...TOKENS }, unique([...(isAnonymous ? [] : needed), key]));
    }
    case "saml2_bearer": {
      const isMade = scheme.samlAssertion !== undefined && !("value" in scheme.samlAssertion);
      const assertion: Properties = isMade
        ? { privateKey: PEM, certificate: CERTIFICATE.certificate ?? SHOWN }
        : { assertion: PEM };
      return closed({ ...own, ...assertion, ...TOKENS }, unique([...needed, ...(isMade ? ["privateKey"] : [])]));
    }
    case "token_exchange":
      return closed({ ...own, subjectToken: SECRET, ...TOKENS }, unique(needed));
    case "authorization_code":
    case "device_code":
    case "vendor":
      return closed({ ...own, ...TOKENS, ...secondFields(scheme) }, unique(needed));
  }
}

/** How the client shows who it is. One that is registered on the way, or belongs to the deployment, is not asked for. */
function clientFields({ clientAuth = "basic", registration = "static" }: OAuth2Scheme) {
  const fields: Properties =
    clientAuth === "none"
      ? { clientId: SHOWN }
      : clientAuth === "private_key_jwt"
        ? { clientId: SHOWN, privateKey: PEM }
        : clientAuth === "tls_client_auth" || clientAuth === "self_signed_tls_client_auth"
          ? { clientId: SHOWN, ...CERTIFICATE }
          : { clientId: SHOWN, clientSecret: SECRET };
  const required = Object.keys(fields).filter((name) => name !== "passphrase" && name !== "ca");
  if (registration === "static") return { fields, required };
  const given: Properties = registration === "dynamic" ? { registrationToken: SECRET, registrationUrl: SHOWN } : {};
  const all = Object.entries({ ...fields, ...given }).map(([name, field]) => [
    name,
    { ...(field as object), "x-advanced": true },
  ]);
  return { fields: Object.fromEntries(all) as Properties, required: [] };
}

function secondFields({ second = {} }: OAuth2Scheme): Properties {
  const fields = Object.keys(second).flatMap((name) =>
    Object.entries(TOKENS).map(([field, schema]) => [`${field}.${name}`, schema] as const),
  );
  return Object.fromEntries(fields);
}

function keptFields(scheme: SingleAuthScheme): Properties {
  return Object.fromEntries(keptSettings(scheme).map((setting) => [keptField(setting), { type: "string", "x-advanced": true }]));
}

function instant(help: string): JsonSchemaObject {
  return { type: "string", pattern: "^[0-9]{1,16}$", "x-advanced": true, "x-help": help };
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];

const closed = (properties: Properties, required: readonly string[]): JsonSchemaObject =>
  Object.freeze({ type: "object", properties, required, additionalProperties: false });
