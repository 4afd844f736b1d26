import { createHash } from "node:crypto";
import { compileValue } from "@mortise/builders";
import type { Json, OAuth2Scheme, SingleAuthScheme } from "@mortise/contract";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import type { WireRequest } from "../wire-request.ts";
import { clientProblem, requestSignatureProblem } from "./check-client.ts";
import { askedScope } from "./consent-endpoints.ts";
import { type Endpoint, endpointAt, refused, type Side } from "./endpoint.ts";
import type { Issued } from "./issued.ts";
import { endpointsOf } from "./issuer.ts";
import type { SimulatedConnection } from "./simulated-connection.ts";
import { keptOfSteps } from "./step-endpoint.ts";
import { tokenAnswer } from "./token-answer.ts";
import { type TokenParameters, tokenParameters } from "./token-parameters.ts";
import { filled, textOf } from "./value-at.ts";
import { dpopKeyOf } from "./verify-dpop.ts";
import { jwtProblem } from "./verify-jwt.ts";

type Scheme = OAuth2Scheme & SingleAuthScheme;

/** What `grant_type` says (RFC 6749 §4, RFC 8628 §3.4, RFC 7523 §2.1, RFC 7522 §2.1, RFC 8693 §2.1). */
const WORDS: { readonly [grant in OAuth2Scheme["grant"]]: string } = Object.freeze({
  authorization_code: "authorization_code",
  client_credentials: "client_credentials",
  password: "password",
  implicit: "implicit",
  device_code: "urn:ietf:params:oauth:grant-type:device_code",
  jwt_bearer: "urn:ietf:params:oauth:grant-type:jwt-bearer",
  saml2_bearer: "urn:ietf:params:oauth:grant-type:saml2-bearer",
  token_exchange: "urn:ietf:params:oauth:grant-type:token-exchange",
  vendor: "",
});

/** Where tokens come from (RFC 6749 §3.2), by the scheme's grant and by what it renews them with. */
export function tokenEndpoints(scheme: Scheme, side: Side): readonly Endpoint[] {
  const { tokenUrl } = endpointsOf(scheme);
  const urls = [...new Set([tokenUrl, scheme.refreshUrl].filter((url) => url !== undefined))];
  return urls.map((url) => endpointAt(scheme.tokenMethod ?? "POST", url, (request) => answer(scheme, request, side)));
}

function answer(scheme: Scheme, request: WireRequest, side: Side): SimulatedAnswer {
  const said = tokenParameters(scheme, request);
  const isRenewal = said.refresh_token !== undefined;
  const word = isRenewal ? (scheme.refreshParams?.grant_type ?? "refresh_token") : (scheme.grantType ?? WORDS[scheme.grant]);
  const isExchange = scheme.refreshMode === "exchange" && said.grant_type === exchangeWord(scheme);
  const isWordless = scheme.rename?.token?.grant_type === null;
  if (!isWordless && !isExchange && said.grant_type !== word)
    return refused("unsupported_grant_type", `expected grant_type ${word}`);
  let problem = "no client of this scheme is known";
  for (const connection of side.connections()) {
    const found = clientProblem(scheme, request, said, connection) ?? requestSignatureProblem(scheme, request, connection);
    if (found === undefined) return granted(scheme, request, said, connection, side, isExchange);
    problem = found;
  }
  return refused("invalid_client", problem, 401);
}

const exchangeWord = ({ exchange, refreshParams }: OAuth2Scheme): string => {
  const own = exchange?.grant_type ?? refreshParams?.grant_type;
  return typeof own === "string" ? own : WORDS.token_exchange;
};

function granted(
  scheme: Scheme,
  request: WireRequest,
  said: TokenParameters,
  connection: SimulatedConnection,
  side: Side,
  isExchange: boolean,
): SimulatedAnswer {
  const isRenewal = said.refresh_token !== undefined;
  const missing = missingParameter(
    isRenewal ? (scheme.refreshParams ?? scheme.tokenParams) : scheme.tokenParams,
    said,
    connection,
  );
  if (missing !== undefined) return refused("invalid_request", `${missing} is not what the contract says`);
  const proof = scheme.dpop === true ? dpopKeyOf(request, side.issued) : undefined;
  if (proof !== undefined && "problem" in proof) return refused("invalid_dpop_proof", proof.problem);
  const found = isRenewal
    ? renewal(scheme, said, side)
    : isExchange && said.subject_token !== undefined && scheme.exchange === undefined
      ? exchanged(scheme, said.subject_token, side)
      : byGrant(scheme, said, connection, side);
  if ("status" in found) return found;
  const isKept = ["authorization_code", "device_code"].includes(scheme.grant) || scheme.refreshMode === "token";
  const bound = found.details?.key;
  if (bound !== undefined && proof !== undefined && bound !== proof.key)
    return refused("invalid_grant", "the token is bound to another key");
  return tokenAnswer(
    {
      scheme,
      connection: found.connection ?? connection,
      scope: said.scope === undefined ? (found.details?.scope ?? askedScope(scheme, undefined)) : askedScope(scheme, said.scope),
      spent: isRenewal ? found.issued : undefined,
      hasRefresh: isRenewal || isKept,
      key: proof?.key,
      nonce: found.details?.nonce,
    },
    side,
  );
}

/** What is granted: by something that was given out before, or by what the connection has. */
interface Granted {
  readonly issued?: Issued;
  readonly connection?: SimulatedConnection;
  readonly details?: { readonly [name: string]: string };
}

