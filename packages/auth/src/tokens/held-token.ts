import type { MortiseError } from "@mortise/contract";
import { Secret } from "../credential/secret.ts";
import { nextRefresh, renewalBefore } from "../lifecycle/refresh-plan.ts";
import type { PlainCredential } from "./credential-store.ts";
import { keepsTokens } from "./refresh-mode.ts";
import type { TokenScheme } from "./token-source.ts";

const MAX_SECRETS = 8;

/** What is known of one holder's token. */
export interface HeldToken {
  token: Secret | undefined;
  /** When it came, or was first seen. Epoch ms. */
  startsAtMs: number;
  /** Epoch ms after which it must not be used. Undefined: nobody knows. */
  endsAtMs: number | undefined;
  /** Epoch ms from which a new one is fetched before use. */
  renewAtMs: number | undefined;
  /** Epoch ms from which a new one is fetched ahead of need. */
  nextRefreshMs: number | undefined;
  /** End of the refresh token, epoch ms. Undefined: nobody knows, or there is none. */
  refreshEndsAtMs: number | undefined;
  generation: number;
  /** The whole credential as it is now, with the refresh token that goes next. */
  credential: PlainCredential;
  /** Fields that came with a token which is not kept with the credential (`freshFields`). */
  brought: PlainCredential;
  /** What is stored, where the store has not been told of `credential` yet. */
  unsaved: PlainCredential | undefined;
  /** The token was fetched in place of a refused one, then. Epoch ms. */
  replacedAtMs: number | undefined;
  /** The last request for a token failed so many times in a row; until then nobody asks again. Epoch ms. */
  refusal: { readonly error: MortiseError; readonly untilMs: number; readonly failures: number } | undefined;
  /** The fetch in progress. */
  flight: Promise<void> | undefined;
  /** Its refresh token is stored nowhere else. */
  isOnlyHere: boolean;
  /** What it is found by, the first one first. */
  readonly keys: string[];
  /** Tokens that redactors must know, the newest last. */
  readonly secrets: string[];
}

/** The part of it that tells of one token and its life. */
export type TokenInHand = Pick<
  HeldToken,
  "token" | "startsAtMs" | "endsAtMs" | "renewAtMs" | "nextRefreshMs" | "refreshEndsAtMs" | "credential"
>;

/** The token that a credential holds. When it was given is not stored, so the rest of its life stands for all of it. */
export function tokenIn(scheme: TokenScheme, credential: PlainCredential, nowMs: number, random: () => number): TokenInHand {
  const { accessToken = "", expiresAt, refreshExpiresAt } = keepsTokens(scheme) ? credential : {};
  const ends = { endsAtMs: instant(expiresAt), refreshEndsAtMs: instant(refreshExpiresAt) };
  return withPlan(
    scheme,
    { token: accessToken === "" ? undefined : new Secret(accessToken), ...ends, credential },
    nowMs,
    random,
  );
}

/** A token with the times at which it is replaced. */
export function withPlan(
  scheme: TokenScheme,
  token: Pick<HeldToken, "token" | "endsAtMs" | "refreshEndsAtMs" | "credential">,
  nowMs: number,
  random: () => number,
): TokenInHand {
  const { endsAtMs, refreshEndsAtMs, credential } = token;
  const hasRefresh = keepsTokens(scheme) && (credential.refreshToken ?? "") !== "";
  return {
    ...token,
    startsAtMs: nowMs,
    renewAtMs: endsAtMs === undefined ? undefined : renewalBefore(scheme, nowMs, endsAtMs),
    nextRefreshMs: hasRefresh ? nextRefresh(scheme, { startsAtMs: nowMs, endsAtMs, refreshEndsAtMs }, random) : undefined,
  };
}

/** An entry for a token that nobody has asked for yet. */
export function hold(inHand: TokenInHand): HeldToken {
  return {
    ...inHand,
    generation: 0,
    brought: {},
    unsaved: undefined,
    replacedAtMs: undefined,
    refusal: undefined,
    flight: undefined,
    isOnlyHere: false,
    keys: [],
    secrets: [],
  };
}

/** Whether it may still be used. */
export function isGood({ token, endsAtMs }: HeldToken, nowMs: number): boolean {
  return token !== undefined && (endsAtMs === undefined || nowMs < endsAtMs);
}

/** Whether it may be used without a word to the other side. */
export function isFresh(held: HeldToken, nowMs: number): boolean {
  return isGood(held, nowMs) && held.unsaved === undefined && (held.renewAtMs === undefined || nowMs < held.renewAtMs);
}

/** Redactors that come later learn these too. */
export function remember(held: HeldToken, secrets: readonly (string | undefined)[]): void {
  held.secrets.push(...secrets.filter((secret) => secret !== undefined));
  held.secrets.splice(0, held.secrets.length - MAX_SECRETS);
}

/** The clock was set back by so much: what was to end at a time of the old clock ends that much earlier on the new one. */
export function setBack(held: HeldToken, byMs: number): void {
  const earlier = (atMs: number | undefined) => (atMs === undefined ? undefined : atMs - byMs);
  held.startsAtMs -= byMs;
  held.endsAtMs = earlier(held.endsAtMs);
  held.renewAtMs = earlier(held.renewAtMs);
  held.nextRefreshMs = earlier(held.nextRefreshMs);
  held.refreshEndsAtMs = earlier(held.refreshEndsAtMs);
  held.replacedAtMs = earlier(held.replacedAtMs);
  if (held.refusal !== undefined) held.refusal = { ...held.refusal, untilMs: held.refusal.untilMs - byMs };
}

function instant(text: string | undefined): number | undefined {
  const atMs = text === undefined || text === "" ? Number.NaN : Number(text);
  return Number.isFinite(atMs) ? atMs : undefined;
}

/** What came with the token beside it: kept values, further tokens. Their names have a dot in them, those of a person's own fields have none. */
export function furtherFields({ credential, brought }: HeldToken): PlainCredential {
  const all = Object.entries({ ...credential, ...brought });
  return Object.fromEntries(all.filter(([name]) => name.includes(".")));
}
