/**
 * The tokens of one connection, ready to be put into requests.
 *
 * Owns: which token each of the connection's schemes sends now.
 * Does not own: fetching and keeping tokens (TokenSource), the way out (TokenTransport).
 * Talks to: TokenSource.
 * Invariants:
 *   C1. A request that is built right after `ready` carries the tokens that `ready` returned.
 *   C2. A token never takes the place of a newer one, in whatever order calls get theirs.
 *   C3. A token is only ever put in by the scheme that it was fetched for.
 *   C4. What came with a token is checked before a request is built with it; where it does not fit, no request is.
 */
import type { HeldSecret, TokenHolder, TokenLife, TokenLookup, TokenSource, TokenTransport } from "@mortise/auth";

const LIFE = ["expiresAtMs", "refreshExpiresAtMs", "nextRefreshMs"] as const;

/** The tokens that an attempt went out with. */
export type TokensUsed = ReadonlyMap<TokenHolder, HeldSecret>;

type TokenFields = { readonly [field: string]: string };

export class ConnectionTokens {
  readonly #holders: readonly TokenHolder[];
  readonly #take: (fields: TokenFields) => void;
  #held: TokensUsed = new Map();
  #taken = "{}";

  /** `take` gets what came with tokens beside them (`kept.<setting>`, further tokens) whenever that is something new. */
  constructor(holders: readonly TokenHolder[], take: (fields: TokenFields) => void = () => undefined) {
    this.#holders = holders;
    this.#take = take;
  }

  /** Makes sure that every scheme has a token that is good now. Throws what the source throws. */
  async ready(source: TokenSource, transport: TokenTransport, signal: AbortSignal): Promise<TokensUsed> {
    const held = await Promise.all(
      this.#holders.map(async (holder) => [holder, await source.token(holder, transport, signal)] as const),
    );
    const newest = held.map(([holder, secret]) => {
      const known = this.#held.get(holder);
      return [holder, known !== undefined && known.generation > secret.generation ? known : secret] as const;
    });
    this.#held = new Map(newest);
    this.#hand(Object.assign({}, ...newest.map(([, { fields }]) => fields ?? {})));
    return this.#held;
  }

  #hand(fields: TokenFields): void {
    const text = JSON.stringify(fields);
    if (text === this.#taken) return;
    this.#take(fields);
    this.#taken = text;
  }

  /** Says that the other system refused what an attempt went out with. True: another attempt would go out with another token. */
  refused(source: TokenSource, used: TokensUsed): boolean {
    return [...used].map(([holder, { generation }]) => source.refused(holder, generation)).includes(true);
  }

  /**
   * Renews ahead of need what is kept with the credential, where `isDue` says so of its life. Returns the life of what is there then, the
   * soonest of several. Throws what the source throws.
   */
  async keepAlive(
    source: TokenSource,
    transport: TokenTransport,
    signal: AbortSignal,
    isDue: (life: TokenLife) => boolean,
  ): Promise<TokenLife> {
    const lives: TokenLife[] = [];
    for (const holder of this.#holders) lives.push((await source.keepAlive?.({ holder, transport, signal, isDue })) ?? {});
    return Object.fromEntries(LIFE.flatMap((end) => soonest(end, lives)));
  }

  /** The token of a scheme. */
  readonly of: TokenLookup = (scheme) => {
    const holder = this.#holders.find((each) => each.scheme === scheme);
    return holder === undefined ? undefined : this.#held.get(holder)?.token;
  };

  /** The tokens as fields of the credential, for an operation's own code: `accessToken` of OAuth 2.0, `sessionToken` of a session. */
  fields(): { readonly [name: string]: string } {
    const named = [...this.#held].map(([{ scheme }, { token }]) => [
      scheme.kind === "oauth2" ? "accessToken" : "sessionToken",
      token.reveal(),
    ]);
    return Object.fromEntries(named) as { readonly [name: string]: string };
  }
}

function soonest(end: (typeof LIFE)[number], lives: readonly TokenLife[]): (readonly [string, number])[] {
  const known = lives.map((life) => life[end]).filter((atMs) => atMs !== undefined);
  return known.length === 0 ? [] : [[end, Math.min(...known)]];
}
