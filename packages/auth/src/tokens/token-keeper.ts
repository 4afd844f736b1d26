/**
 * Gives out the tokens of connections, and has new ones fetched when they are needed.
 *
 * Owns: the tokens of this process, one entry a connection, scheme and credential; the fetches in progress.
 * Does not own: how a token is renewed (Renewal), time (`now`), the way out (TokenTransport), storage (CredentialStore), what a refused
 * call means.
 * Talks to: Renewal; the redactor of whoever asks.
 * Invariants:
 *   T1. One holder has one fetch in progress at most; everyone who asks meanwhile waits for its end.
 *   T2. A token is replaced before its end by its margin: what the contract says, and a fifth of its life at most.
 *   T3. A token is not given out after its end, nor after it was refused.
 *   T4. A refused token is replaced once: not if another has taken its place, nor if it was itself a replacement of the last minute.
 *   T5. A refresh token that came is saved before the access token beside it is given out; if it cannot be, that is tried again first.
 *   T6. What was refused for good is not asked for again for a minute, then two; what failed in passing leaves a good token in use.
 *   T7. The redactor of whoever asks knows every token before it is returned.
 *   T8. A clock that is set back lengthens no life: ends move back with it, and after more than a second a token is renewed before use.
 */
import { createHash } from "node:crypto";
import { MortiseError } from "@mortise/contract";
import type { HealthReporter, TokenLife } from "../lifecycle/connection-health.ts";
import { HostBreaker } from "../lifecycle/host-breaker.ts";
import { isPassing } from "../lifecycle/judge-refusal.ts";
import { lifeOf, Renewal } from "../lifecycle/renewal.ts";
import type { CredentialStore, PlainCredential } from "./credential-store.ts";
import { furtherFields, type HeldToken, hold, isFresh, isGood, setBack, tokenIn } from "./held-token.ts";
import { canRenew, keepsTokens } from "./refresh-mode.ts";
import type { HeldSecret, KeepAlive, TokenHolder, TokenSource } from "./token-source.ts";
import type { TokenTransport } from "./token-transport.ts";

const MAX_HELD = 10_000;
/** Credentials of one token that are known: the first, which a caller may hold for long, and the latest. */
const MAX_KEYS = 8;
const MINUTE_MS = 60_000;
/** Clocks are set back by less all the time. */
const STEP_MS = 1_000;

/** Options of {@link TokenKeeper}. */
export interface TokenKeeperOptions {
  /** A number in [0, 1), for the jitter of waits. Absent: 0.5 always. */
  readonly random?: () => number;
  /** Is told how renewals went. Absent: nobody is. */
  readonly health?: HealthReporter;
}

export class TokenKeeper implements TokenSource {
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #renewal: Renewal;
  readonly #held = new Map<string, HeldToken>();
  readonly #keys = new WeakMap<TokenHolder, string>();
  #latestMs = Number.NEGATIVE_INFINITY;

  /** `now` is the epoch in ms. Without a store, refresh tokens that come are kept in memory. */
  constructor(now: () => number, store?: CredentialStore, { random = () => 0.5, health }: TokenKeeperOptions = {}) {
    this.#now = now;
    this.#random = random;
    const breaker = new HostBreaker(now, random);
    const rename = (holder: TokenHolder, held: HeldToken) => this.#put(keyOf(holder, held.credential), held);
    this.#renewal = new Renewal({ now, random, store, health, breaker, rename });
  }

  async token(holder: TokenHolder, transport: TokenTransport, signal: AbortSignal): Promise<HeldSecret> {
    const held = this.#find(holder);
    holder.redactor.learn(held.secrets);
    if (!isFresh(held, this.#watch())) await this.#renewed(held, holder, transport, signal, false);
    holder.redactor.learn(held.secrets);
    if (held.token === undefined) throw new MortiseError("INTERNAL", "A token was fetched and is not there.");
    return { token: held.token, generation: held.generation, fields: furtherFields(held) };
  }

  refused(holder: TokenHolder, generation: number): boolean {
    const held = this.#find(holder);
    if (held.generation !== generation) return true;
    if (!canRenew(holder.scheme, held.credential)) return false;
    if (held.token === undefined) return true;
    if (held.replacedAtMs !== undefined && this.#watch() - held.replacedAtMs < MINUTE_MS) return false;
    held.token = undefined;
    held.replacedAtMs = this.#now();
    return true;
  }

  async keepAlive({ holder, transport, signal, isDue }: KeepAlive): Promise<TokenLife> {
    if (!keepsTokens(holder.scheme)) return {};
    const held = this.#find(holder);
    this.#watch();
    if (isDue(lifeOf(held))) await this.#renewed(held, holder, transport, signal, true);
    return lifeOf(held);
  }

  /** Waits for a fetch, not longer than the signal. A failure in passing is nobody's business while the old token is good (T6). */
  async #renewed(
    held: HeldToken,
    holder: TokenHolder,
    transport: TokenTransport,
    signal: AbortSignal,
    isAhead: boolean,
  ): Promise<void> {
    held.flight ??= this.#renewal.run({ held, holder, transport, isAhead }).finally(() => {
      held.flight = undefined;
    });
    try {
      await unlessAborted(held.flight, signal);
    } catch (error) {
      if (isAhead || signal.aborted || !isPassing(error) || held.unsaved !== undefined || !isGood(held, this.#now())) throw error;
    }
  }

  /** The time, after everything that ends was moved where the clock was set back (T8). */
  #watch(): number {
    const nowMs = this.#now();
    const byMs = this.#latestMs - nowMs;
    this.#latestMs = nowMs;
    if (byMs <= 0 || byMs === Number.POSITIVE_INFINITY) return nowMs;
    for (const held of new Set(this.#held.values())) {
      setBack(held, byMs);
      if (byMs > STEP_MS && held.endsAtMs !== undefined) held.renewAtMs = Math.min(held.renewAtMs ?? nowMs, nowMs);
    }
    return nowMs;
  }

  /** The entry of a holder. A credential that was changed by its owner is another one. */
  #find(holder: TokenHolder): HeldToken {
    const key = this.#keys.get(holder) ?? keyOf(holder, plain(holder));
    this.#keys.set(holder, key);
    const known = this.#held.get(key);
    if (known !== undefined) return known;
    const fresh = hold(tokenIn(holder.scheme, plain(holder), this.#now(), this.#random));
    this.#put(key, fresh);
    return fresh;
  }

  /** Makes room by forgetting what can be had again; a refresh token that is nowhere else stays. */
  #put(key: string, held: HeldToken): void {
    this.#held.set(key, held);
    if (!held.keys.includes(key)) held.keys.push(key);
    for (const former of held.keys.splice(1, held.keys.length - MAX_KEYS)) this.#held.delete(former);
    if (this.#held.size <= MAX_HELD) return;
    for (const [other, { isOnlyHere, unsaved, flight }] of this.#held) {
      if (other === key || isOnlyHere || unsaved !== undefined || flight !== undefined) continue;
      this.#held.delete(other);
      return;
    }
  }
}

function plain({ credential }: TokenHolder): PlainCredential {
  return Object.fromEntries(Object.entries(credential).map(([name, secret]) => [name, secret.reveal()]));
}

function keyOf({ key, scheme, settings }: TokenHolder, credential: PlainCredential): string {
  const sorted = Object.entries(credential).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const digest = createHash("sha256")
    .update(JSON.stringify([scheme, settings, sorted]))
    .digest("base64url");
  return `${key} ${digest}`;
}

/** Waits for work that goes on without us when the signal ends the wait. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  work.catch(() => undefined);
  if (signal.aborted) throw signal.reason;
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
