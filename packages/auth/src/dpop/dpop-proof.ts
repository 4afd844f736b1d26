import { createHash, randomUUID } from "node:crypto";
import type { Credential } from "../credential/credential.ts";
import { dpopKey } from "./dpop-key.ts";

/** What a proof is for. */
export interface DpopAsk {
  readonly method: string;
  readonly url: URL;
  readonly credential: Credential;
  readonly nowMs: number;
  /** What the server gave last. Absent: none. */
  readonly nonce?: string | undefined;
  /** The token that goes with the request (§4.2 `ath`). Absent at the token endpoint. */
  readonly accessToken?: string;
}

/** A proof that the sender has the key of the connection (RFC 9449 §4.2). It counts for one request. Throws `AUTH_FAILED`. */
export async function dpopProof({ method, url, credential, nowMs, nonce, accessToken }: DpopAsk): Promise<string> {
  const { key, alg, publicJwk } = dpopKey(credential);
  const claims = {
    jti: randomUUID(),
    htm: method,
    htu: `${url.origin}${url.pathname}`,
    iat: Math.floor(nowMs / 1_000),
    ...(nonce === undefined ? {} : { nonce }),
    ...(accessToken === undefined ? {} : { ath: createHash("sha256").update(accessToken).digest("base64url") }),
  };
  const { SignJWT } = await import("jose");
  return new SignJWT(claims).setProtectedHeader({ alg, typ: "dpop+jwt", jwk: publicJwk }).sign(key);
}
