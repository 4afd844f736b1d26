import { MortiseError } from "@mortise/contract";
import { reveal } from "../credential/reveal.ts";
import { JWT_BEARER, jwtBearerParameters } from "../grants/jwt-bearer.ts";
import { SAML2_BEARER, saml2BearerParameters } from "../grants/saml2-bearer.ts";
import { tokenExchangeParameters } from "../grants/token-exchange.ts";
import { fillEndpoints } from "../oidc/fill-endpoints.ts";
import { filledTexts } from "./endpoint-url.ts";
import type { FreshToken } from "./fresh-token.ts";
import { exchangeParameters, requestToken, scopeParameter, TOKEN_EXCHANGE, type TokenQuery } from "./request-token.ts";
import { type KeptOfSteps, runSteps } from "./run-steps.ts";
import type { Parameters } from "./shape-parameters.ts";

/** The grant as a token endpoint knows it. */
interface Grant {
  readonly type: string;
  readonly parameters: Parameters;
}

/**
 * Has a token by the scheme's own grant, without a person, after the contract's `steps`. Throws `AUTH_FAILED` where the grant cannot be had
 * again without one, otherwise as `requestToken` does.
 */
export async function grantedToken(asked: TokenQuery): Promise<FreshToken> {
  const query = await fillEndpoints(asked);
  const { scheme, settings } = query;
  const steps = await runSteps(scheme.steps, query);
  const { type, parameters } = await grantOf(query, steps);
  const own = { ...scopeParameter(scheme), ...filledTexts(scheme.tokenParams, settings) };
  return requestToken(query, { grantType: scheme.grantType ?? type, parameters: { ...own, ...parameters } }, steps);
}

async function grantOf(query: TokenQuery, steps: KeptOfSteps): Promise<Grant> {
  const { scheme, credential } = query;
  switch (scheme.grant) {
    case "client_credentials":
      return { type: "client_credentials", parameters: {} };
    case "password":
      return {
        type: "password",
        parameters: { username: reveal(credential, "username"), password: reveal(credential, "password") },
      };
    case "jwt_bearer":
      return { type: JWT_BEARER, parameters: await jwtBearerParameters(query) };
    case "saml2_bearer":
      return { type: SAML2_BEARER, parameters: await saml2BearerParameters(query, steps) };
    case "token_exchange":
      return { type: TOKEN_EXCHANGE, parameters: tokenExchangeParameters(query, steps) };
    case "vendor":
      return { type: scheme.grantType ?? "", parameters: exchangeParameters(query, steps) };
    case "authorization_code":
      // What a person consented to once may be had by the client alone from then on, under a word that the contract says.
      if (scheme.grantType !== undefined) return { type: scheme.grantType, parameters: {} };
      throw connectAgain();
    default:
      throw connectAgain();
  }
}

/** Says that only a person can get a new token. */
export function connectAgain(): MortiseError {
  return new MortiseError(
    "AUTH_FAILED",
    "The token has ended or was refused, and there is no way to a new one without a person.",
    {
      nativeCode: "no_refresh_token",
      remedy: "Connect again.",
    },
  );
}
