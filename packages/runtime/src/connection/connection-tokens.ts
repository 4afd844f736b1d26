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
 */
import type { HeldSecret, TokenHolder, TokenLookup, TokenSource, TokenTransport } from "@mortise/auth";

/** The tokens that an attempt went out with. */
export type TokensUsed = ReadonlyMap<TokenHolder, HeldSecret>;

export class ConnectionTokens {
  readonly #holders: readonly TokenHolder[];
  #held: TokensUsed = new Map();

  constructor(holders: readonly TokenHolder[]) {
    this.#holders = holders;
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
    return this.#held;
  }

  /** Says that the other system refused what an attempt went out with. True: another attempt would go out with another token. */
  refused(source: TokenSource, used: TokensUsed): boolean {
    return [...used].map(([holder, { generation }]) => source.refused(holder, generation)).includes(true);
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
