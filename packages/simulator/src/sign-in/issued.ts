/**
 * Keeps what a fake vendor has given out: tokens, codes, nonces.
 *
 * Owns: the list of them, and how often each was used.
 * Does not own: time (SimulatorClock). What was given ends by use, rotation, revocation, and access tokens by their life where they have one.
 * Invariants:
 *   I1. What counts once is found once.
 *   I2. The same requests in the same order are given the same texts, but for those that hold a random key.
 *   I3. What is taken back ends with all that came of the same consent.
 */
import type { SingleAuthScheme } from "@mortise/contract";
import type { SimulatedConnection } from "./simulated-connection.ts";

/**
 * `second`: a further token beside the first; `step`: a token that only steps take; `temporary`: what leads to a token of OAuth 1.0a
 * (RFC 5849 §2.1).
 */
export type IssuedKind = "access" | "refresh" | "second" | "step" | "code" | "device" | "temporary" | "nonce";

/** Something that was given out. */
export interface Issued {
  readonly kind: IssuedKind;
  readonly text: string;
  readonly scheme: SingleAuthScheme;
  readonly connection: SimulatedConnection;
  /** The same for all that came of one consent. */
  readonly family: number;
  /** What it was given with, e.g. a scope or a challenge. */
  readonly details: { readonly [name: string]: string };
  /** Epoch ms when it was given. */
  readonly atMs: number;
}

/** What tells when access tokens end. */
export interface TokenLives {
  now(): number;
  /** ms; undefined: they do not end. */
  lifeMs(): number | undefined;
}

/** What is given out; `text` absent: one is made, `family` absent: a new one. */
export type IssuedAsk = Pick<Issued, "kind" | "scheme" | "connection"> &
  Partial<Pick<Issued, "text" | "family" | "details">> & { readonly shape?: (text: string) => string };

const MOST = 10_000;

export class IssuedSecrets {
  readonly #all = new Map<string, Issued>();
  readonly #uses = new Map<string, number>();
  readonly #lives: TokenLives;
  #count = 0;

  constructor(lives: TokenLives) {
    this.#lives = lives;
  }

  /** How long access tokens live, ms. Undefined: they do not end. */
  get lifeMs(): number | undefined {
    return this.#lives.lifeMs();
  }

  /** The moment that lives are counted from, epoch ms. */
  get nowMs(): number {
    return this.#lives.now();
  }

  give({ kind, scheme, connection, details = {}, shape = (text) => text, ...asked }: IssuedAsk): Issued {
    this.#count += 1;
    const text = asked.text ?? shape(`simulated-${kind}-${this.#count}`);
    const family = asked.family ?? this.#count;
    const issued: Issued = Object.freeze({ kind, text, scheme, connection, family, details, atMs: this.#lives.now() });
    this.#all.set(text, issued);
    if (this.#all.size > MOST) this.#all.delete([...this.#all.keys()][0] ?? "");
    return issued;
  }

  find(scheme: SingleAuthScheme, kind: IssuedKind, text: string | undefined): Issued | undefined {
    const found = text === undefined ? undefined : this.#all.get(text);
    const lifeMs = found?.kind === "access" ? this.#lives.lifeMs() : undefined;
    if (found !== undefined && lifeMs !== undefined && this.#lives.now() - found.atMs >= lifeMs) return undefined;
    return found?.kind === kind && isOfOneVendor(found.scheme, scheme) ? found : undefined;
  }

  /** All of a kind, the newest first. */
  of(scheme: SingleAuthScheme, kind: IssuedKind): readonly Issued[] {
    return [...this.#all.values()].filter((each) => each.scheme === scheme && each.kind === kind).toReversed();
  }

  end({ text }: Issued): void {
    this.#all.delete(text);
  }

  /** Ends all that came of the same consent, or those of one kind. */
  endFamily({ family }: Issued, kind?: IssuedKind): void {
    for (const each of this.#all.values()) {
      if (each.family === family && (kind === undefined || each.kind === kind)) this.#all.delete(each.text);
    }
  }

  /** Ends what a connection was given: its access tokens, or all of it. */
  endOf(connection: SimulatedConnection, how: "access" | "all"): void {
    for (const each of this.#all.values()) {
      if (each.connection === connection && (how === "all" || each.kind === "access")) this.#all.delete(each.text);
    }
  }

  /** Counts a use. Returns how many there were before. */
  use(name: string): number {
    const before = this.#uses.get(name) ?? 0;
    this.#uses.set(name, before + 1);
    if (this.#uses.size > MOST) this.#uses.delete([...this.#uses.keys()][0] ?? "");
    return before;
  }
}

/** Two ways to one token endpoint give tokens that are worth the same. */
function isOfOneVendor(one: SingleAuthScheme, other: SingleAuthScheme): boolean {
  if (one === other) return true;
  if (one.kind !== "oauth2" || other.kind !== "oauth2") return false;
  const at = [one.tokenUrl ?? one.issuer, other.tokenUrl ?? other.issuer];
  return at[0] !== undefined && at[0] === at[1];
}
