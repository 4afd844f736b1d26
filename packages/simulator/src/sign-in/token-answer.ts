import { type Json, type OAuth2Scheme, parsePointer, type SingleAuthScheme } from "@mortise/contract";
import { setAt } from "../assign.ts";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import type { Side } from "./endpoint.ts";
import type { Issued } from "./issued.ts";
import { issuerOf } from "./issuer.ts";
import type { SimulatedConnection } from "./simulated-connection.ts";
import { keptFrom, placedAnswer } from "./step-endpoint.ts";
import { BEGIN_S, END_S, idToken, jwtText } from "./token-text.ts";

/** What tokens are given for. */
export interface TokenGrant {
  readonly scheme: OAuth2Scheme & SingleAuthScheme;
  readonly connection: SimulatedConnection;
  readonly scope: string;
  /** The refresh token that was handed in; its family goes on. Absent: a consent of its own. */
  readonly spent?: Issued | undefined;
  readonly hasRefresh: boolean;
  /** Thumbprint of the key that the tokens are bound to (RFC 9449 §6.1). */
  readonly key?: string | undefined;
  /** Of OpenID Connect; it comes back in the ID token. */
  readonly nonce?: string | undefined;
}

const LIFE_S = 3_600;
const REFRESH_LIFE_S = 2_592_000;

/** Tokens as the contract reads them: at its places, with its expiry, beside what is kept. */
export function tokenAnswer(grant: TokenGrant, { issued }: Side): SimulatedAnswer {
  const { scheme, connection, scope, spent, key, nonce } = grant;
  const details = { scope, ...(key === undefined ? {} : { key }) };
  const family = spent === undefined ? {} : { family: spent.family };
  const shape = scheme.expiry?.from === "jwt_exp" ? { shape: jwtText } : {};
  const isLast = scheme.afterToken?.at(-1)?.keep.token === undefined;
  const access = issued.give({ kind: isLast ? "access" : "step", scheme, connection, details, ...family, ...shape });
  const refresh = grant.hasRefresh ? refreshToken(grant, issued, access, details) : undefined;
  const at = scheme.accessToken ?? "/access_token";
  const seconds = Object.entries(scheme.second ?? {}).flatMap(([name, spec]) => {
    const own = issued.give({ kind: "second", scheme, connection, details: { name }, family: access.family });
    const again = issued.give({ kind: "refresh", scheme, connection, details: { name }, family: access.family });
    return [[spec.accessToken, own.text], ...(spec.refreshToken === undefined ? [] : [[spec.refreshToken, again.text]])] as const;
  });
  const values: readonly (readonly [pointer: string, value: Json])[] = [
    ["/token_type", scheme.dpop === true ? "DPoP" : "Bearer"],
    ...expiryValues(scheme, issued),
    ...(scope === "" || scheme.grantedScopes === "assume" ? [] : [["/scope", scope] as const]),
    ...(refresh === undefined ? [] : [[scheme.refreshToken ?? "/refresh_token", refresh.text] as const]),
    ...seconds.map(([pointer = "", value = ""]) => [pointer, value] as const),
    [at, access.text],
    ...idTokenValue(grant, access.text, nonce),
  ];
  const body = values.reduce<Json>((made, [pointer, value]) => setAt(made, parsePointer(pointer) ?? [], value), {});
  return placedAnswer([...keptFrom(scheme, "body", connection), ...keptFrom(scheme, "header", connection)], body);
}

/** A spent refresh token ends where the contract does not say that it may be used again. */
function refreshToken(
  { scheme, connection, spent }: TokenGrant,
  issued: Side["issued"],
  { family }: Issued,
  details: Issued["details"],
): Issued {
  if (spent !== undefined && scheme.rotation === "reusable") return spent;
  if (spent !== undefined && scheme.grace === undefined) issued.end(spent);
  return issued.give({ kind: "refresh", scheme, connection, details, family });
}

/** When token and refresh token end, where the contract looks for it. */
function expiryValues(
  { expiry, accessToken = "/access_token" }: OAuth2Scheme,
  { lifeMs, nowMs }: Side["issued"],
): readonly (readonly [string, Json])[] {
  const lifeS = lifeMs === undefined ? LIFE_S : Math.floor(lifeMs / 1_000);
  const endS = lifeMs === undefined ? END_S : Math.floor((nowMs + lifeMs) / 1_000);
  const factor = expiry?.unit === "ms" ? 1_000 : 1;
  const beside = (name: string): string => expiry?.at ?? `${accessToken.slice(0, accessToken.lastIndexOf("/"))}/${name}`;
  const from = expiry?.from ?? "expires_in";
  const refresh = expiry?.refreshAt === undefined ? [] : [[expiry.refreshAt, REFRESH_LIFE_S * factor] as const];
  if (from === "expires_in") return [[beside(from), lifeS * factor], ...refresh];
  return from === "expires_at" ? [[beside(from), endS * factor], ...refresh] : refresh;
}

/** Where an issuer is asked for `openid` (OpenID Connect Core 1.0 §3.1.3.3). */
function idTokenValue(
  { scheme, connection, scope }: TokenGrant,
  accessToken: string,
  nonce: string | undefined,
): readonly (readonly [string, Json])[] {
  if (scheme.issuer === undefined || !scope.split(" ").includes("openid")) return [];
  const claims = {
    iss: issuerOf(scheme, connection.settings),
    sub: "simulated-user",
    aud: connection.credential?.clientId ?? "",
    iat: BEGIN_S,
    exp: END_S,
    ...(nonce === undefined ? {} : { nonce }),
  };
  return [["/id_token", idToken(claims, accessToken)]];
}
