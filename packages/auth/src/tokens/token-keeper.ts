/**
 * Gives out the tokens of connections, and fetches new ones when they are needed.
 *
 * Owns: the tokens of this process, one entry a connection, scheme and credential; the fetches in progress.
 * Does not own: time (`now`), the way out (TokenTransport), storage (CredentialStore), what a refused call means.
 * Talks to: CredentialStore.load and CredentialStore.save; the redactor of whoever asks.
 * Invariants:
 *   T1. One holder has one fetch in progress at most; everyone who asks meanwhile waits for its end.
 *   T2. A token is replaced before its end by its margin: what the contract says, and a fifth of its life at most.
 *   T3. A token is not given out after its end, nor after it was refused.
 *   T4. A refused token is replaced once: not if another has taken its place, nor if it was itself a replacement of the last minute.
 *   T5. A refresh token that came is saved before the access token beside it is given out; if it cannot be, that is tried again first.
 *   T6. What was refused for good is not asked for again for a minute; what failed in passing leaves a token that is still good in use.
 *   T7. The redactor of whoever asks knows every token before it is returned.
 */
import { createHash } from "node:crypto";
import { CATALOGUE, isMortiseError, MortiseError, type OAuth2Scheme, parseDuration } from "@mortise/contract";
import { wrapCredential } from "../credential/credential.ts";
import { Secret } from "../credential/secret.ts";
import type { CredentialStore, PlainCredential } from "./credential-store.ts";
import type { FreshToken } from "./fresh-token.ts";
import type { HeldToken } from "./held-token.ts";
import { logIn } from "./log-in.ts";
import { clientToken, passwordToken, refreshedToken } from "./request-token.ts";
import type { HeldSecret, TokenHolder, TokenSource } from "./token-source.ts";
import type { TokenTransport } from "./token-transport.ts";

const MAX_HELD = 10_000;
/** Credentials of one token that are known: the first, which a caller may hold for long, and the latest. */
const MAX_KEYS = 8;
const MAX_SECRETS = 8;
const MARGIN_MS = 60_000;
const MINUTE_MS = 60_000;

export class TokenKeeper implements TokenSource {
  readonly #now: () => number;
  readonly #store: CredentialStore | undefined;
  readonly #held = new Map<string, HeldToken>();
  readonly #keys = new WeakMap<TokenHolder, string>();

  /** `now` is the epoch in ms. Without a store, refresh tokens that come are kept in memory. */
  constructor(now: () => number, store?: CredentialStore) {
    this.#now = now;
    this.#store = store;
  }

