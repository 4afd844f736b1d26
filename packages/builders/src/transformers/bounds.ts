import { MortiseError } from "@mortise/contract";
import { EXPRESSION_LIMITS } from "../expressions/expression-limits.ts";

/** Characters that count as one element: as in expressions. */
const CHARACTERS = 8;

/** Refuses to make more elements than one value may hold (`EXPRESSION_LIMIT`); asked before they are made. */
export function boundElements(name: string, count: number): void {
  if (count <= EXPRESSION_LIMITS.size) return;
  throw new MortiseError("EXPRESSION_LIMIT", `${name}: it would make more than ${EXPRESSION_LIMITS.size} values`);
}

/** Refuses to make more characters than one text may hold (`EXPRESSION_LIMIT`); asked before they are made. */
export function boundText(name: string, length: number): void {
  if (length <= EXPRESSION_LIMITS.size) return;
  throw new MortiseError("EXPRESSION_LIMIT", `${name}: it would make a text of more than ${EXPRESSION_LIMITS.size} characters`);
}

/** Adds up what one run makes, text by text. */
export class TextBudget {
  readonly #name: string;
  #left = EXPRESSION_LIMITS.size * CHARACTERS;

  constructor(name: string) {
    this.#name = name;
  }

  /** Counts a text that was made; throws `EXPRESSION_LIMIT` once they are too many characters together. */
  count(text: string): void {
    this.#left -= text.length;
    if (this.#left < 0) throw new MortiseError("EXPRESSION_LIMIT", `${this.#name}: its texts are too long together`);
  }
}
