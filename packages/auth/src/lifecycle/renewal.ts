/**
 * Renews the token of one holder: once, whoever else wants to.
 *
 * Owns: the order of steps around a refresh token that may work once only.
 * Does not own: the entry (HeldToken), who waits for it (TokenKeeper), the lease and what is stored (CredentialStore), what connections'
 * owners are told (HealthReporter).
 * Talks to: CredentialStore.exclusively, or save and load; the token endpoint; HostBreaker.
 * Invariants:
 *   R1. Stored tokens are spent under the lease alone, after they were read again under it; what another process has renewed is taken over.
 *   R2. That a refresh token is about to be sent is noted before it is sent; the note goes when it was surely not spent, or is replaced.
 *   R3. A new refresh token is stored before the token beside it is used. If it cannot be, it stays in memory and is stored first next time.
 *   R4. A refusal is believed after one more look at what is stored: if that has changed, the refusal was of an old token.
 *   R5. A refused token of which nobody knows whether it was spent is `ambiguous`, never `revoked`; within the contract's `grace` it is sent
 *       once more.
 *   R6. After a failure nobody asks again before a time that doubles; a host that fails for all is left alone.
 */
import { isMortiseError, MortiseError, parseDuration } from "@mortise/contract";
import { Secret } from "../credential/secret.ts";
import type { CredentialLease, CredentialStore, PlainCredential } from "../tokens/credential-store.ts";
import { fetchToken, tokenHost, tokenPlace } from "../tokens/fetch-token.ts";
import { type FreshToken, freshFields, freshSecrets } from "../tokens/fresh-token.ts";
import { type HeldToken, isFresh, remember, tokenIn, withPlan } from "../tokens/held-token.ts";
import { canRenew, isPersonal, keepsTokens } from "../tokens/refresh-mode.ts";
import type { TokenHolder } from "../tokens/token-source.ts";
import type { TokenTransport } from "../tokens/token-transport.ts";
import { backOffMs } from "./back-off.ts";
import type { HealthFinding, HealthReporter, OwnerState, TokenLife } from "./connection-health.ts";
import type { HostBreaker } from "./host-breaker.ts";
import { isPassing, judgeRefusal, type Refusal } from "./judge-refusal.ts";
import { loneLease } from "./lone-lease.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Looks at what others stored before a refusal is believed for good. */
const MAX_ROUNDS = 3;

/** What a renewal works with. */
export interface RenewalParts {
  readonly now: () => number;
  readonly random: () => number;
  readonly store: CredentialStore | undefined;
  readonly health: HealthReporter | undefined;
  readonly breaker: HostBreaker;
  /** The entry is found by another credential as well from now on. */
  readonly rename: (holder: TokenHolder, held: HeldToken) => void;
}

/** One renewal. */
export interface RenewalAsk {
  readonly held: HeldToken;
  readonly holder: TokenHolder;
  readonly transport: TokenTransport;
  /** Also where the token is still good. */
  readonly isAhead: boolean;
}

/** What others stored is to be looked at again before anything is said. */
const AGAIN = Symbol("again");

export class Renewal {
  readonly #parts: RenewalParts;

  constructor(parts: RenewalParts) {
    this.#parts = parts;
  }

  /** Resolves when the entry has a token that is good, and rejects with a `MortiseError` when none can be had. */
  async run(ask: RenewalAsk): Promise<void> {
    for (let round = 1; ; round++) {
      if (ask.held.unsaved === undefined) this.#gate(ask);
      const came = await this.#leased(ask, (lease) => this.#under(lease, ask, round < MAX_ROUNDS));
      if (came !== AGAIN) return;
    }
  }

