import { dpopTransport } from "../dpop/dpop-transport.ts";
import { clientAuthentication } from "./client-authentication.ts";
import { endpointUrl, filledTexts } from "./endpoint-url.ts";
import type { TokenQuery } from "./request-token.ts";
import { type Parameters, queryText, shapeParameters, xmlText } from "./shape-parameters.ts";
import { signTokenRequest } from "./sign-token-request.ts";
import type { TokenAnswer, TokenRequest } from "./token-transport.ts";

/** What a token endpoint said, and where it is. */
export interface TokenReply {
  readonly url: URL;
  readonly answer: TokenAnswer;
}

/**
 * Sends parameters to a token endpoint with the proof of the client, written as the vendor wants them: their names, the method, the form
 * of the body, headers, a signature. Throws `AUTH_FAILED` or `MISCONFIGURED` where they cannot be put together, and what the transport throws.
 */
export async function sendTokenRequest(query: TokenQuery, template: string, parameters: Parameters): Promise<TokenReply> {
  const { scheme, settings } = query;
  const url = endpointUrl(template, settings);
  const proof = await clientAuthentication(query, url);
  const shape = { rename: scheme.rename?.token, omitEmpty: scheme.omitEmpty };
  const shaped = shapeParameters({ ...parameters, ...proof.params }, shape);
  const headers = {
    accept: "application/json",
    ...lowerCased(filledTexts(scheme.tokenHeaders, settings)),
    ...lowerCased(proof.headers),
  };
  const request: TokenRequest = {
    ...written(query, url, headers, shaped),
    ...(proof.certificate === undefined ? {} : { certificate: proof.certificate }),
  };
  return { url, answer: await dpopTransport(query)(signTokenRequest(query, request)) };
}

/** A request with its parameters where the vendor reads them. */
function written({ scheme }: TokenQuery, url: URL, headers: Parameters, parameters: Parameters): TokenRequest {
  const { tokenMethod: method = "POST", tokenBody = "form" } = scheme;
  if (method === "GET" || tokenBody === "query") {
    const full = new URL(url);
    full.search = [url.search.slice(1), queryText(parameters)].filter((part) => part !== "").join("&");
    return { method, url: full, headers, secrets: secretsIn(parameters) };
  }
  const as = (type: string, body: string): TokenRequest => ({ method, url, headers: { ...headers, "content-type": type }, body });
  switch (tokenBody) {
    case "form":
      return as("application/x-www-form-urlencoded;charset=UTF-8", new URLSearchParams(parameters).toString());
    case "json":
      return as("application/json", JSON.stringify(parameters));
    case "xml":
      return as("application/xml", xmlText(parameters));
  }
}

/** The parameters that must not be shown where the whole address is. Those that say of which kind another one is are none of them. */
function secretsIn(parameters: Parameters): readonly string[] {
  const secret = /token|secret|password|assertion|code/i;
  const named = Object.entries(parameters).filter(([name]) => secret.test(name) && !/_(?:type|hint|method)$/.test(name));
  return named.flatMap(([, value]) => (value.length < 8 ? [] : [value]));
}

function lowerCased(headers: Parameters): Parameters {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
