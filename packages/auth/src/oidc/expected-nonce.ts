import { createHash } from "node:crypto";

/**
 * The nonce of one sign-in (OpenID Connect Core 1.0 §3.1.2.1), made of what is kept of it anyway: whoever has only seen the browser's
 * addresses cannot make it for another one.
 */
export function expectedNonce({
  state,
  codeVerifier = "",
}: {
  readonly state: string;
  readonly codeVerifier: string | undefined;
}): string {
  return createHash("sha256")
    .update(JSON.stringify(["nonce", state, codeVerifier]))
    .digest("base64url");
}
