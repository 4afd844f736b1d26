import { type AuthScheme, credentialSchema, type JsonSchema, type JsonSchemaObject } from "@mortise/contract";
import { fieldTable } from "./field-table.ts";

/** What the fields are that schemes ask for by themselves; what a contract says of its own fields stands as it is. */
const WORDS: { readonly [field: string]: string } = Object.freeze({
  apiKey: "The key.",
  token: "The token.",
  username: "Name of the user.",
  password: "Password of the user.",
  clientId: "Id of a client (an app) that is registered there.",
  clientSecret: "What that client proves itself with.",
  consumerKey: "Key of a client (an app) that is registered there.",
  consumerSecret: "What that client proves itself with.",
  tokenSecret: "What goes with the token.",
  accessToken: "A token that was given there.",
  subjectToken: "The token that is handed in for another one.",
  assertion: "The SAML assertion, as XML or base64url.",
  registrationToken: "Initial access token, where clients may not register without one (RFC 7591).",
  registrationUrl: "Where the client is managed (RFC 7592).",
  privateKey: "Private key: PEM (PKCS #8 or PKCS #1) or JWK.",
  certificate: "Certificate, PEM, with its chain where there is one.",
  passphrase: "Opens the private key, where it is encrypted.",
  ca: "Certificates to trust instead of the usual ones, PEM.",
  accessKeyId: "Id of the access key.",
  secretAccessKey: "Secret access key.",
  sessionToken: "Of temporary keys.",
  roleArn: "ARN of the role that calls are made in.",
  externalId: "External id that the role asks for.",
});

/** The fields of a credential that somebody enters: those that Mortise keeps up to date by itself are left out. */
export function enteredFields(scheme: AuthScheme): JsonSchemaObject {
  const { required = [], ...schema } = credentialSchema(scheme);
  const entered = Object.entries(schema.properties ?? {}).filter(
    ([name, field]) => required.includes(name) || typeof field === "boolean" || field["x-advanced"] !== true,
  );
  return { ...schema, required, properties: Object.fromEntries(entered) };
}

/** Them as a table; empty where there are none. */
export function credentialTable(scheme: AuthScheme): string {
  const schema = enteredFields(scheme);
  const said = Object.entries(schema.properties ?? {}).map(([name, field]): [string, JsonSchema] => [
    name,
    withWords(name, field),
  ]);
  return fieldTable({ ...schema, properties: Object.fromEntries(said) });
}

function withWords(name: string, field: JsonSchema): JsonSchema {
  if (typeof field === "boolean" || (field.description ?? field["x-help"] ?? field.title) !== undefined) return field;
  const words = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  return words === undefined ? field : { ...field, description: words };
}
