import type { AuthScheme, KeptValue, OAuth2Scheme, Placement, SingleAuthScheme } from "@mortise/contract";
import { code, inline } from "./prose.ts";

/** What a scheme is, and what it sends, in a sentence or two. */
export function signInSentence(scheme: AuthScheme): string {
  switch (scheme.kind) {
    case "none":
      return "No credential is sent.";
    case "apiKey":
      return `A key, sent ${placeWords(scheme)}.`;
    case "basic":
      return "User name and password, sent in the header `Authorization` (RFC 7617).";
    case "bearer":
      return "A token, sent in the header `Authorization` (RFC 6750).";
    case "digest":
      return "User name and password, never sent as they are: each request answers a challenge (RFC 7616).";
    case "oauth2":
      return `OAuth 2.0 (RFC 6749), ${GRANTS[scheme.grant]}. The token is sent ${tokenPlace(scheme)}${boundWords(scheme)}.`;
    case "session":
      return `A login at ${code(hostOf(scheme.login.url))} gives a token for some time, sent ${placeWords(scheme.apply)}.`;
    case "oauth1":
      return `Each request is signed as OAuth 1.0a says (RFC 5849, ${scheme.signature}).`;
    case "jwt":
      return `A JWT that is signed here (RFC 7519, ${scheme.assertion.alg}), sent ${placeWords(scheme.apply ?? BEARER)}.`;
    case "awsSigV4":
      return `Each request is signed with AWS Signature Version 4, for ${code(scheme.service)} in ${code(scheme.region)}${scheme.assumeRole === undefined ? "" : ", with the keys of a role"}.`;
    case "mtls":
      return "A TLS client certificate, shown as connections are opened (RFC 8446).";
    case "signature":
      return `Each request is signed (${scheme.algorithm}); that takes ${listed(scheme.apply.map(placeWords))}.`;
    case "appInstall":
      return `An app that is installed there: its JWT (${scheme.assertion.alg}) is exchanged at ${code(hostOf(scheme.exchange.url))} for a token of the installation, sent ${placeWords(scheme.apply ?? BEARER)}.`;
    case "custom":
      return "Code of the connector puts the credential into requests, in the sandbox.";
    case "fields":
      return "Operations use the credential themselves.";
    case "all":
      return `All of these at once: ${scheme.of.map(signInSentence).join(" ")}`;
  }
}

const BEARER: Placement = Object.freeze({ in: "header", name: "Authorization", prefix: "Bearer " });

const GRANTS: { readonly [grant in OAuth2Scheme["grant"]]: string } = Object.freeze({
  authorization_code: "a person agrees in the browser",
  client_credentials: "with a client's own id and secret",
  password: "with a user's name and password",
  implicit: "a person agrees in the browser, and the token comes back with the address",
  device_code: "a person agrees on another device (RFC 8628)",
  jwt_bearer: "with a JWT that is signed here (RFC 7523)",
  saml2_bearer: "with a SAML 2.0 assertion (RFC 7522)",
  token_exchange: "in exchange for another token (RFC 8693)",
  vendor: "with a grant of the vendor's own",
});

const tokenPlace = ({ apply, dpop }: OAuth2Scheme): string =>
  apply !== undefined
    ? placeWords(apply)
    : dpop === true
      ? "in the header `Authorization` with a proof of its key (RFC 9449)"
      : "in the header `Authorization`";

const boundWords = ({ certificateBound }: OAuth2Scheme): string =>
  certificateBound === true ? ", beside the client certificate that it is bound to (RFC 8705)" : "";

/** Where something goes in a request. */
export function placeWords({ in: place, name }: Pick<Placement, "in" | "name">): string {
  const WHAT = { header: "in the header", query: "in the query as", cookie: "as the cookie", body: "in the body as" } as const;
  return `${WHAT[place]} ${code(name)}`;
}

/** The host of an address, its holes shown. */
export const hostOf = (url: string): string => /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/?#]+)/i.exec(url)?.[1] ?? url;

export const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** How somebody takes part in connecting. Undefined: nobody does, what is entered is enough. */
export function personWords(scheme: SingleAuthScheme): string | undefined {
  const at = (url: string | undefined): string => (url === undefined ? "" : ` at ${code(hostOf(url))}`);
  switch (scheme.kind) {
    case "oauth2":
      if (scheme.grant === "authorization_code")
        return `A person agrees in the browser${at(scheme.authorizeUrl ?? scheme.issuer)}.`;
      if (scheme.grant === "device_code") return "A person enters a code on another device, at an address that is shown with it.";
      return scheme.grant === "implicit" ? `A person takes a token${at(scheme.authorizeUrl)} and enters it.` : undefined;
    case "oauth1":
      return scheme.requestTokenUrl === undefined ? undefined : `A person agrees in the browser${at(scheme.authorizeUrl)}.`;
    case "appInstall":
      return scheme.installUrl === undefined ? undefined : `A person installs the app in the browser${at(scheme.installUrl)}.`;
    default:
      return undefined;
  }
}

/** Whose client it is that a person grants access to. Undefined: there is no person, or no client. */
export function clientWords(scheme: SingleAuthScheme): string | undefined {
  if (scheme.kind !== "oauth2" || !["authorization_code", "device_code"].includes(scheme.grant)) return undefined;
  if (scheme.ownClient === false) return "The client is the deployment's own.";
  if (scheme.registration === "dynamic") return "The client registers itself as the connection is made (RFC 7591).";
  if (scheme.registration === "metadata_document")
    return "The client is known by the address of its metadata, which the deployment serves.";
  return "Where the deployment has a client of its own, none is entered.";
}

/** What connecting tells. */
export function keptWords(scheme: SingleAuthScheme): string | undefined {
  const keep: readonly KeptValue[] = "keep" in scheme ? (scheme.keep ?? []) : [];
  const steps = (scheme.postConnect ?? []).flatMap(({ operation, keep: kept = {} }) =>
    Object.keys(kept).map((setting) => `${code(setting)} (by ${code(operation)})`),
  );
  const all = [
    ...keep.map(({ setting, required }) => `${code(setting)}${required === true ? ", which it needs" : ""}`),
    ...steps,
  ];
  return all.length === 0 ? undefined : `Connecting tells what then need not be entered: ${listed(all)}.`;
}

/** What goes with each request beside the credential. */
export const alsoWords = ({ also }: SingleAuthScheme): string | undefined =>
  also === undefined ? undefined : `Also sent: ${listed(also.map(placeWords))}.`;

/** How a credential is taken back at the end. */
export function endWords(scheme: SingleAuthScheme): string | undefined {
  if (scheme.kind === "none") return undefined;
  const { revoke, preDelete = [] } = scheme;
  const before = preDelete.length === 0 ? "" : ` Before, ${listed(preDelete.map(({ operation }) => code(operation)))} runs.`;
  if (scheme.kind === "oauth2" && scheme.revokeUrl !== undefined)
    return `When it is deleted, its tokens are taken back at ${code(hostOf(scheme.revokeUrl))} (RFC 7009).${before}`;
  if (scheme.kind === "oauth2" && scheme.issuer !== undefined && revoke === undefined)
    return `When it is deleted, its tokens are taken back where the issuer has an endpoint for that (RFC 7009).${before}`;
  if (revoke === undefined) return `When it is deleted, the credential stays good: nothing says how it is taken back.${before}`;
  return "none" in revoke
    ? `When it is deleted, the credential is not taken back: ${inline(revoke.none)}${/[.!?]$/.test(revoke.none) ? "" : "."}${before}`
    : `When it is deleted, ${code(revoke.operation)} takes the credential back.${before}`;
}
