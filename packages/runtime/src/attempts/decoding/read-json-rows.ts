import { DEEPEST_JSON, isHeld, type Json, MortiseError, parsePointer } from "@mortise/contract";
import { Tokenizer, TokenParser } from "@streamparser/json";
import { MAX_ROW, tooLong } from "./longest-row.ts";
import { malformed } from "./malformed.ts";

type Token = Parameters<Tokenizer["onToken"]>[0];

/** Kinds of tokens (`TokenType` of the library, which is an enum and so no type that can be erased). */
const OPEN_OBJECT = 0;
const CLOSE_OBJECT = 1;
const OPEN_LIST = 2;
const CLOSE_LIST = 3;
const COMMA = 5;
const NULL = 8;
const STRING = 9;

/**
 * Reads the items of a list in a JSON document (RFC 8259) as they come, wherever in it the list is: numbers exact and depth bounded as
 * `parseExactJson` has it. Throws `INVALID_OUTPUT` for what is no JSON or has no such list, `LIMIT_EXCEEDED` where an item, or all that is not the
 * list, is over 10 MB.
 */
export async function* readJsonRows(body: AsyncIterable<Buffer>, pointer: string): AsyncGenerator<Json> {
  const document = new JsonRows(parsePointer(pointer) ?? []);
  let isEmpty = true;
  for await (const chunk of body) {
    isEmpty &&= chunk.length === 0;
    document.write(chunk);
    yield* document.taken();
  }
  if (isEmpty) throw noList(pointer);
  document.end();
  yield* document.taken();
  if (!document.hasList) throw noList(pointer);
}

/** The failure of an answer without its list. */
export function noList(pointer: string): MortiseError {
  return new MortiseError("INVALID_OUTPUT", `The answer has no list at ${JSON.stringify(pointer)}.`, { path: pointer });
}

/** Integers that a double does not hold stay what they are, as text. */
class ExactTokenizer extends Tokenizer {
  protected override parseNumber(digits: string): number {
    const number = Number(digits);
    return isHeld(number, digits) ? number : (digits as unknown as number);
  }
}

/** An object or list that is open around the place that is read. */
interface Around {
  readonly isList: boolean;
  key: string | number;
}

/**
 * Goes through a document and takes out the items of one list.
 *
 * Owns: where in the document it is.
 * Does not own: grammar (the library's parsers: one has the document with null in the list's place, one has the list).
 * Invariants:
 *   J1. Of the list no more is held than the item that is being read; of everything else at most 10 MB.
 *   J2. A document that is cut off, goes on after its end or has the list twice is an error, not a shorter list.
 */
class JsonRows {
  readonly #path: readonly string[];
  readonly #tokens = new ExactTokenizer();
  readonly #outside = new TokenParser({ paths: ["$"], keepStack: false });
  readonly #around: Around[] = [];
  #list: TokenParser | undefined;
  #rows: Json[] = [];
  #depth = 0;
  #listDepth = 0;
  #keyIsNext = false;
  /** Since the last item, and of all that is no item. */
  #sinceRow = 0;
  #elsewhere = 0;
  hasList = false;

  constructor(path: readonly string[]) {
    this.#path = path;
    this.#tokens.onToken = (token) => this.#take(token);
    this.#outside.onValue = () => undefined;
  }

  write(chunk: Buffer): void {
    const before = this.#rows.length;
    const isInside = this.#list !== undefined;
    guarded(() => this.#tokens.write(chunk));
    this.#sinceRow = this.#rows.length > before ? chunk.length : this.#sinceRow + chunk.length;
    if (!isInside && this.#list === undefined && this.#rows.length === before) this.#elsewhere += chunk.length;
    if (this.#sinceRow > MAX_ROW || this.#elsewhere > MAX_ROW) throw tooLong();
  }

  end(): void {
    guarded(() => {
      if (!this.#tokens.isEnded) this.#tokens.end();
      if (!this.#outside.isEnded) this.#outside.end();
    });
  }

  /** What was read since the last time. */
  taken(): readonly Json[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #take(token: Token): void {
    const { token: kind } = token;
    if (kind === OPEN_OBJECT || kind === OPEN_LIST) {
      if (++this.#depth > DEEPEST_JSON) throw new SyntaxError(`It nests deeper than ${DEEPEST_JSON} objects and lists.`);
    } else if (kind === CLOSE_OBJECT || kind === CLOSE_LIST) this.#depth--;
    if (this.#list !== undefined) this.#takeInside(token, this.#list);
    else if (kind === OPEN_LIST && this.#isPlace()) this.#openList(token);
    else this.#takeOutside(token);
  }

  #openList(token: Token): void {
    if (this.hasList) throw new SyntaxError("It has the list twice.");
    this.hasList = true;
    this.#listDepth = this.#depth - 1;
    this.#list = new TokenParser({ paths: ["$.*"], keepStack: false });
    this.#list.onValue = ({ value }) => this.#rows.push(value as Json);
    this.#list.write(token);
  }

  #takeInside(token: Token, list: TokenParser): void {
    list.write(token);
    if (this.#depth > this.#listDepth) return;
    this.#list = undefined;
    this.#outside.write({ token: NULL, value: null });
  }

  #takeOutside(token: Token): void {
    this.#outside.write(token);
    const { token: kind, value } = token;
    const inner = this.#around.at(-1);
    if (kind === OPEN_OBJECT || kind === OPEN_LIST) {
      this.#around.push({ isList: kind === OPEN_LIST, key: kind === OPEN_LIST ? 0 : "" });
      this.#keyIsNext = kind === OPEN_OBJECT;
    } else if (kind === CLOSE_OBJECT || kind === CLOSE_LIST) {
      this.#around.pop();
      this.#keyIsNext = false;
    } else if (inner === undefined) return;
    else if (kind === COMMA) {
      if (inner.isList) inner.key = Number(inner.key) + 1;
      else this.#keyIsNext = true;
    } else if (kind === STRING && this.#keyIsNext) {
      inner.key = String(value);
      this.#keyIsNext = false;
    }
  }

  #isPlace(): boolean {
    return this.#around.length === this.#path.length && this.#around.every(({ key }, at) => String(key) === this.#path[at]);
  }
}

function guarded(work: () => void): void {
  try {
    work();
  } catch (error) {
    throw malformed("JSON", error instanceof Error ? error.message : String(error));
  }
}
