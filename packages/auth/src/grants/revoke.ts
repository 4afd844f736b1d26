import { fillEndpoints } from "../oidc/fill-endpoints.ts";
import { isStandard } from "../oidc/is-standard.ts";
import { openClient } from "../oidc/open-client.ts";
import { settle } from "../oidc/settle.ts";
import type { TokenQuery } from "../tokens/request-token.ts";
import { parseAnswer } from "../tokens/run-steps.ts";
import { sendTokenRequest, type TokenReply } from "../tokens/send-token-request.ts";
import { tokenRefusal } from "../tokens/token-refusal.ts";
import { withoutOwnWriting } from "./without-own-writing.ts";

/** Which kind of token it is (RFC 7009 §2.1). */
export type TokenHint = "access_token" | "refresh_token";

/**
 * Has a token taken back (RFC 7009); with a refresh token most servers end the whole grant. A token that the server does not know counts as
 * taken back (§2.2). False: neither the contract nor the issuer's metadata has a revocation endpoint. Throws `AUTH_FAILED`, `MISCONFIGURED`,
 * `TARGET_SICK`, `THROTTLED`, `EGRESS_DENIED`.
 */
export async function revoke(asked: TokenQuery, token: string, hint: TokenHint): Promise<boolean> {
  const query = await fillEndpoints(asked);
  const { revokeUrl } = query.scheme;
  if (revokeUrl === undefined) return false;
  const { url, answer } = await send(query, revokeUrl, { token, token_type_hint: hint });
  if (answer.status < 300) return true;
  throw tokenRefusal(answer, parseAnswer(answer.body), url.host, "/", query.nowMs);
}

async function send(
  query: TokenQuery,
  revokeUrl: string,
  asked: { readonly token: string; readonly token_type_hint: TokenHint },
): Promise<TokenReply> {
  if (!isStandard(query.scheme)) return sendTokenRequest(withoutOwnWriting(query), revokeUrl, asked);
  const client = await import("openid-client");
  const open = await openClient(query, "revokeUrl");
  const { token, ...parameters } = asked;
  return settle(open, () => client.tokenRevocation(open.configuration, token, parameters));
}

/** Takes back what a credential holds, the refresh token first, as it can make new access tokens. Returns how many tokens were taken back. */
export async function revokeCredential(query: TokenQuery): Promise<number> {
  let taken = 0;
  for (const [field, hint] of FIELDS) {
    const token = query.credential[field]?.reveal() ?? "";
    if (token !== "" && (await revoke(query, token, hint))) taken += 1;
  }
  return taken;
}

const FIELDS = [
  ["refreshToken", "refresh_token"],
  ["accessToken", "access_token"],
] as const;
