import { reveal } from "../credential/reveal.ts";
import { exchangeParameters, type TokenQuery } from "../tokens/request-token.ts";
import type { KeptOfSteps } from "../tokens/run-steps.ts";
import type { Parameters } from "../tokens/shape-parameters.ts";

/** RFC 8693 §3. */
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

/**
 * The parameters of a token exchange (RFC 8693 §2.1): what the contract's `exchange` names; the credential's `subjectToken`, taken for an
 * access token, where it names no `subject_token`. Throws `AUTH_FAILED` where there is none either.
 */
export function tokenExchangeParameters(query: TokenQuery, steps: KeptOfSteps): Parameters {
  const own = exchangeParameters(query, steps);
  if (own.subject_token !== undefined) return { subject_token_type: ACCESS_TOKEN, ...own };
  return { subject_token_type: ACCESS_TOKEN, ...own, subject_token: reveal(query.credential, "subjectToken") };
}
