import type { OAuth2Scheme } from "@mortise/contract";
import type { WireRequest } from "../wire-request.ts";
import type { SimulatedConnection } from "./simulated-connection.ts";
import type { TokenParameters } from "./token-parameters.ts";
import { jwtProblem, readJwt } from "./verify-jwt.ts";
import { signatureProblem } from "./verify-signature.ts";

/**
 * Why a request does not prove that it comes from a connection's client (RFC 6749 §2.3, RFC 7523 §2.2); undefined: it does. What TLS proves
 * cannot be told without TLS: of such a client its id is enough.
 */
export function clientProblem(
  scheme: OAuth2Scheme,
  request: WireRequest,
  said: TokenParameters,
  connection: SimulatedConnection,
): string | undefined {
  const { clientId = "", clientSecret = "" } = connection.credential ?? {};
  switch (scheme.clientAuth ?? "basic") {
    case "basic":
      return isBasic(request, `${clientId}:${clientSecret}`, `${form(clientId)}:${form(clientSecret)}`)
        ? undefined
        : "the header Authorization does not hold the client's id and secret";
    case "basic_secret_only":
      return isBasic(request, `${clientSecret}:`) ? undefined : "the header Authorization does not hold the client's secret";
    case "body":
      return isSaid(scheme, said, "client_id", clientId) && isSaid(scheme, said, "client_secret", clientSecret)
        ? undefined
        : "client_id and client_secret are not the client's";
    case "none":
    case "tls_client_auth":
    case "self_signed_tls_client_auth":
      return isSaid(scheme, said, "client_id", clientId) ? undefined : "client_id is not the client's";
    case "client_secret_jwt":
    case "private_key_jwt":
      return assertionProblem(scheme, said.client_assertion ?? "", connection);
  }
}

/** Why a token request is not signed as the contract says. Undefined: it is, or need not be. */
export const requestSignatureProblem = (
  { signTokenRequest }: OAuth2Scheme,
  request: WireRequest,
  connection: SimulatedConnection,
): string | undefined => (signTokenRequest === undefined ? undefined : signatureProblem(signTokenRequest, request, connection));

function assertionProblem(scheme: OAuth2Scheme, assertion: string, { credential = {} }: SimulatedConnection): string | undefined {
  const isShared = scheme.clientAuth === "client_secret_jwt";
  const key = isShared
    ? { alg: "HS256" as const, key: "clientSecret", ...scheme.clientAssertion }
    : { ...scheme.clientAssertion };
  const problem = jwtProblem(assertion, key, credential);
  if (problem !== undefined) return `client_assertion: ${problem}`;
  const claims = readJwt(assertion)?.claims ?? {};
  const isOwn = scheme.clientAssertion?.claims !== undefined || claims.sub === credential.clientId;
  return isOwn ? undefined : "client_assertion: it speaks of another client";
}

function isBasic({ headers }: WireRequest, ...pairs: readonly string[]): boolean {
  const [, encoded = ""] = /^Basic (.+)$/i.exec(headers.authorization ?? "") ?? [];
  return pairs.includes(Buffer.from(encoded, "base64").toString("utf8"));
}

/** What the vendor refuses is not there; a client without an id need not say one. */
function isSaid({ rename }: OAuth2Scheme, said: TokenParameters, name: string, value: string): boolean {
  return rename?.token?.[name] === null || (said[name] ?? "") === value;
}

const form = (text: string): string => new URLSearchParams([["", text]]).toString().slice(1);