  async #leased<T>({ held, holder }: RenewalAsk, work: (lease: CredentialLease) => Promise<T>): Promise<T> {
    const { store } = this.#parts;
    const { scheme, connection, tenant } = holder;
    if (!keepsTokens(scheme) || connection === "") return work(loneLease(undefined));
    if (store?.exclusively !== undefined) return store.exclusively(connection, tenant, work);
    const credential = await this.#stored(holder);
    const save = store?.save.bind(store);
    const keep = save && ((fields: PlainCredential) => save(connection, tenant, fields, held.unsaved ?? held.credential));
    return work(loneLease(credential, keep));
  }

  async #under(lease: CredentialLease, ask: RenewalAsk, mayLookAgain: boolean): Promise<undefined | typeof AGAIN> {
    const { held, holder } = ask;
    if (held.unsaved !== undefined) await this.#settle(lease, ask);
    const before = held.generation;
    this.#adopt(lease.credential, ask);
    if (isFresh(held, this.#parts.now()) && (!ask.isAhead || held.generation !== before)) return undefined;
    this.#gate(ask);
    if (!canRenew(holder.scheme, held.credential)) throw this.#noWay(ask, lease);
    return this.#spend(lease, ask, mayLookAgain);
  }

  /** Stores what came earlier and could not be stored (R3), unless somebody has put something else there since. */
  async #settle(lease: CredentialLease, ask: RenewalAsk): Promise<void> {
    const { held } = ask;
    const isStillOld = lease.credential === undefined || sameTokens(lease.credential, held.unsaved ?? {});
    if (isStillOld) await this.#commit(lease, ask);
    held.unsaved = undefined;
  }

  async #spend(lease: CredentialLease, ask: RenewalAsk, mayLookAgain: boolean): Promise<undefined | typeof AGAIN> {
    const { held, holder, transport } = ask;
    const { now, breaker } = this.#parts;
    const place = tokenPlace(holder);
    await this.#begin(lease);
    breaker.goesOut(place);
    if (keepsTokens(holder.scheme)) this.#say(ask, { kind: "token_renewing" }, lease);
    for (let isSecond = false; ; isSecond = true) {
      try {
        const fresh = await fetchToken(holder, held.credential, transport, now());
        breaker.worked(place);
        await this.#take(lease, ask, fresh);
        return undefined;
      } catch (thrown) {
        if (held.unsaved !== undefined) throw thrown;
        const error = asError(thrown);
        const refusal = judgeRefusal(error, holder.scheme);
        if (refusal.kind === "passing" && error.code !== "THROTTLED") breaker.failed(place);
        else breaker.worked(place);
        if (refusal.isUnspent) await lease.abandon(error.data.nativeCode ?? error.code).catch(() => undefined);
        if (refusal.kind !== "passing") {
          if (mayLookAgain && (await this.#hasChanged(ask))) return AGAIN;
          if (refusal.kind === "grant" && !isSecond && this.#hasGrace(lease, holder)) continue;
          if (refusal.kind === "grant" && this.#canDoWithout(ask)) continue;
        }
        throw this.#refuse(error, refusal, lease, ask);
      }
    }
  }

  async #begin(lease: CredentialLease): Promise<void> {
    try {
      await lease.begin();
    } catch (cause) {
      throw new MortiseError("TARGET_SICK", "That a token is about to be renewed could not be noted, so it is not.", { cause });
    }
  }

  /** Whether the vendor takes the token that may be spent once more (R5). */
  #hasGrace({ interrupted }: CredentialLease, { scheme }: TokenHolder): boolean {
    if (interrupted === undefined || scheme.kind !== "oauth2" || scheme.grace === undefined) return false;
    return this.#parts.now() - interrupted.sinceMs <= (parseDuration(scheme.grace) ?? 0);
  }

  /** A refresh token of a client without a person is only a shorter way: the grant gives another one. */
  #canDoWithout({ held, holder }: RenewalAsk): boolean {
    const { refreshToken, ...rest } = held.credential;
    if (isPersonal(holder.scheme) || refreshToken === undefined || refreshToken === "") return false;
    held.credential = rest;
    return true;
  }

  /** Takes over what another process has stored meanwhile (R1). */
  #adopt(stored: PlainCredential | undefined, ask: RenewalAsk): void {
    const { held, holder } = ask;
    const { now, random } = this.#parts;
    if (stored === undefined || sameTokens(stored, held.credential)) return;
    const theirs = tokenIn(holder.scheme, stored, now(), random);
    const isNew = theirs.token !== undefined && theirs.token.reveal() !== held.credential.accessToken;
    remember(held, [stored.accessToken, stored.refreshToken]);
    const { token: _, ...rest } = theirs;
    Object.assign(held, isNew ? theirs : rest, { refusal: undefined }, isNew ? { generation: held.generation + 1 } : {});
    this.#parts.rename(holder, held);
    if (isFresh(held, now())) this.#say(ask, { kind: "token_ok", life: lifeOf(held), isTakenOver: true });
  }

  async #hasChanged({ held, holder }: RenewalAsk): Promise<boolean> {
    if (!keepsTokens(holder.scheme) || holder.connection === "") return false;
    const stored = await this.#stored(holder);
    return stored !== undefined && !sameTokens(stored, held.credential);
  }

  async #stored({ connection, tenant }: TokenHolder): Promise<PlainCredential | undefined> {
    try {
      return await this.#parts.store?.load?.(connection, tenant);
    } catch (cause) {
      throw new MortiseError("TARGET_SICK", "The stored credential could not be read.", { cause });
    }
  }

  async #take(lease: CredentialLease, ask: RenewalAsk, fresh: FreshToken): Promise<void> {
    const { held, holder } = ask;
    const { scheme } = holder;
    const { now, random } = this.#parts;
    const { token, endsAtMs, refreshToken, refreshEndsAtMs } = fresh;
    remember(held, freshSecrets(fresh));
    holder.redactor.learn(held.secrets);
    const previous = held.credential;
    const credential = keepsTokens(scheme) ? renewed(previous, fresh, scheme.rotation === "single_use") : previous;
    const ends = {
      endsAtMs,
      refreshEndsAtMs: refreshEndsAtMs ?? (refreshToken === undefined ? held.refreshEndsAtMs : undefined),
    };
    Object.assign(held, withPlan(scheme, { token: new Secret(token), ...ends, credential }, now(), random));
    Object.assign(held, { generation: held.generation + 1, refusal: undefined });
    held.brought = keepsTokens(scheme) ? {} : freshFields(fresh);
    if (keepsTokens(scheme)) {
      this.#parts.rename(holder, held);
      held.unsaved = previous;
      if (refreshToken === undefined && scheme.refreshMode !== "exchange") await this.#commit(lease, ask).catch(() => undefined);
      else await this.#commit(lease, ask);
      held.unsaved = undefined;
    }
    // One that is not kept is fetched anew when it is needed: its end is nobody's concern.
    this.#say(ask, { kind: "token_ok", life: keepsTokens(ask.holder.scheme) ? lifeOf(held) : {} });
  }

  async #commit(lease: CredentialLease, { held }: RenewalAsk): Promise<void> {
    try {
      const isStored = await lease.commit(held.credential);
      if (!isStored && lease.credential === undefined) held.isOnlyHere = (held.credential.refreshToken ?? "") !== "";
    } catch (cause) {
      const message = "A new token came, and the credential could not be stored, so it is not used yet.";
      throw new MortiseError("TARGET_SICK", message, { cause });
    }
  }

  /** Throws while it is of no use to ask (R6). */
  #gate({ held, holder }: RenewalAsk): void {
    const { now, breaker } = this.#parts;
    if (held.refusal !== undefined && now() < held.refusal.untilMs) throw held.refusal.error;
    const untilMs = breaker.shutUntil(tokenPlace(holder));
    if (untilMs === undefined) return;
    throw new MortiseError("TARGET_SICK", `${tokenHost(holder)} has failed so often that it is left alone for a while.`, {
      retryAtMs: untilMs,
    });
  }

  #noWay(ask: RenewalAsk, lease: CredentialLease): MortiseError {
    const error = new MortiseError("AUTH_FAILED", "The token has ended or was refused, and there is no refresh token.", {
      nativeCode: "no_refresh_token",
      remedy: "Connect again.",
    });
    return this.#refuse(error, { kind: "grant", isUnspent: true }, lease, ask);
  }

  /** Keeps the refusal for a while, tells of it, and returns what to throw. */
  #refuse(error: MortiseError, refusal: Refusal, lease: CredentialLease, ask: RenewalAsk): MortiseError {
    const { held, holder } = ask;
    const { now, random } = this.#parts;
    const failures = (held.refusal?.failures ?? 0) + 1;
    if (refusal.kind === "passing") {
      const untilMs = Math.max(error.data.retryAtMs ?? 0, now() + backOffMs(failures, random));
      const { code, message, ...data } = error.data;
      const kept = new MortiseError(error.code, error.message, { ...data, retryAtMs: untilMs, cause: error.cause });
      held.refusal = { error: kept, untilMs, failures };
      this.#say(ask, { kind: "token_delayed", reason: { code, message: holder.redactor.text(message), from: "token" } }, lease);
      return kept;
    }
    const isAmbiguous =
      refusal.kind === "grant" && lease.interrupted !== undefined && error.data.nativeCode !== "no_refresh_token";
    const told = isAmbiguous ? ambiguous(error, lease.interrupted?.sinceMs ?? 0) : terminal(error, refusal);
    held.refusal = { error: told, untilMs: now() + Math.min(MINUTE_MS * 2 ** (failures - 1), HOUR_MS), failures };
    const reason = {
      code: isAmbiguous ? "ambiguous" : holder.redactor.text(told.data.nativeCode ?? told.code),
      message: holder.redactor.text(told.message),
      from: "token",
    } as const;
    this.#say(ask, { kind: "token_refused", state: stateOf(refusal, isAmbiguous, told, holder), reason }, lease);
    return told;
  }

  #say({ holder }: RenewalAsk, finding: HealthFinding, lease?: CredentialLease): void {
    const { tenant, connection } = holder;
    if (connection === "") return;
    const version = lease === undefined || lease.version === 0 ? {} : { version: lease.version };
    this.#parts.health?.report({ tenant, connection, finding, ...version });
  }
}

