import {
  type AuthScheme,
  type Json,
  MortiseError,
  type OAuth2Scheme,
  type Placement,
  type SingleAuthScheme,
} from "@mortise/contract";
import type { Credential } from "../credential/credential.ts";
import { revealAll } from "../credential/reveal.ts";
import type { Secret } from "../credential/secret.ts";
import { placeSecret } from "./place-secret.ts";
import { compilePlacements, type PlacementFiller } from "./placement.ts";
import type { AuthorizedDraft, RequestDraft } from "./request-draft.ts";

/** The token that a scheme which fetches tokens holds now; undefined: none was fetched. */
export type TokenLookup = (scheme: SingleAuthScheme) => Secret | undefined;

interface Parts {
  readonly credential: Credential;
  readonly held: TokenLookup;
  readonly settings: { readonly [name: string]: Json };
}

const NONE: readonly string[] = Object.freeze([]);
const NO_FIELDS: AuthorizedDraft["secretFields"] = Object.freeze({});
const BEARER: Placement = Object.freeze({ in: "header", name: "authorization", prefix: "Bearer " });
const DPOP: Placement = Object.freeze({ in: "header", name: "authorization", prefix: "DPoP " });

/**
 * Puts a credential into a request draft and returns a new one. `none` and `fields` change nothing: the fields of the latter go to the
 * operation's own code; schemes that sign do so later, when the request is whole. Schemes whose token is fetched put in the one that `held`
 * gives. What a scheme sends `also` is put in after it. Throws `AUTH_FAILED` where a field or a token is missing or has characters that a
 * header cannot carry.
 */
export function applyAuth(
  scheme: AuthScheme,
  credential: Credential,
  draft: RequestDraft,
  held: TokenLookup = () => undefined,
  settings: { readonly [name: string]: Json } = {},
): AuthorizedDraft {
  const { method, url, headers } = draft;
  const bare: AuthorizedDraft = { method, url, headers, secretHeaders: NONE, secretParams: NONE, secretFields: NO_FIELDS };
  const parts: Parts = { credential, held, settings };
  if (scheme.kind !== "all") return applyAlso(scheme, applyOne(scheme, bare, parts), parts);
  return scheme.of.reduce((done, single) => applyAlso(single, applyOne(single, done, parts), parts), bare);
}

function applyOne(scheme: SingleAuthScheme, draft: AuthorizedDraft, parts: Parts): AuthorizedDraft {
  const { credential } = parts;
  switch (scheme.kind) {
    case "none":
    case "fields":
      return draft;
    case "bearer":
      return placeSecret(draft, BEARER, field(credential, "token"));
    case "basic": {
      const username = field(credential, "username");
      if (username.includes(":")) throw new MortiseError("AUTH_FAILED", "The user name contains a colon (RFC 7617 §2).");
      const pair = Buffer.from(`${username}:${field(credential, "password")}`, "utf8").toString("base64");
      return placeSecret(draft, { in: "header", name: "authorization", prefix: "Basic " }, pair);
    }
    case "apiKey":
      return placeSecret(draft, scheme, field(credential, scheme.field ?? "apiKey"));
    case "digest":
    case "oauth1":
    case "awsSigV4":
    case "mtls":
    case "signature":
    case "custom":
      return draft;
    case "session":
      return placeSecret(draft, scheme.apply, token(scheme, parts));
    case "oauth2": {
      const first = placeToken(scheme, scheme.apply ?? (scheme.dpop === true ? DPOP : BEARER), draft, parts);
      return applySeconds(scheme, first, parts);
    }
    case "jwt":
    case "appInstall":
      return placeToken(scheme, scheme.apply ?? BEARER, draft, parts);
  }
}

function placeToken(scheme: SingleAuthScheme, placement: Placement, draft: AuthorizedDraft, parts: Parts): AuthorizedDraft {
  const held = token(scheme, parts);
  return fillerOf(placement)(draft, scopeOf(parts, held), held);
}

/** Further token sets that requests carry beside the first. */
function applySeconds({ second = {} }: OAuth2Scheme, draft: AuthorizedDraft, parts: Parts): AuthorizedDraft {
  return Object.entries(second).reduce((done, [name, { apply }]) => {
    const own = parts.credential[`accessToken.${name}`]?.reveal();
    return apply === undefined || own === undefined ? done : fillerOf(apply)(done, scopeOf(parts, own), own);
  }, draft);
}

/** What goes with every request beside the credential's own place. */
function applyAlso(scheme: SingleAuthScheme, draft: AuthorizedDraft, parts: Parts): AuthorizedDraft {
  if (scheme.also === undefined) return draft;
  const own = parts.held(scheme)?.reveal() ?? parts.credential.token?.reveal();
  const scope = scopeOf(parts, own);
  return scheme.also.reduce((done, placement) => fillerOf(placement)(done, scope, own), draft);
}

function scopeOf({ credential, settings }: Parts, own: string | undefined) {
  return { credential: revealAll(credential), settings, ...(own === undefined ? {} : { token: own }) };
}

const fillers = new WeakMap<Placement, PlacementFiller>();

function fillerOf(placement: Placement): PlacementFiller {
  const known = fillers.get(placement);
  if (known !== undefined) return known;
  const { fill } = compilePlacements([placement], "token");
  fillers.set(placement, fill);
  return fill;
}

function field(credential: Credential, name: string): string {
  const secret = credential[name];
  if (secret === undefined)
    throw new MortiseError("AUTH_FAILED", `The credential has no ${name}.`, { path: `/credential/${name}` });
  return secret.reveal();
}

function token(scheme: SingleAuthScheme, { held }: Parts): string {
  const secret = held(scheme);
  if (secret === undefined) throw new MortiseError("AUTH_FAILED", `There is no token of the ${scheme.kind} scheme yet.`);
  return secret.reveal();
}
