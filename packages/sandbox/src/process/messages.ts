import {
  FAULTS,
  type GuestAnswer,
  type GuestCall,
  type GuestError,
  type GuestFault,
  type GuestQuestion,
} from "../guest/guest-call.ts";
import { readFacts } from "../guest/read-facts.ts";
import type { ScriptMention } from "./script-shelf.ts";

/** What the sandbox's process is told, one JSON document a line. A script comes with the first of its calls. */
export interface CallMessage extends ScriptMention {
  readonly id: number;
  readonly call: Omit<GuestCall, "source">;
}

/** The answer to a question of a call. */
export interface ReplyMessage {
  readonly id: number;
  readonly number: number;
  readonly text: string;
}

/** Ends a call. */
export interface StopMessage {
  readonly id: number;
  readonly stop: true;
}

/** What it found about itself, told first. */
export interface ReadyMessage {
  /** Whether reading a file outside of its own was refused. */
  readonly filesRefused: boolean;
  /** Network interfaces that it sees. */
  readonly interfaces: number;
  /** Names in its environment. */
  readonly environment: readonly string[];
}

export interface AnswerMessage {
  readonly id: number;
  readonly answer: GuestAnswer;
  /** Processor time that it took, ms. */
  readonly cpuMs?: number;
}

export interface QuestionMessage {
  readonly id: number;
  readonly question: GuestQuestion;
}

export interface LineMessage {
  readonly id: number;
  readonly line: string;
}

/** Longest line: an answer of `outputBytes` whose every byte is escaped, with what stands around it. */
export const maxLineBytes = (outputBytes: number): number => 6 * outputBytes + 100_000;

/** Reads a line of the process, which is not trusted; undefined where it is nothing that was agreed on. */
export function readMessage(text: string): ReadyMessage | AnswerMessage | QuestionMessage | LineMessage | undefined {
  const message = parsed(text);
  if (!isObject(message)) return undefined;
  const { id, answer, cpuMs, question, line, filesRefused, interfaces, environment } = message;
  if (typeof id === "number" && typeof line === "string") return { id, line };
  if (typeof id === "number" && isObject(question)) {
    const { number, name, args } = question;
    if (!Number.isSafeInteger(number) || typeof name !== "string" || typeof args !== "string") return undefined;
    return { id, question: { number: number as number, name, args } };
  }
  if (typeof filesRefused === "boolean" && typeof interfaces === "number" && Array.isArray(environment))
    return { filesRefused, interfaces, environment: environment.map(String) };
  const read = isObject(answer) ? readAnswer(answer) : undefined;
  const used = typeof cpuMs === "number" && cpuMs >= 0 ? { cpuMs } : {};
  return typeof id === "number" && read !== undefined ? { id, answer: read, ...used } : undefined;
}

function readAnswer(told: { readonly [key: string]: unknown }): GuestAnswer | undefined {
  const { ok, output, fault, discard } = told;
  if (ok === true) return typeof output === "string" ? { ok, output, discard: discard === true } : undefined;
  const known = FAULTS.find((one): one is GuestFault => one === fault);
  if (known === undefined) return undefined;
  const error = isObject(told.error) ? readError(told.error) : undefined;
  return { ok: false, fault: known, discard: discard === true, ...(error === undefined ? {} : { error }) };
}

function readError(told: { readonly [key: string]: unknown }): GuestError | undefined {
  const { name, message, line, column } = told;
  if (typeof name !== "string" || typeof message !== "string") return undefined;
  const at = typeof line === "number" && typeof column === "number" ? { line, column } : {};
  return { name, message, ...at, ...readFacts(told) };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
