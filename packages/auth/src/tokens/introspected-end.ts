import { getPointer, type Json } from "@mortise/contract";
import type { TokenQuery } from "./request-token.ts";
import { parseAnswer } from "./run-steps.ts";
import { sendTokenRequest } from "./send-token-request.ts";

/**
 * What the introspection endpoint says of a token's end (RFC 7662 §2.2 `exp`), in s. Undefined where there is no such endpoint, it does not
 * say, or it cannot be asked now: the token that has just come is good either way.
 */
export async function introspectedEnd(query: TokenQuery, token: string): Promise<number | undefined> {
  const { introspectUrl, tokenMethod: _, tokenBody: __, signTokenRequest: ___, ...scheme } = query.scheme;
  if (introspectUrl === undefined) return undefined;
  try {
    const asked = { token, token_type_hint: "access_token" };
    const { answer } = await sendTokenRequest({ ...query, scheme }, introspectUrl, asked);
    const exp: Json | undefined = answer.status < 300 ? getPointer(parseAnswer(answer.body), "/exp") : undefined;
    const figure = typeof exp === "number" || typeof exp === "string" ? Number(exp) : Number.NaN;
    return Number.isFinite(figure) ? figure : undefined;
  } catch {
    return undefined;
  }
}
