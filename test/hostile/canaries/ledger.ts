import { randomBytes } from "node:crypto";

/** What every canary that is made here begins with. */
export const MARKER = "cnryQ7x";

/** One secret that must be seen nowhere. */
export interface Canary {
  readonly name: string;
  readonly text: string;
  /** The part that is looked for; of one without a marker also by itself. */
  readonly core: string;
  readonly isMarked: boolean;
  /** Whether it belongs to one request alone, so that only that one's answer can repeat it. */
  readonly isPassing: boolean;
}

/** How a canary is written: with characters that every encoding writes in another way, or in letters and digits alone. */
export type CanaryForm = "odd" | "plain";

/**
 * The canaries of one test, by whose they are.
 *
 * Invariants:
 *   L1. No two are the same, and each holds a core of letters and digits that every encoding keeps in one piece.
 *   L2. What others made (keys, proof keys, signatures) is taken in as it is, with the slice of it that is looked for.
 */
export class CanaryLedger {
  readonly #byOwner = new Map<string, Canary[]>();
  readonly #names = new Set<string>();
  #count = 0;

  /** Makes a secret. */
  mint(owner: string, name: string, form: CanaryForm = "odd"): string {
    const id = (++this.#count).toString(36).padStart(3, "0");
    const core = `${MARKER}${id}${randomBytes(6).toString("hex")}`;
    const text = form === "plain" ? core : `q/+"=${core}&<'>Z\\%9`;
    this.#add(owner, { name: `${owner}.${name}#${id}`, text, core, isMarked: true, isPassing: false });
    return text;
  }

  /** Takes in a secret that was made elsewhere. `core` absent: all of it. */
  take(owner: string, name: string, text: string, core = text, isPassing = false): string {
    if (!this.all.some((canary) => canary.core === core))
      this.#add(owner, { name: `${owner}.${name}`, text, core, isMarked: false, isPassing });
    return text;
  }

  /** Takes in what belongs to one request alone, the first `most` of a name only. */
  witness(owner: string, name: string, text: string, core: string, most = 2): void {
    for (let n = 0; n < most; n++) {
      const numbered = `${name}~${n}`;
      if (this.#names.has(`${owner}.${numbered}`)) continue;
      this.take(owner, numbered, text, core, true);
      return;
    }
  }

  /** What both sides have now: of what was given anew, the latest, and nothing of earlier requests. */
  current(owner: string, isWanted: (name: string) => boolean): readonly string[] {
    const byName = new Map(
      this.of(owner).flatMap((each) => (each.isPassing ? [] : [[each.name.split("#")[0] ?? "", each.text] as const])),
    );
    return [...byName].flatMap(([name, text]) => (isWanted(name) ? [text] : []));
  }

  of(owner: string): readonly Canary[] {
    return this.#byOwner.get(owner) ?? [];
  }

  get all(): readonly Canary[] {
    return [...this.#byOwner.values()].flat();
  }

  #add(owner: string, canary: Canary): void {
    this.#names.add(canary.name);
    this.#byOwner.set(owner, [...this.of(owner), canary]);
  }
}
