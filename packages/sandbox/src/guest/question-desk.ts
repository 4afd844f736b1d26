/**
 * Takes the questions of one guest to whoever made the call, and its log lines, and brings back the answers.
 *
 * Owns: which questions are open, what was answered and not yet read, how many there were.
 * Does not own: what a question means and whether it is allowed (whoever made the call looks again).
 * Invariants:
 *   Q1. A question that was not granted, is one too many or too large never leaves the thread.
 *   Q2. Every answer is read once, in the order in which it came.
 */
import type { GuestCall, GuestQuestion } from "./guest-call.ts";
import { refused } from "./host-call.ts";

/** Carries questions and lines out of the thread. */
export interface QuestionCarrier {
  ask(question: GuestQuestion): void;
  log(line: string): void;
}

/** An answer as it came. */
export interface DeskAnswer {
  readonly number: number;
  readonly text: string;
}

/** Pieces of a long answer are asked for by questions that do not count. */
const PIECES = "http.rest";
const MAX_PIECES = 200;

export class QuestionDesk {
  readonly #call: GuestCall;
  readonly #carrier: QuestionCarrier;
  readonly #open = new Set<number>();
  readonly #answers: DeskAnswer[] = [];
  #wake: (() => void) | undefined;
  #asked = 0;
  #pieces = 0;
  #last = -1;
  #logLeft: number;

  constructor(call: GuestCall, carrier: QuestionCarrier) {
    this.#call = call;
    this.#carrier = carrier;
    this.#logLeft = call.limits.logBytes;
  }

  /** Sends a question on; `=` and its number, or `!` and why not. */
  ask(name: string, args: string): string {
    const { limits, granted = [] } = this.#call;
    if (!granted.includes(name)) return refused("NOT_GRANTED");
    if (Buffer.byteLength(args) > limits.outputBytes) return refused("TOO_LARGE");
    const isPiece = name === PIECES;
    if (isPiece && ++this.#pieces > MAX_PIECES) return refused("TOO_MANY");
    if (!isPiece && ++this.#asked > limits.questions) return refused("TOO_MANY_QUESTIONS");
    const number = ++this.#last;
    this.#open.add(number);
    this.#carrier.ask({ number, name, args });
    return `=${number}`;
  }

  /** Sends a log line on, as long as there is room. */
  log(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (bytes > this.#logLeft) {
      this.#logLeft = 0;
      return;
    }
    this.#logLeft -= bytes;
    this.#carrier.log(line);
  }

  /** Whether more was asked than may be. */
  get tooMany(): boolean {
    return this.#asked > this.#call.limits.questions;
  }

  /** Whether an answer is still to come or to be read. */
  get isWaiting(): boolean {
    return this.#open.size > 0;
  }

  /** Takes in what came for a question that is open; anything else is dropped. */
  answered(answer: DeskAnswer): void {
    if (!this.#open.has(answer.number) || this.#answers.some(({ number }) => number === answer.number)) return;
    this.#answers.push(answer);
    this.#wake?.();
  }

  /** The next answer, once there is one. */
  async next(): Promise<DeskAnswer> {
    for (;;) {
      const answer = this.#answers.shift();
      if (answer !== undefined) {
        this.#open.delete(answer.number);
        return answer;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