/** When the tokens of an entry end. */
export function lifeOf({ endsAtMs, refreshEndsAtMs, nextRefreshMs }: HeldToken): TokenLife {
  return {
    ...(endsAtMs === undefined ? {} : { expiresAtMs: endsAtMs }),
    ...(refreshEndsAtMs === undefined ? {} : { refreshExpiresAtMs: refreshEndsAtMs }),
    ...(nextRefreshMs === undefined ? {} : { nextRefreshMs }),
  };
}

/** The credential with what came in the place of what was spent. */
function renewed(previous: PlainCredential, fresh: FreshToken, isSingleUse: boolean): PlainCredential {
  const { expiresAt: _, refreshToken: spent, refreshExpiresAt: spentEnds, ...kept } = previous;
  const { token, endsAtMs, refreshToken, refreshEndsAtMs } = fresh;
  const isKept = refreshToken === undefined && !isSingleUse;
  const refresh = refreshToken ?? (isKept ? spent : undefined);
  const refreshEnds = refreshEndsAtMs === undefined ? (isKept ? spentEnds : undefined) : String(Math.floor(refreshEndsAtMs));
  return {
    ...kept,
    ...(refresh === undefined ? {} : { refreshToken: refresh }),
    accessToken: token,
    ...freshFields(fresh),
    ...(endsAtMs === undefined ? {} : { expiresAt: String(Math.floor(endsAtMs)) }),
    ...(refreshEnds === undefined ? {} : { refreshExpiresAt: refreshEnds }),
  };
}

