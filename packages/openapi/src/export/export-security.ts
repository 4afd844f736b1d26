import type { AuthScheme, Contract, Diagnostic, Json, JsonObject, JsonSchema, OAuth2Scheme, Operation } from "@mortise/contract";
import { joinPointer } from "@mortise/contract";
import { usualValue } from "./usual-value.ts";

/** Security schemes of a contract, and which of them an operation needs. */
export interface ExportedSecurity {
  readonly schemes: JsonObject;
  readonly diagnostics: readonly Diagnostic[];
  /** `security` of an operation; nothing where the contract has no credential at all. */
  of(operation: Operation): JsonObject;
}

/** Auth schemes as OpenAPI says them (Security Scheme Object, 3.1 §4.8.27). */
export function exportSecurity({ auth, settings }: Contract): ExportedSecurity {
  const schemes: { [name: string]: Json } = {};
  const parts: { [id: string]: readonly string[] } = {};
  const diagnostics: Diagnostic[] = [];
  for (const [id, scheme] of Object.entries(auth)) {
    const list = scheme.kind === "all" ? scheme.of : [scheme];
    parts[id] = list.flatMap((part, index) => {
      const said = schemeOf(part, (url) => filled(url, settings?.properties ?? {}));
      const name = list.length === 1 ? id : `${id}.${index + 1}`;
      if (said !== undefined) schemes[name] = { ...said, ...(scheme.help === undefined ? {} : { description: scheme.help }) };
      else if (part.kind !== "none") diagnostics.push(beyond(id, part.kind));
      return said === undefined ? [] : [name];
    });
  }
  const of = (operation: Operation): JsonObject => {
    const ids = operation.auth ?? Object.keys(auth);
    if (Object.keys(auth).length === 0) return {};
    const choices = ids.map((id) =>
      Object.fromEntries((parts[id] ?? []).map((name) => [name, isOAuth(schemes[name]) ? [...operation.scopes] : []])),
    );
    return { security: choices };
  };
  return { schemes, diagnostics, of };
}

const isOAuth = (scheme: Json | undefined): boolean =>
  typeof scheme === "object" && scheme !== null && !Array.isArray(scheme) && (scheme as JsonObject).type === "oauth2";

function schemeOf(scheme: AuthScheme, fill: (url: string) => string): JsonObject | undefined {
  switch (scheme.kind) {
    case "apiKey":
      return scheme.in === "body" ? undefined : { type: "apiKey", in: scheme.in, name: scheme.name };
    case "basic":
    case "bearer":
      return { type: "http", scheme: scheme.kind };
    case "session":
      return { type: "apiKey", in: scheme.apply.in, name: scheme.apply.name };
    case "oauth2":
      return scheme.tokenUrl === undefined && scheme.issuer !== undefined
        ? { type: "openIdConnect", openIdConnectUrl: `${fill(scheme.issuer)}/.well-known/openid-configuration` }
        : { type: "oauth2", flows: flowsOf(scheme, fill) };
    case "awsSigV4":
      return {
        type: "apiKey",
        in: "header",
        name: "Authorization",
        "x-amazon-apigateway-authtype": scheme.service === "s3" ? "awsS3" : "awsSigv4",
      };
    case "digest":
      return { type: "http", scheme: "digest" };
    case "oauth1":
      return { type: "http", scheme: "oauth" };
    case "mtls":
      return { type: "mutualTLS" };
    case "jwt":
    case "appInstall":
      return scheme.apply === undefined || scheme.apply.in === "body"
        ? { type: "http", scheme: "bearer", bearerFormat: "JWT" }
        : { type: "apiKey", in: scheme.apply.in, name: scheme.apply.name };
    default:
      return undefined;
  }
}

const FLOWS: { readonly [grant in OAuth2Scheme["grant"]]: string } = Object.freeze({
  authorization_code: "authorizationCode",
  client_credentials: "clientCredentials",
  password: "password",
  implicit: "implicit",
  device_code: "clientCredentials",
  jwt_bearer: "clientCredentials",
  saml2_bearer: "clientCredentials",
  token_exchange: "clientCredentials",
  vendor: "clientCredentials",
});

/** An address of the flow has no variables in OpenAPI: holes are filled with what the settings usually are. */
function filled(url: string, settings: { readonly [name: string]: JsonSchema }): string {
  return url.replaceAll(/\{settings\.(\w+)\}/g, (_, name: string) => usualValue(name, settings[name]));
}

function flowsOf({ grant, authorizeUrl, tokenUrl, refreshUrl, scopes }: OAuth2Scheme, fill: (url: string) => string): JsonObject {
  const takesAuthorize = grant === "authorization_code" || grant === "implicit";
  const flow: JsonObject = {
    ...(takesAuthorize ? { authorizationUrl: fill(authorizeUrl ?? tokenUrl ?? "") } : {}),
    ...(grant === "implicit" ? {} : { tokenUrl: fill(tokenUrl ?? authorizeUrl ?? "") }),
    ...(refreshUrl === undefined ? {} : { refreshUrl: fill(refreshUrl) }),
    scopes: { ...scopes },
  };
  return { [FLOWS[grant]]: flow };
}

function beyond(id: string, kind: string): Diagnostic {
  return {
    code: "NOT_EXPRESSIBLE",
    severity: "warning",
    path: joinPointer("auth", id),
    message: `auth.${id}: OpenAPI has no words for a credential of kind ${kind} as this contract sends it.`,
  };
}
