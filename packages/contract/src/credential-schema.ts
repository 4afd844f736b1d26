import type { AuthScheme, OAuth2Scheme } from "./auth-scheme.ts";
import type { JsonSchema, JsonSchemaObject } from "./json.ts";

type Properties = { readonly [name: string]: JsonSchema };

const SECRET: JsonSchemaObject = Object.freeze({ type: "string", minLength: 1, "x-secret": true });
const SHOWN: JsonSchemaObject = Object.freeze({ type: "string", minLength: 1 });

/**
 * The fields that an auth scheme asks for, as the schema that forms and connections files are made from: texts all of them, secrets
 * marked `x-secret`. What Mortise itself keeps up to date (tokens that it fetches) is optional and `x-advanced`.
 */
export function credentialSchema(scheme: AuthScheme): JsonSchemaObject {
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
      return closed({ username: SHOWN, password: { ...SECRET, minLength: 0 } }, ["username", "password"]);
    case "oauth2":
      return oauthSchema(scheme);
    case "session":
    case "fields":
      return scheme.fields;
    case "all": {
      const parts = scheme.of.map(credentialSchema);
      const properties = Object.assign({}, ...parts.map((part) => part.properties ?? {})) as Properties;
      return closed(properties, [...new Set(parts.flatMap((part) => part.required ?? []))]);
    }
  }
}

function oauthSchema({ grant, clientAuth }: OAuth2Scheme): JsonSchemaObject {
  const isPublic = clientAuth === "none";
  const client: Properties = { clientId: SHOWN, ...(isPublic ? {} : { clientSecret: SECRET }) };
  const clientFields = Object.keys(client);
  switch (grant) {
    case "client_credentials":
      return closed(client, clientFields);
    case "password":
      return closed({ ...client, username: SHOWN, password: SECRET }, [...clientFields, "username", "password"]);
    case "authorization_code":
      return closed({ ...client, ...TOKENS }, clientFields);
    case "implicit":
    case "device_code":
      return closed({ ...TOKENS, accessToken: SECRET, ...client }, ["accessToken"]);
  }
}

const TOKENS: Properties = {
  accessToken: { ...SECRET, "x-advanced": true },
  refreshToken: { ...SECRET, "x-advanced": true },
  expiresAt: { type: "string", pattern: "^[0-9]{1,16}$", "x-advanced": true, "x-help": "When the token ends, in ms since 1970" },
};

const closed = (properties: Properties, required: readonly string[]): JsonSchemaObject =>
  Object.freeze({ type: "object", properties, required, additionalProperties: false });
