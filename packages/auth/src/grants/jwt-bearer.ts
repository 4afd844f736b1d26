import { randomUUID } from "node:crypto";
import { type JsonObject, MortiseError } from "@mortise/contract";
import { signJwt } from "../jwt/sign-jwt.ts";
import { endpointUrl } from "../tokens/endpoint-url.ts";
import type { TokenQuery } from "../tokens/request-token.ts";
import type { Parameters } from "../tokens/shape-parameters.ts";

/** RFC 7523 §2.1. */
export const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/**
 * The parameters of the JWT bearer grant (RFC 7523 §2.1): an assertion that is made and signed anew, `aud` the token endpoint where the
 * contract names no other. Throws `MISCONFIGURED` where it describes none, `AUTH_FAILED` for a key that does not fit.
 */
export async function jwtBearerParameters({ scheme, credential, settings, nowMs }: TokenQuery): Promise<Parameters> {
  const { assertion, tokenUrl } = scheme;
  if (assertion === undefined)
    throw new MortiseError("MISCONFIGURED", "The contract does not say what the assertion of jwt_bearer holds (assertion).");
  const claims: JsonObject = tokenUrl === undefined ? {} : { aud: endpointUrl(tokenUrl, settings).href };
  return { assertion: await signJwt(assertion, { credential, settings, nowMs, uuid: randomUUID, claims }) };
}