function stateOf({ kind }: Refusal, isAmbiguous: boolean, { data }: MortiseError, { scheme }: TokenHolder): OwnerState {
  if (kind === "config" || kind === "client") return "misconfigured";
  return !isAmbiguous && isPersonal(scheme) && data.nativeCode === "invalid_grant" ? "revoked" : "needs_reauth";
}

/** A word that the contract calls terminal is, whatever the status beside it. */
function terminal(error: MortiseError, { kind }: Refusal): MortiseError {
  if (!isPassing(error) || kind === "passing") return error;
  const { code: _, message, retryAtMs: __, ...data } = error.data;
  return new MortiseError("AUTH_FAILED", message, { ...data, cause: error });
}

function ambiguous(cause: MortiseError, sinceMs: number): MortiseError {
  const since = new Date(sinceMs).toISOString();
  const message = `A renewal that began at ${since} never came to its end, and its refresh token is refused now: it may have been used up.`;
  return new MortiseError("AUTH_FAILED", message, { ...restOf(cause), nativeCode: "ambiguous", remedy: "Connect again.", cause });
}

function restOf({ data: { status } }: MortiseError): { readonly status?: number } {
  return status === undefined ? {} : { status };
}

function asError(thrown: unknown): MortiseError {
  if (isMortiseError(thrown)) return thrown;
  throw thrown;
}

function sameTokens(one: PlainCredential, other: PlainCredential): boolean {
  return one.accessToken === other.accessToken && one.refreshToken === other.refreshToken;
}
