import { getPointer, type Json, MortiseError, type OAuth2Scheme } from "@mortise/contract";
import { fillEndpoints } from "../oidc/fill-endpoints.ts";
import type { PlainCredential } from "./credential-store.ts";
import { endpointUrl } from "./endpoint-url.ts";
import type { TokenQuery } from "./request-token.ts";
import { parseAnswer } from "./run-steps.ts";
import { tokenRefusal } from "./token-refusal.ts";

/** What a client says about itself. */
export interface ClientDescription {
  readonly redirectUri: string;
  /** What people are shown. */
  readonly name: string;
}

/** What a client is registered with (RFC 7591 §2). */
export function clientMetadata(
  { grant, clientAuth = "basic", requiredScopes = [], defaultScopes = [] }: OAuth2Scheme,
  { redirectUri, name }: ClientDescription,
): { readonly [name: string]: Json } {
  const scopes = [...new Set([...requiredScopes, ...defaultScopes])];
  return {
    client_name: name,
    redirect_uris: [redirectUri],
    grant_types: [grant, "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: METHODS[clientAuth],
    ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
  };
}

/**
 * The document that a client id which is an address leads to (OAuth Client ID Metadata Document), for the deployment to serve there. Such a
 * client has no secret. Throws `INVALID_VALUE` where the id is no https address with a path; loopback may do without TLS.
 */
export function clientMetadataDocument(
  scheme: OAuth2Scheme,
  clientId: string,
  description: ClientDescription,
): { readonly [name: string]: Json } {
  const url = URL.parse(clientId);
  const isSafe =
    url?.protocol === "https:" || (url?.protocol === "http:" && /^(?:127\.0\.0\.1|\[::1\]|localhost)$/.test(url.hostname));
  if (url === null || !isSafe || url.pathname === "/" || url.hash !== "" || url.username !== "" || url.password !== "")
    throw new MortiseError(
      "INVALID_VALUE",
      "A client id that is an address must be https, with a path and without a fragment or user.",
    );
  return {
    client_id: clientId,
    client_uri: url.origin,
    ...clientMetadata({ ...scheme, clientAuth: scheme.clientAuth ?? "none" }, description),
  };
}

const METHODS = Object.freeze({
  basic: "client_secret_basic",
  basic_secret_only: "client_secret_basic",
  body: "client_secret_post",
  none: "none",
  client_secret_jwt: "client_secret_jwt",
  private_key_jwt: "private_key_jwt",
  tls_client_auth: "tls_client_auth",
  self_signed_tls_client_auth: "self_signed_tls_client_auth",
});

/**
 * Registers a client (RFC 7591 §3) and returns it as fields of a credential, with what manages it later (RFC 7592). Throws `MISCONFIGURED`
 * where nobody says where, otherwise as a token request does.
 */
export async function registerClient(asked: TokenQuery, description: ClientDescription): Promise<PlainCredential> {
  const query = await fillEndpoints(asked);
  const { scheme, settings, transport, credential, nowMs } = query;
  if (scheme.registrationUrl === undefined)
    throw new MortiseError(
      "MISCONFIGURED",
      "Neither the contract nor its issuer says where clients are registered (registrationUrl).",
    );
  const url = endpointUrl(scheme.registrationUrl, settings);
  const initial = credential.registrationToken?.reveal() ?? "";
  const answer = await transport({
    method: "POST",
    url,
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      ...(initial === "" ? {} : { authorization: `Bearer ${initial}` }),
    },
    body: JSON.stringify(clientMetadata(scheme, description)),
  });
  const body = parseAnswer(answer.body);
  const clientId = textAt(body, "/client_id");
  if (answer.status >= 300 || clientId === undefined) throw tokenRefusal(answer, body, url.host, "/client_id", nowMs);
  const fields = [
    ["clientId", clientId],
    ["clientSecret", textAt(body, "/client_secret")],
    ["registrationToken", textAt(body, "/registration_access_token")],
    ["registrationUrl", textAt(body, "/registration_client_uri")],
  ];
  return Object.fromEntries(fields.filter(([, text]) => text !== undefined)) as PlainCredential;
}

function textAt(body: Json, pointer: string): string | undefined {
  const found = getPointer(body, pointer);
  return typeof found === "string" && found !== "" ? found : undefined;
}
