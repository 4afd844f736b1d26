/** How a script is named to the process that runs it. */
export interface ScriptMention {
  readonly script: number;
  /** Its text, where the process does not have it. */
  readonly source?: string;
  /** Scripts that the process forgets with this message. */
  readonly forget?: readonly number[];
}

const MAX_SCRIPTS = 200;
/** Characters of all scripts together. */
const MAX_LENGTH = 16 * 2 ** 20;

/** Knows which scripts a process has, so that each is sent to it once; those that were not used the longest are forgotten on both sides. */
export class ScriptShelf {
  readonly #numbers = new Map<string, number>();
  #length = 0;
  #last = 0;

  /** How to name a script in the next message, which has to be sent. */
  mention(source: string): ScriptMention {
    const known = this.#numbers.get(source);
    if (known !== undefined) {
      this.#numbers.delete(source);
      this.#numbers.set(source, known);
      return { script: known };
    }
    const script = ++this.#last;
    this.#numbers.set(source, script);
    this.#length += source.length;
    const forget = this.#forgotten();
    return forget.length === 0 ? { script, source } : { script, source, forget };
  }

  #forgotten(): readonly number[] {
    const forgotten: number[] = [];
    for (const [source, number] of this.#numbers) {
      if (this.#numbers.size <= MAX_SCRIPTS && this.#length <= MAX_LENGTH) break;
      if (this.#numbers.size === 1) break;
      this.#numbers.delete(source);
      this.#length -= source.length;
      forgotten.push(number);
    }
    return forgotten;
  }
}
