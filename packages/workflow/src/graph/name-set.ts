/** Numbers names once, so that sets of them are bits: a graph of n nodes has n sets of up to n names. */
export class NameIndex {
  readonly #names: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(names: Iterable<string>) {
    this.#names = [...new Set(names)];
    this.#numbers = new Map(this.#names.map((name, number) => [name, number]));
  }

  get size(): number {
    return this.#names.length;
  }

  number(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  name(number: number): string {
    return this.#names[number] ?? "";
  }

  /** A set with none of the names. */
  none(): NameSet {
    return new NameSet(this);
  }
}

/** Some of the names of an index. A name that the index does not have is in no set. */
export class NameSet implements Iterable<string> {
  readonly #index: NameIndex;
  readonly #words: Uint32Array;

  constructor(index: NameIndex, words = new Uint32Array(Math.ceil(index.size / 32))) {
    this.#index = index;
    this.#words = words;
  }

  has(name: string): boolean {
    const number = this.#index.number(name);
    return number !== undefined && ((this.#words[number >>> 5] ?? 0) & (1 << (number & 31))) !== 0;
  }

  add(name: string): void {
    const number = this.#index.number(name);
    if (number !== undefined) this.#words[number >>> 5] = (this.#words[number >>> 5] ?? 0) | (1 << (number & 31));
  }

  delete(name: string): void {
    const number = this.#index.number(name);
    if (number !== undefined) this.#words[number >>> 5] = (this.#words[number >>> 5] ?? 0) & ~(1 << (number & 31));
  }

  /** Adds all names of another set of the same index. */
  addAll(set: NameSet): void {
    const other = set.#words;
    for (let i = 0; i < this.#words.length; i++) this.#words[i] = (this.#words[i] ?? 0) | (other[i] ?? 0);
  }

  /** Keeps only what another set of the same index has too. */
  keep(set: NameSet): void {
    const other = set.#words;
    for (let i = 0; i < this.#words.length; i++) this.#words[i] = (this.#words[i] ?? 0) & (other[i] ?? 0);
  }

  copy(): NameSet {
    return new NameSet(this.#index, this.#words.slice());
  }

  *[Symbol.iterator](): Iterator<string> {
    for (let i = 0; i < this.#words.length; i++) {
      for (let rest = this.#words[i] ?? 0; rest !== 0; rest &= rest - 1)
        yield this.#index.name(i * 32 + 31 - Math.clz32(rest & -rest));
    }
  }
}
