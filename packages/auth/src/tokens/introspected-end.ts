import { introspect } from "../grants/introspect.ts";
import type { TokenQuery } from "./request-token.ts";

/**
 * What the introspection endpoint says of a token's end (RFC 7662 §2.2 `exp`), epoch ms. Undefined where there is no such endpoint, it does
 * not say, or it cannot be asked now: the token that has just come is good either way.
 */
export async function introspectedEnd(query: TokenQuery, token: string): Promise<number | undefined> {
  try {
    return (await introspect(query, token))?.endsAtMs;
  } catch {
    return undefined;
  }
}
