import type { OAuth2Scheme, SingleAuthScheme } from "@mortise/contract";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import type { WireRequest } from "../wire-request.ts";
import { clientProblem } from "./check-client.ts";
import { type Endpoint, endpointAt, originOf, refused, type Side, secretAnswer } from "./endpoint.ts";
import { endpointsOf, issuerOf } from "./issuer.ts";
import { sentBack } from "./sent-back.ts";
import { keptFrom } from "./step-endpoint.ts";
import { authorizeParameters, bodyParameters, type TokenParameters } from "./token-parameters.ts";
import { filled, textOf } from "./value-at.ts";

type Scheme = OAuth2Scheme & SingleAuthScheme;

/** Where a person would grant access (RFC 6749 §3.1, RFC 8628 §3.1): nobody is asked, access is granted. */
export function consentEndpoints(scheme: Scheme, side: Side): readonly Endpoint[] {
  const { authorizeUrl, deviceUrl } = endpointsOf(scheme);
  const isCode = scheme.grant === "authorization_code" || scheme.grant === "implicit";
  return [
    ...(authorizeUrl === undefined || !isCode
      ? []
      : [endpointAt("GET", authorizeUrl, (request) => consent(scheme, request, side))]),
    ...(deviceUrl === undefined || scheme.grant !== "device_code"
      ? []
      : [endpointAt("POST", deviceUrl, (request) => deviceCode(scheme, deviceUrl, request, side))]),
  ];
}

/** The scopes that are asked for, apart by spaces. */
export function askedScope(
  { scopeSeparator = " ", requiredScopes = [], defaultScopes = [] }: OAuth2Scheme,
  said: string | undefined,
): string {
  if (said !== undefined) return said.split(scopeSeparator).join(" ");
  return [...new Set([...requiredScopes, ...defaultScopes])].join(" ");
}

/** Sends the browser back at once. An address that routes by its fragment never gets here: browsers keep it to themselves. */
function consent(scheme: Scheme, request: WireRequest, { connections, issued }: Side): SimulatedAnswer {
  const said = authorizeParameters(scheme, request);
  const connection = connections().find(({ credential = {} }) => isClient(scheme, said, credential));
  if (connection === undefined) return refused("unauthorized_client", "the client is not known (client_id)");
  const scope = askedScope(scheme, said.scope);
  const state = scheme.rename?.authorize?.state;
  const back: readonly (readonly [string, string])[] = [
    ...(said.state === undefined ? [] : [[typeof state === "string" ? state : "state", said.state] as const]),
    ...keptFrom(scheme, "redirect", connection).map(({ from, value }) => [from.redirect, textOf(value) ?? ""] as const),
  ];
  if (scheme.grant === "implicit") {
    const { text } = issued.give({ kind: "access", scheme, connection, details: { scope } });
    return sentBack(said.redirect_uri, [["access_token", text], ["token_type", "Bearer"], ["expires_in", "3600"], ...back], true);
  }
  const missing = scheme.pkce !== "off" && said.code_challenge === undefined && scheme.rename?.authorize?.code_challenge !== null;
  if (missing) return refused("invalid_request", "the proof key is missing (code_challenge)");
  const given = { scope, redirect: said.redirect_uri, challenge: said.code_challenge, method: said.code_challenge_method };
  const details = Object.fromEntries(Object.entries({ ...given, nonce: said.nonce }).filter(([, text]) => text !== undefined));
  const { text } = issued.give({ kind: "code", scheme, connection, details: details as { readonly [name: string]: string } });
  const named = scheme.issuer === undefined ? [] : [["iss", issuerOf(scheme, connection.settings)] as const];
  return sentBack(said.redirect_uri, [[scheme.codeParam ?? "code", text], ...back, ...named]);
}

/** A client id that is the address of its metadata is known to nobody before, nor is that of a connection which was given a token alone. */
function isClient(
  { registration, rename }: OAuth2Scheme,
  said: TokenParameters,
  credential: { readonly [field: string]: string },
) {
  if (rename?.authorize?.client_id === null) return true;
  return registration === "metadata_document"
    ? said.client_id !== undefined
    : [undefined, said.client_id].includes(credential.clientId);
}

/** The person takes one question to decide. */
function deviceCode(scheme: Scheme, deviceUrl: string, request: WireRequest, { connections, issued }: Side): SimulatedAnswer {
  const said = bodyParameters(request);
  const connection = connections().find((each) => clientProblem(scheme, request, said, each) === undefined);
  if (connection === undefined) return refused("invalid_client", "the client is not known, or does not prove itself", 401);
  const { text } = issued.give({ kind: "device", scheme, connection, details: { scope: askedScope(scheme, said.scope) } });
  const page = `${filled(originOf(deviceUrl) || `https://${request.host}`, connection.settings)}/simulated-device`;
  return secretAnswer({
    device_code: text,
    user_code: "SIMU-LATE",
    verification_uri: page,
    verification_uri_complete: `${page}?user_code=SIMU-LATE`,
    expires_in: 600,
    interval: 1,
  });
}