const grantedBy = (issued: Issued): Granted => ({ issued, connection: issued.connection, details: issued.details });

function renewal(scheme: Scheme, said: TokenParameters, { issued }: Side): Granted | SimulatedAnswer {
  const spent = issued.find(scheme, "refresh", said.refresh_token);
  if (spent === undefined) return refused("invalid_grant", "the refresh token is not known, was used before or was taken back");
  return grantedBy(spent);
}

function exchanged(scheme: Scheme, token: string, { issued }: Side): Granted | SimulatedAnswer {
  const spent = issued.find(scheme, "access", token);
  if (spent === undefined) return refused("invalid_grant", "the token that is handed in is not known");
  issued.end(spent);
  return grantedBy(spent);
}

function byGrant(scheme: Scheme, said: TokenParameters, connection: SimulatedConnection, side: Side): Granted | SimulatedAnswer {
  const { credential = {} } = connection;
  switch (scheme.grant) {
    case "client_credentials":
      return {};
    case "password":
      return said.username === credential.username && said.password === credential.password
        ? {}
        : refused("invalid_grant", "the user's name or password is wrong");
    case "authorization_code":
      return scheme.grantType !== undefined && said.code === undefined ? {} : byCode(scheme, said, side);
    case "device_code":
      return byDevice(scheme, said, side);
    case "jwt_bearer": {
      const problem = jwtProblem(said.assertion ?? "", scheme.assertion ?? {}, credential);
      return problem === undefined ? {} : refused("invalid_grant", `assertion: ${problem}`);
    }
    case "saml2_bearer":
      return isAssertion(scheme, said.assertion ?? "", credential)
        ? {}
        : refused("invalid_grant", "assertion: it is no SAML assertion");
    case "token_exchange":
    case "vendor": {
      const own: { readonly [name: string]: Json } =
        scheme.grant === "vendor" ? {} : { subject_token: credential.subjectToken ?? null };
      const missing = missingExchange(scheme, said, connection, own);
      return missing === undefined ? {} : refused("invalid_grant", `${missing} is not what the contract says`);
    }
    case "implicit":
      return refused("unsupported_grant_type", "tokens come back with the browser");
  }
}

/** A code counts once; a second use ends what the first one gave (RFC 6749 §4.1.2). */
function byCode(scheme: Scheme, said: TokenParameters, { issued }: Side): Granted | SimulatedAnswer {
  const code = issued.find(scheme, "code", said.code);
  if (code === undefined) return refused("invalid_grant", "the code is not known, or was used before");
  issued.end(code);
  const { redirect, challenge, method } = code.details;
  if (redirect !== undefined && scheme.rename?.token?.redirect_uri !== null && said.redirect_uri !== redirect)
    return refused("invalid_grant", "redirect_uri is another than the code was given for");
  const verifier = said.code_verifier ?? "";
  const shown = method === "S256" ? createHash("sha256").update(verifier).digest("base64url") : verifier;
  return challenge === undefined || challenge === shown ? grantedBy(code) : refused("invalid_grant", "code_verifier is another");
}

/** The person has decided when the second question comes (RFC 8628 §3.5). */
function byDevice(scheme: Scheme, said: TokenParameters, { issued }: Side): Granted | SimulatedAnswer {
  const device = issued.find(scheme, "device", said.device_code);
  if (device === undefined) return refused("expired_token", "the device code is not known, or was used before");
  if (issued.use(`device ${device.text}`) === 0) return refused("authorization_pending", "the person has not decided yet");
  issued.end(device);
  return grantedBy(device);
}

/** Its signature is not looked at. */
function isAssertion(
  { samlAssertion }: OAuth2Scheme,
  assertion: string,
  credential: { readonly [field: string]: string },
): boolean {
  const own = credential.assertion;
  if (samlAssertion === undefined && own !== undefined)
    return assertion === own || Buffer.from(assertion, "base64url").toString("utf8") === own.trim();
  if (samlAssertion !== undefined && "value" in samlAssertion) return assertion !== "";
  return /<(?:\w+:)?Assertion[\s\S]*<(?:\w+:)?SignatureValue>/.test(Buffer.from(assertion, "base64url").toString("utf8"));
}

/** The first of the contract's parameters that a request does not have. */
function missingParameter(
  own: { readonly [name: string]: string } | undefined,
  said: TokenParameters,
  { settings }: SimulatedConnection,
): string | undefined {
  return Object.entries(own ?? {}).find(([name, text]) => {
    const value = filled(text, settings);
    return name !== "grant_type" && value !== "" && said[name] !== value;
  })?.[0];
}

function missingExchange(
  { exchange = {}, steps }: OAuth2Scheme,
  said: TokenParameters,
  { credential = {}, settings = {} }: SimulatedConnection,
  otherwise: { readonly [name: string]: Json },
): string | undefined {
  const scope = { credential, settings, steps: keptOfSteps(steps) };
  const expected = Object.entries(exchange).flatMap(([name, value]): readonly (readonly [string, Json | undefined])[] => {
    try {
      const compiled = compileValue(value);
      return compiled.reads.some(([read]) => read === "nowMs") ? [] : [[name, compiled.evaluate(scope)]];
    } catch {
      return [];
    }
  });
  const all = { ...otherwise, ...Object.fromEntries(expected) };
  const isDifferent = ([name, value]: [string, Json | undefined]) =>
    value !== null && value !== undefined && name !== "grant_type" && said[name] !== textOf(value);
  return Object.entries(all).find(isDifferent)?.[0];
}
