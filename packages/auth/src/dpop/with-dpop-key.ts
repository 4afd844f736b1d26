import { Secret } from "../credential/secret.ts";
import type { TokenQuery } from "../tokens/request-token.ts";
import { newDpopKey } from "./dpop-key.ts";

/** A query whose credential has the key that its tokens are going to be bound to, a new one where it has none. Without `dpop` it stays. */
export function withDpopKey(query: TokenQuery): TokenQuery {
  const { scheme, credential } = query;
  if (scheme.dpop !== true || (credential.dpopKey?.reveal() ?? "") !== "") return query;
  return { ...query, credential: { ...credential, dpopKey: new Secret(newDpopKey()) } };
}