  async token(holder: TokenHolder, transport: TokenTransport, signal: AbortSignal): Promise<HeldSecret> {
    const held = this.#find(holder);
    holder.redactor.learn(held.secrets);
    if (!this.#isFresh(held)) {
      held.flight ??= this.#renew(held, holder, transport).finally(() => {
        held.flight = undefined;
      });
      await this.#settled(held, held.flight, signal);
    }
    holder.redactor.learn(held.secrets);
    if (held.token === undefined) throw new MortiseError("INTERNAL", "A token was fetched and is not there.");
    return { token: held.token, generation: held.generation };
  }

  refused(holder: TokenHolder, generation: number): boolean {
    const held = this.#find(holder);
    if (held.generation !== generation) return true;
    if (!canRenew(holder, held)) return false;
    if (held.token === undefined) return true;
    if (held.replacedAtMs !== undefined && this.#now() - held.replacedAtMs < MINUTE_MS) return false;
    held.token = undefined;
    held.replacedAtMs = this.#now();
    return true;
  }

  /** Waits for a fetch, not longer than the signal. A failure in passing is nobody's business while the old token is good (T6). */
  async #settled(held: HeldToken, flight: Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await unlessAborted(flight, signal);
    } catch (error) {
      if (signal.aborted || !isPassing(error) || held.unsaved !== undefined || !this.#isGood(held)) throw error;
    }
  }

  #isGood({ token, endsAtMs }: HeldToken): boolean {
    return token !== undefined && (endsAtMs === undefined || this.#now() < endsAtMs);
  }

  #isFresh(held: HeldToken): boolean {
    return this.#isGood(held) && held.unsaved === undefined && (held.renewAtMs === undefined || this.#now() < held.renewAtMs);
  }

  /** The entry of a holder. A credential that was changed by its owner is another one. */
  #find(holder: TokenHolder): HeldToken {
    const key = this.#keys.get(holder) ?? keyOf(holder, plain(holder));
    this.#keys.set(holder, key);
    const known = this.#held.get(key);
    if (known !== undefined) return known;
    const fresh = this.#open(holder, plain(holder));
    this.#put(key, fresh);
    return fresh;
  }

  #open({ scheme }: TokenHolder, credential: PlainCredential): HeldToken {
    const { accessToken = "", expiresAt } = isPersonal(scheme) ? credential : {};
    const endsAtMs = expiresAt === undefined || expiresAt === "" ? undefined : Number(expiresAt);
    return {
      token: accessToken === "" ? undefined : new Secret(accessToken),
      endsAtMs,
      renewAtMs: this.#renewalOf(scheme, endsAtMs),
      generation: 0,
      credential,
      unsaved: undefined,
      replacedAtMs: undefined,
      denial: undefined,
      flight: undefined,
      isOnlyHere: false,
      keys: [],
      secrets: [],
    };
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

  async #renew(held: HeldToken, holder: TokenHolder, transport: TokenTransport): Promise<void> {
    if (held.unsaved !== undefined) await this.#save(held, holder, held.unsaved);
    if (this.#isFresh(held)) return;
    const { denial } = held;
    if (denial !== undefined && this.#now() < denial.untilMs) throw denial.error;
    if (await this.#adopt(held, holder)) return;
    const spent = held.credential.refreshToken;
    try {
      await this.#take(held, holder, await this.#fetch(held, holder, transport));
    } catch (error) {
      if (isPassing(error) || !isMortiseError(error)) throw error;
      if ((await this.#adopt(held, holder)) || held.credential.refreshToken !== spent)
        return this.#renew(held, holder, transport);
      held.denial = { error, untilMs: this.#now() + MINUTE_MS };
      throw error;
    }
  }

  /** Takes over what another process has stored meanwhile. True: with it comes a token that is good now. */
  async #adopt(held: HeldToken, holder: TokenHolder): Promise<boolean> {
    if (!isPersonal(holder.scheme) || holder.connection === "") return false;
    const stored = await this.#load(holder);
    if (stored === undefined || sameText(stored, held.credential)) return false;
    const { token, endsAtMs, renewAtMs, credential } = this.#open(holder, stored);
    const isNew = token !== undefined && token.reveal() !== held.credential.accessToken;
    remember(held, [stored.accessToken, stored.refreshToken]);
    Object.assign(held, { credential, endsAtMs, renewAtMs, ...(isNew ? { token, generation: held.generation + 1 } : {}) });
    this.#put(keyOf(holder, credential), held);
    return this.#isFresh(held);
  }

  /** When a token that ends then is replaced. Of one that was stored only the rest of its life is known. */
  #renewalOf(scheme: TokenHolder["scheme"], endsAtMs: number | undefined): number | undefined {
    return endsAtMs === undefined ? undefined : endsAtMs - Math.min(marginOf(scheme), (endsAtMs - this.#now()) / 5);
  }

  async #load({ connection, tenant }: TokenHolder): Promise<PlainCredential | undefined> {
    try {
      return await this.#store?.load?.(connection, tenant);
    } catch (cause) {
      throw new MortiseError("TARGET_SICK", "The stored credential could not be read.", { cause });
    }
  }

  #fetch({ credential }: HeldToken, holder: TokenHolder, transport: TokenTransport): Promise<FreshToken> {
    const { scheme, settings } = holder;
    const common = { credential: wrapCredential(credential), settings, transport, nowMs: this.#now() };
    if (scheme.kind === "session") return logIn({ ...common, scheme });
    const query = { ...common, scheme };
    if (scheme.grant === "client_credentials") return clientToken(query);
    if (scheme.grant === "password") return passwordToken(query);
    const { refreshToken } = credential;
    if (refreshToken !== undefined && refreshToken !== "") return refreshedToken(query, refreshToken);
    throw new MortiseError("AUTH_FAILED", "The token has ended or was refused, and there is no refresh token.", {
      remedy: "Connect again.",
    });
  }

  async #take(held: HeldToken, holder: TokenHolder, fresh: FreshToken): Promise<void> {
    const { token, endsAtMs, refreshToken } = fresh;
    remember(held, [token, refreshToken]);
    holder.redactor.learn(held.secrets);
    const previous = held.credential;
    Object.assign(held, {
      token: new Secret(token),
      endsAtMs,
      renewAtMs: this.#renewalOf(holder.scheme, endsAtMs),
      generation: held.generation + 1,
      denial: undefined,
    });
    if (!isPersonal(holder.scheme)) return;
    const { expiresAt: _, refreshToken: spent, ...kept } = previous;
    const isSpent = spent === undefined || (holder.scheme.rotation === "single_use" && refreshToken === undefined);
    held.credential = {
      ...kept,
      ...(isSpent ? {} : { refreshToken: spent }),
      accessToken: token,
      ...(refreshToken === undefined ? {} : { refreshToken }),
      ...(endsAtMs === undefined ? {} : { expiresAt: String(Math.floor(endsAtMs)) }),
    };
    if (this.#store === undefined || holder.connection === "") {
      held.isOnlyHere = refreshToken !== undefined || held.isOnlyHere;
      return;
    }
    this.#put(keyOf(holder, held.credential), held);
    const saved = this.#save(held, holder, previous);
    if (refreshToken !== undefined) return saved;
    await saved.catch(() => {
      held.unsaved = undefined;
    });
  }

  async #save(held: HeldToken, holder: TokenHolder, previous: PlainCredential): Promise<void> {
    held.unsaved = previous;
    try {
      await this.#store?.save(holder.connection, holder.tenant, held.credential, previous);
      held.unsaved = undefined;
    } catch (error) {
      const message = "A new token came, and the credential could not be stored, so it is not used yet.";
      throw new MortiseError("TARGET_SICK", message, { cause: error });
    }
  }
}

/** Whether a person gave the right that the token stands for, so that losing its refresh token means asking the person again. */
function isPersonal(scheme: TokenHolder["scheme"]): scheme is OAuth2Scheme {
  return scheme.kind === "oauth2" && scheme.grant !== "client_credentials" && scheme.grant !== "password";
}

function canRenew({ scheme }: TokenHolder, { credential }: HeldToken): boolean {
  return !isPersonal(scheme) || (credential.refreshToken ?? "") !== "";
}

function marginOf(scheme: TokenHolder["scheme"]): number {
  const said = scheme.kind === "oauth2" && scheme.margin !== undefined ? parseDuration(scheme.margin) : undefined;
  return said ?? MARGIN_MS;
}

function remember(held: HeldToken, secrets: readonly (string | undefined)[]): void {
  held.secrets.push(...secrets.filter((secret) => secret !== undefined));
  held.secrets.splice(0, held.secrets.length - MAX_SECRETS);
}

/** Trouble that may be over in a while. */
function isPassing(error: unknown): boolean {
  return isMortiseError(error) && CATALOGUE[error.code].category === "transient";
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

function sameText(one: PlainCredential, other: PlainCredential): boolean {
  return one.accessToken === other.accessToken && one.refreshToken === other.refreshToken;
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
