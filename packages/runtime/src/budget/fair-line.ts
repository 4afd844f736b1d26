/** Somebody who waits for permits. */
export interface Waiting {
  /** Whom the permits are counted for: parties that wait share them. */
  readonly party: string;
  /** Share of the party against the others', above 0. */
  readonly weight: number;
  /** Permits that it takes. */
  readonly cost: number;
}

interface Party<T> {
  readonly waiting: Set<T>;
  /** What the party has had, in permits by weight, on the scale that all parties share. */
  pass: number;
}

/** Parties that are remembered although nobody of theirs waits. */
const MAX_ABSENT = 10_000;

/**
 * The line in front of a limit: first come, first served inside of a party; between parties, permits by weight (stride scheduling), however
 * many of one wait. A party that comes back while others wait goes on where it left off, so that coming one at a time brings no more than
 * waiting.
 */
export class FairLine<T extends Waiting> {
  readonly #parties = new Map<string, Party<T>>();
  /** Passes of parties that had more than their share before they left. */
  readonly #absent = new Map<string, number>();
  /** Where the party that was served last stood: newcomers start there. */
  #reached = 0;
  #size = 0;
  #wanted = 0;

  get size(): number {
    return this.#size;
  }

  /** Parties that wait, or have not been forgotten. */
  get remembered(): number {
    return this.#parties.size + this.#absent.size;
  }

  /** Permits that all who wait together take. */
  get wanted(): number {
    return this.#wanted;
  }

  /** Weights of the parties that wait, together. */
  get weight(): number {
    let sum = 0;
    for (const { waiting } of this.#parties.values()) sum += waiting.values().next().value?.weight ?? 0;
    return sum;
  }

  join(one: T): void {
    const party = this.#parties.get(one.party) ?? this.#welcome(one.party);
    party.waiting.add(one);
    this.#size++;
    this.#wanted += one.cost;
  }

  /** Takes somebody out who does not want to wait any more. Returns false where nobody of the kind waits. */
  leave(one: T): boolean {
    const party = this.#parties.get(one.party);
    if (party === undefined || !party.waiting.delete(one)) return false;
    this.#size--;
    this.#wanted -= one.cost;
    if (party.waiting.size === 0) this.#dismiss(one.party, party);
    return true;
  }

  /** Whose turn it is. */
  next(): T | undefined {
    let first: Party<T> | undefined;
    for (const party of this.#parties.values()) if (first === undefined || party.pass < first.pass) first = party;
    return first?.waiting.values().next().value;
  }

  /** Takes out whose turn it was, and counts what it got. */
  serve(one: T, price: number): void {
    const party = this.#parties.get(one.party);
    if (party === undefined) return;
    this.#reached = Math.max(this.#reached, party.pass);
    party.pass += price / one.weight;
    this.leave(one);
  }

  /** All who wait. */
  *everybody(): Iterable<T> {
    for (const { waiting } of this.#parties.values()) yield* waiting;
  }

  #welcome(name: string): Party<T> {
    const party: Party<T> = { waiting: new Set(), pass: Math.max(this.#reached, this.#absent.get(name) ?? 0) };
    this.#absent.delete(name);
    this.#parties.set(name, party);
    return party;
  }

  /** Where nobody waits any more, nobody has had more than others wanted. */
  #dismiss(name: string, { pass }: Party<T>): void {
    this.#parties.delete(name);
    if (this.#size === 0) this.#absent.clear();
    else if (pass > this.#reached) this.#absent.set(name, pass);
    if (this.#absent.size > MAX_ABSENT) this.#forget();
  }

  /** Forgets who is no worse off than a newcomer; where that leaves too many, those that left first. */
  #forget(): void {
    for (const [name, pass] of this.#absent) if (pass <= this.#reached) this.#absent.delete(name);
    for (const name of this.#absent.keys()) {
      if (this.#absent.size <= MAX_ABSENT / 2) return;
      this.#absent.delete(name);
    }
  }
}
