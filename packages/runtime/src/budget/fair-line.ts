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
 * many of one wait. A party that comes back at once goes on where it left off, so that coming one at a time brings no more than waiting.
 */
export class FairLine<T extends Waiting> {
  readonly #parties = new Map<string, Party<T>>();
  /** Where the party that was served last stood: newcomers start there. */
  #reached = 0;
  #size = 0;
  #wanted = 0;
  #absent = 0;

  get size(): number {
    return this.#size;
  }

  /** Permits that all who wait together take. */
  get wanted(): number {
    return this.#wanted;
  }

  /** Weights of the parties that wait, together. */
  get weight(): number {
    let sum = 0;
    for (const { waiting } of this.#parties.values()) for (const { weight } of firstOf(waiting)) sum += weight;
    return sum;
  }

  join(one: T): void {
    const party = this.#parties.get(one.party) ?? this.#newcomer(one.party);
    if (party.waiting.size === 0) {
      this.#absent--;
      party.pass = Math.max(party.pass, this.#reached);
    }
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
    if (party.waiting.size === 0) {
      this.#absent++;
      this.#forget();
    }
    return true;
  }

  /** Whose turn it is. */
  next(): T | undefined {
    let first: Party<T> | undefined;
    for (const party of this.#parties.values()) {
      if (party.waiting.size > 0 && (first === undefined || party.pass < first.pass)) first = party;
    }
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

  #newcomer(name: string): Party<T> {
    const party: Party<T> = { waiting: new Set(), pass: this.#reached };
    this.#parties.set(name, party);
    this.#absent++;
    return party;
  }

  /** Forgets absent parties that a newcomer would be no worse off than; the longest known where there are too many. */
  #forget(): void {
    if (this.#absent <= this.#parties.size / 2 && this.#absent <= MAX_ABSENT) return;
    for (const [name, { waiting, pass }] of this.#parties) {
      if (waiting.size > 0 || (pass > this.#reached && this.#absent <= MAX_ABSENT)) continue;
      this.#parties.delete(name);
      this.#absent--;
    }
  }
}

function* firstOf<T>(items: Set<T>): Iterable<T> {
  for (const item of items) {
    yield item;
    return;
  }
}
