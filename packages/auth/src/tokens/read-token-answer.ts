import { getPointer, type Json, type OAuth2Scheme } from "@mortise/contract";
import { boundedToken } from "./bounded-token.ts";
import { credibleEnd } from "./credible-end.ts";
import type { FreshToken } from "./fresh-token.ts";
import { introspectedEnd } from "./introspected-end.ts";
import { keptValues } from "./kept-values.ts";
import type { TokenQuery } from "./request-token.ts";
import type { TokenReply } from "./send-token-request.ts";
import { subjectOf } from "./subject-of.ts";
import { refreshEnd, tokenEnd } from "./token-life.ts";
import { tokenRefusal } from "./token-refusal.ts";

/**
 * Reads the answer of a token endpoint (RFC 6749 §5.1), as JSON or as a form, with the places that the scheme names. More tolerant than
 * the standard: `token_type` may be missing and figures may be texts, as they are at many vendors. Throws what `tokenRefusal` says, and
 * `AUTH_FAILED` where something that must be kept is not there.
 */
export async function readTokenAnswer(query: TokenQuery, { url, answer }: TokenReply): Promise<FreshToken> {
  const { scheme, nowMs, settings } = query;
  const body = decode(answer.body);
  const pointer = scheme.accessToken ?? "/access_token";
  const token = getPointer(body, pointer);
  if (answer.status >= 300 || typeof token !== "string" || token === "")
    throw tokenRefusal(answer, body, url.host, pointer, nowMs);
  const refreshToken = textAt(body, scheme.refreshToken ?? "/refresh_token");
  const introspect = () => introspectedEnd(query, token);
  const endsAtMs = await tokenEnd(scheme.expiry, { body, token, pointer, nowMs, introspect });
  const refreshEndsAtMs =
    refreshToken === undefined && scheme.expiry?.idle === undefined ? undefined : refreshEnd(scheme.expiry, body, nowMs);
  const scope = grantedScope(scheme, body, pointer);
  const subject = subjectOf(body);
  const fresh: FreshToken = {
    token,
    ...(endsAtMs === undefined ? {} : { endsAtMs }),
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(refreshEndsAtMs === undefined ? {} : { refreshEndsAtMs }),
    ...(scope === undefined ? {} : { scope }),
    fields: {
      ...(subject === undefined ? {} : { subject }),
      ...secondTokens(scheme, body, nowMs),
      ...keptValues(scheme.keep, { body, headers: answer.headers }, settings),
    },
  };
  return boundedToken(fresh, url.host);
}

function decode(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return Object.fromEntries(new URLSearchParams(text));
  }
}

/** The scopes in the answer (RFC 6749 §5.1), a text or a list; vendors part them by what they like. */
function grantedScope({ grantedScopes, scopeSeparator = " " }: OAuth2Scheme, body: Json, pointer: string): string | undefined {
  if (grantedScopes === "assume") return undefined;
  const beside = `${pointer.slice(0, pointer.lastIndexOf("/"))}/scope`;
  const found = getPointer(body, beside) ?? getPointer(body, "/scope");
  if (Array.isArray(found)) return found.filter((scope) => typeof scope === "string").join(" ");
  if (typeof found !== "string" || found === "") return undefined;
  return found
    .split(/[\s,]+/)
    .flatMap((part) => part.split(scopeSeparator))
    .filter((scope) => scope !== "")
    .join(" ");
}

/** The further token sets of an answer, as fields of the credential. One that is not in the answer keeps what it has. */
function secondTokens({ second = {} }: OAuth2Scheme, body: Json, nowMs: number): { readonly [field: string]: string } {
  const fields = Object.entries(second).flatMap(([name, spec]) => {
    const token = textAt(body, spec.accessToken);
    if (token === undefined) return [];
    const beside = (key: string) => `${spec.accessToken.slice(0, spec.accessToken.lastIndexOf("/"))}/${key}`;
    const refreshToken = spec.refreshToken === undefined ? undefined : textAt(body, spec.refreshToken);
    const endsAtMs = credibleEnd(nowMs + Number(getPointer(body, beside("expires_in")) ?? Number.NaN) * 1_000, nowMs);
    const scope = textAt(body, beside("scope"));
    return [
      [`accessToken.${name}`, token] as const,
      ...(refreshToken === undefined ? [] : [[`refreshToken.${name}`, refreshToken] as const]),
      ...(endsAtMs === undefined ? [] : [[`expiresAt.${name}`, String(Math.floor(endsAtMs))] as const]),
      ...(scope === undefined ? [] : [[`scope.${name}`, scope.split(/[\s,]+/).join(" ")] as const]),
    ];
  });
  return Object.fromEntries(fields);
}

function textAt(body: Json, pointer: string): string | undefined {
  const found = getPointer(body, pointer);
  return typeof found === "string" && found !== "" ? found : undefined;
}
