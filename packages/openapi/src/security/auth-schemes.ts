import type { AuthScheme, OAuth2Scheme } from "@mortise/contract";
import { awsScheme } from "../aws/aws-auth.ts";
import { isAwsScheme } from "../aws/aws-document.ts";
import type { DocumentSet } from "../document/document-set.ts";
import type { Findings } from "../document/findings.ts";
import { own, ownText } from "../document/loose.ts";
import { child, entries, type Place } from "../document/place.ts";
import { createUniqueNames } from "../schemas/unique-names.ts";

/** One way a security scheme of the document can be met. */
export interface SchemeChoice {
  readonly id: string;
  readonly scheme: AuthScheme;
  /** Why calls with it need code; undefined where they do not. */
  readonly needsCode: string | undefined;
}

/** The choices of every security scheme, by its name in the document. */
export type SchemeChoices = ReadonlyMap<string, readonly SchemeChoice[]>;

/** Reads `securityDefinitions` or `components.securitySchemes`. An OAuth scheme is one choice for each flow. */
export function readAuthSchemes(documents: DocumentSet, findings: Findings): SchemeChoices {
  const { root } = documents;
  const components = child(root, "components");
  const places = entries((components && child(components, "securitySchemes")) ?? child(root, "securityDefinitions"));
  const ids = createUniqueNames(["none"]);
  return new Map(
    places.flatMap(([name, given]) => {
      const place = documents.resolve(given);
      const choices = place === undefined ? [] : choicesOf(place, findings, root);
      const named = choices.map(({ suffix, ...choice }) => {
        const id = ids.take(authId(choices.length > 1 && suffix ? `${name}-${suffix}` : name));
        return { id, ...choice };
      });
      return named.length > 0 ? [[name, named] as const] : [];
    }),
  );
}

/** `^[A-Za-z][A-Za-z0-9-]*$` */
export function authId(name: string): string {
  const id = name.replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "");
  return /^[A-Za-z]/.test(id) ? id : `auth-${id}`.replace(/-$/, "");
}

interface Found {
  readonly suffix?: string;
  readonly scheme: AuthScheme;
  readonly needsCode: string | undefined;
}

function choicesOf(place: Place, findings: Findings, root: Place): readonly Found[] {
  const { value } = place;
  const help = ownText(value, "description");
  const common = help === undefined ? {} : { help };
  const plain = (scheme: AuthScheme): readonly Found[] => [{ scheme, needsCode: undefined }];
  switch (ownText(value, "type")?.toLowerCase()) {
    case "apikey":
      return apiKey(place, common, findings, root);
    case "basic":
      return plain({ kind: "basic", ...common });
    case "http":
      return http(place, common, findings);
    case "oauth2":
      return oauth2(place, common, findings);
    case "openidconnect": {
      const url = ownText(value, "openIdConnectUrl");
      const issuer = url === undefined ? undefined : issuerOf(url);
      if (issuer !== undefined)
        return plain({ kind: "oauth2", grant: "authorization_code", issuer, requiredScopes: ["openid"], ...common });
      const about = [help, url === undefined ? undefined : `An access token of OpenID Connect: ${url}`].filter(
        (part) => part !== undefined,
      );
      findings.add(
        "info",
        "INVALID_VALUE",
        place,
        "an OpenID Connect scheme needs the address of its metadata (…/.well-known/openid-configuration); it was read as a bearer token",
      );
      return plain({ kind: "bearer", ...(about.length > 0 ? { help: about.join("\n\n") } : {}) });
    }
    case "mutualtls":
      return plain({ kind: "mtls", ...common });
    default:
      findings.add(
        "warning",
        "INVALID_VALUE",
        place,
        `a security scheme cannot be of type ${JSON.stringify(own(value, "type"))}; it was left out`,
      );
      return [];
  }
}

/** The issuer of a metadata address (OpenID Connect Discovery 1.0 §4), which the runtime asks when somebody connects. */
function issuerOf(url: string): string | undefined {
  const issuer = url.replace(/\/\.well-known\/openid-configuration\/?$/, "");
  return issuer !== url && URL.parse(issuer)?.protocol === "https:" ? issuer : undefined;
}

type Common = { readonly help?: string };

function apiKey(place: Place, common: Common, findings: Findings, root: Place): readonly Found[] {
  const { value } = place;
  const name = ownText(value, "name");
  const where = ownText(value, "in");
  if (name === undefined || (where !== "header" && where !== "query" && where !== "cookie")) {
    findings.add("warning", "MISSING_KEY", place, 'an API key needs "name" and "in"; the scheme was left out');
    return [];
  }
  if (isAwsScheme(value)) {
    const scheme = awsScheme(root, String(own(value, "x-amazon-apigateway-authtype")));
    return [{ scheme: { ...scheme, ...common }, needsCode: undefined }];
  }
  const prefix = where === "header" && name.toLowerCase() === "authorization" ? prefixOf(value, name) : undefined;
  return [
    {
      scheme: { kind: "apiKey", in: where, name, ...(prefix === undefined ? {} : { prefix }), ...common },
      needsCode: undefined,
    },
  ];
}

