import { type AuthScheme, type Contract, credentialSchema } from "@mortise/contract";
import { fieldTable } from "./field-table.ts";
import { cell, cellCode, code, inline, paragraphs, prose, table } from "./prose.ts";

/** How a connection is made: its settings, and every way to sign in with what it needs. */
export function connectSection(contract: Contract): string {
  const schemes = Object.entries(contract.auth);
  const settings = contract.settings === undefined ? "" : fieldTable(contract.settings);
  if (schemes.length === 0 && settings === "") return "## Connection\n\nNone is needed.";
  return paragraphs([
    "## Connection",
    settings === "" ? "" : `Settings:\n\n${settings}`,
    schemes.length > 1 ? `One of ${schemes.length} ways to sign in:` : "",
    ...schemes.map(([id, scheme]) => schemePart(id, scheme)),
  ]);
}

function schemePart(id: string, scheme: AuthScheme): string {
  const { title, help, test, revoke, requires } = scheme;
  const facts = [
    ...(test === undefined
      ? ["It cannot be tried out before the first call."]
      : [`It is tried out with ${code(test.operation)}.`]),
    ...(requires === undefined || requires.length === 0 ? [] : [`It needs the settings ${requires.map(code).join(", ")}.`]),
    ...(revoke === undefined
      ? []
      : ["none" in revoke ? `Taking it back: ${inline(revoke.none)}` : `${code(revoke.operation)} takes it back.`]),
  ];
  return paragraphs([
    `### ${id}`,
    `${title === undefined ? "" : `${prose(title)}. `}${schemeSentence(scheme)}`,
    help === undefined ? "" : `Where to find it: ${prose(help)}`,
    facts.join(" "),
    scopeTable(scheme),
  ]);
}

/** What a scheme sends, in a sentence or two. */
function schemeSentence(scheme: AuthScheme): string {
  switch (scheme.kind) {
    case "none":
      return "No credential is sent.";
    case "apiKey":
      return `A key in the ${scheme.in} ${code(scheme.name)}. Credential field: ${code(scheme.field ?? "apiKey")}.`;
    case "basic":
      return "User name and password (RFC 7617). Credential fields: `username`, `password`.";
    case "bearer":
      return "A token in the header `Authorization` (RFC 6750). Credential field: `token`.";
    case "oauth2":
      return `OAuth 2.0 (RFC 6749), ${GRANTS[scheme.grant]}. Tokens are renewed by themselves.`;
    case "session":
      return `A login gives a token for some time; it is renewed by itself. Credential fields: ${fieldNames(scheme.fields)}.`;
    case "all":
      return `All of these at once: ${scheme.of.map((each) => schemeSentence(each)).join(" ")}`;
    case "digest":
      return "User name and password, never sent as they are (RFC 7616). Credential fields: `username`, `password`.";
    case "oauth1":
      return `Requests signed as OAuth 1.0a says (RFC 5849, ${scheme.signature}). Credential fields: ${fieldNames(credentialSchema(scheme))}.`;
    case "awsSigV4":
      return `Requests signed with AWS Signature Version 4. Credential fields: ${fieldNames(credentialSchema(scheme))}.`;
    case "mtls":
      return `A TLS client certificate. Credential fields: ${fieldNames(credentialSchema(scheme))}.`;
    case "jwt":
      return `A JWT that the connection signs itself (RFC 7519, ${scheme.assertion.alg}). Credential fields: ${fieldNames(scheme.fields)}.`;
    case "signature":
      return `Every request is signed (${scheme.algorithm}). Credential fields: ${fieldNames(scheme.fields)}.`;
    case "appInstall":
      return `An app that is installed at the vendor; its tokens are renewed by themselves. Credential fields: ${fieldNames(scheme.fields)}.`;
    case "custom":
      return `Code of the connector signs requests, in the sandbox. Credential fields: ${fieldNames(scheme.fields)}.`;
    case "fields":
      return `Credential fields: ${fieldNames(scheme.fields)}.`;
  }
}

const GRANTS = {
  authorization_code: "a person agrees in the browser",
  client_credentials: "with the client's own id and secret (`clientId`, `clientSecret`)",
  password: "with a user's name and password (`username`, `password`)",
  implicit: "a person agrees in the browser, the token comes back with the address",
  device_code: "a person agrees on another device",
  jwt_bearer: "with a JWT that is signed with a key of the connection",
  saml2_bearer: "with a SAML 2.0 assertion",
  token_exchange: "in exchange for another token",
  vendor: "with a grant of the vendor's own",
} as const;

function fieldNames(schema: { readonly properties?: object }): string {
  return Object.keys(schema.properties ?? {})
    .map(code)
    .join(", ");
}

function scopeTable(scheme: AuthScheme): string {
  if (scheme.kind !== "oauth2" || scheme.scopes === undefined) return "";
  return table(
    ["scope", "what it is for"],
    Object.entries(scheme.scopes).map(([scope, purpose]) => [cellCode(scope), cell(purpose)]),
  );
}
