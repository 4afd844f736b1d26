import { randomBytes } from "node:crypto";
import { compileSignature } from "../scheme/signature/compile-signature.ts";
import type { TokenQuery } from "./request-token.ts";
import type { TokenRequest } from "./token-transport.ts";

/** A token request with the signature that the contract asks for, made of what is sent. Throws `AUTH_FAILED`, `MISCONFIGURED`. */
export function signTokenRequest({ scheme, credential, settings, nowMs }: TokenQuery, request: TokenRequest): TokenRequest {
  if (scheme.signTokenRequest === undefined) return request;
  const sign = compileSignature(scheme.signTokenRequest);
  const { url, headers, body } = sign(request, { credential, settings }, { nowMs, randomBytes });
  return { ...request, url, headers, ...(body === undefined ? {} : { body: body.toString() }) };
}