/** What stands before the key in `Authorization`, where the document shows it: `Klaviyo-API-Key your-key`. */
function prefixOf(value: unknown, name: string): string | undefined {
  const description = ownText(value, "description") ?? "";
  const shown = ownText(value, "x-default") ?? new RegExp(`${name}\`?:?[^\`]{0,30}\`([^\`]+)\``, "i").exec(description)?.[1];
  const word = /^(?:Authorization:\s*)?([A-Za-z][A-Za-z0-9-]*)\s+[<{[]?[A-Za-z$]/i.exec(shown ?? "")?.[1];
  return word === undefined ? undefined : `${word} `;
}

function http(place: Place, common: Common, findings: Findings): readonly Found[] {
  const scheme = (ownText(place.value, "scheme") ?? "").toLowerCase();
  if (scheme === "basic") return [{ scheme: { kind: "basic", ...common }, needsCode: undefined }];
  if (scheme === "bearer") return [{ scheme: { kind: "bearer", ...common }, needsCode: undefined }];
  if (scheme === "digest") return [{ scheme: { kind: "digest", ...common }, needsCode: undefined }];
  if (scheme === "oauth") return [{ scheme: { kind: "oauth1", signature: "HMAC-SHA1", ...common }, needsCode: undefined }];
  if (scheme === "") {
    findings.add("warning", "MISSING_KEY", place, 'an HTTP security scheme needs "scheme"; it was read as bearer');
    return [{ scheme: { kind: "bearer", ...common }, needsCode: undefined }];
  }
  const given = ownText(place.value, "scheme") ?? scheme;
  const computed = COMPUTED.has(scheme) ? `it signs in by HTTP ${given}, which is computed for every request` : undefined;
  return [
    { scheme: { kind: "apiKey", in: "header", name: "Authorization", prefix: `${given} `, ...common }, needsCode: computed },
  ];
}

/** Registered HTTP authentication schemes whose header depends on the request or on a challenge. */
const COMPUTED = new Set(["hoba", "mutual", "negotiate", "ntlm", "scram-sha-1", "scram-sha-256", "vapid", "dpop", "gnap"]);

const GRANTS: ReadonlyMap<string, OAuth2Scheme["grant"]> = new Map([
  ["authorizationCode", "authorization_code"],
  ["accessCode", "authorization_code"],
  ["clientCredentials", "client_credentials"],
  ["application", "client_credentials"],
  ["password", "password"],
  ["implicit", "implicit"],
  ["deviceAuthorization", "device_code"],
]);

function oauth2(place: Place, common: Common, findings: Findings): readonly Found[] {
  const single = ownText(place.value, "flow");
  const flows: readonly (readonly [string, Place])[] = single === undefined ? entries(child(place, "flows")) : [[single, place]];
  const found = flows.flatMap(([flow, at]): readonly Found[] => {
    const grant = GRANTS.get(flow);
    if (grant === undefined) {
      if (!flow.startsWith("x-"))
        findings.add("warning", "INVALID_VALUE", at, `there is no OAuth 2.0 flow "${flow}"; it was left out`);
      return [];
    }
    return [
      {
        suffix: grant.replaceAll("_", "-"),
        scheme: { kind: "oauth2", grant, ...oauthParts(at), ...common },
        needsCode: undefined,
      },
    ];
  });
  if (found.length > 0) return found;
  findings.add("warning", "MISSING_KEY", place, "the OAuth 2.0 scheme has no flow; it was read as a bearer token");
  return [{ scheme: { kind: "bearer", ...common }, needsCode: undefined }];
}

/** Its URLs are called over https alone: codes and tokens go there, and no vendor that still lives takes them over plain http. */
function oauthParts(place: Place): Partial<Omit<OAuth2Scheme, "kind" | "grant">> {
  const url = (key: string): string | undefined => {
    const found = ownText(place.value, key);
    const isBelowServer = found?.startsWith("/") === true && !found.startsWith("//");
    return found !== undefined && (isBelowServer || URL.canParse(found)) ? found.replace(/^http:\/\//i, "https://") : undefined;
  };
  const scopes = entries(child(place, "scopes")).map(
    ([scope, { value }]) => [scope, typeof value === "string" ? value : ""] as const,
  );
  const authorizeUrl = url("authorizationUrl");
  const tokenUrl = url("tokenUrl");
  const refreshUrl = url("refreshUrl");
  const deviceUrl = url("deviceAuthorizationUrl");
  return {
    ...(authorizeUrl === undefined ? {} : { authorizeUrl }),
    ...(tokenUrl === undefined ? {} : { tokenUrl }),
    ...(refreshUrl === undefined ? {} : { refreshUrl }),
    ...(deviceUrl === undefined ? {} : { deviceUrl }),
    ...(scopes.length === 0 ? {} : { scopes: Object.fromEntries(scopes) }),
  };
}
