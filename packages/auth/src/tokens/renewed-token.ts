import type { FreshToken } from "./fresh-token.ts";
import { connectAgain, grantedToken } from "./granted-token.ts";
import { isPersonal, refreshMode } from "./refresh-mode.ts";
import { exchangedToken, refreshedToken, type TokenQuery } from "./request-token.ts";

/**
 * Has a new token in place of the one in the credential, in the way of `refreshMode`. Where that takes a token and there is none, a grant
 * that takes no person is asked for. Throws `AUTH_FAILED` where only a person can help, otherwise as `requestToken` does.
 */
export async function renewedToken(query: TokenQuery): Promise<FreshToken> {
  const { scheme, credential } = query;
  const mode = refreshMode(scheme);
  const has = (field: string): boolean => (credential[field]?.reveal() ?? "") !== "";
  if (mode === "token" && has("refreshToken")) return withSeconds(query, await refreshedToken(query));
  if (mode === "exchange" && has("accessToken")) return exchangedToken(query);
  if (mode === "reissue") return grantedToken(query);
  if (isPersonal(scheme) || (mode === "none" && has("accessToken"))) throw connectAgain();
  return grantedToken(query);
}

/**
 * Renews the further token sets that have refresh tokens of their own and did not come along. One that cannot be renewed stays as it was:
 * the tokens that came must not be lost with it.
 */
async function withSeconds(query: TokenQuery, fresh: FreshToken): Promise<FreshToken> {
  let fields = fresh.fields ?? {};
  for (const name of Object.keys(query.scheme.second ?? {})) {
    const spent = query.credential[`refreshToken.${name}`];
    if (spent === undefined || fields[`accessToken.${name}`] !== undefined) continue;
    // An answer to a refresh of its own holds the token in the standard's place.
    const { second: _, keep: __, afterToken: ___, accessToken: ____, refreshToken: _____, ...scheme } = query.scheme;
    const own = { ...query, scheme, credential: { ...query.credential, refreshToken: spent } };
    const renewed = await refreshedToken(own).catch(() => undefined);
    if (renewed !== undefined) fields = { ...fields, ...fieldsOf(name, renewed) };
  }
  return { ...fresh, fields };
}

function fieldsOf(name: string, { token, refreshToken, endsAtMs }: FreshToken): { readonly [field: string]: string } {
  return {
    [`accessToken.${name}`]: token,
    ...(refreshToken === undefined ? {} : { [`refreshToken.${name}`]: refreshToken }),
    ...(endsAtMs === undefined ? {} : { [`expiresAt.${name}`]: String(Math.floor(endsAtMs)) }),
  };
}
