import type { TokenQuery } from "../tokens/request-token.ts";

/** A query for an endpoint that vendors leave as the standard has it, where their token endpoint is not. */
export function withoutOwnWriting(query: TokenQuery): TokenQuery {
  const { tokenMethod: _, tokenBody: __, signTokenRequest: ___, dpop: ____, ...scheme } = query.scheme;
  return { ...query, scheme };
}
