import { FAULTS, type GuestAnswer, type GuestCall, type GuestError, type GuestFault } from "../guest/guest-call.ts";

/** What the sandbox's process is told, one JSON document a line. */
export interface CallMessage {
  readonly id: number;
  readonly call: GuestCall;
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
}

/** Longest line: an answer of `outputBytes` whose every byte is escaped, with what stands around it. */
export const maxLineBytes = (outputBytes: number): number => 6 * outputBytes + 100_000;

/** Reads a line of the process, which is not trusted; undefined where it is nothing that was agreed on. */
export function readMessage(line: string): ReadyMessage | AnswerMessage | undefined {
  const message = parsed(line);
  if (!isObject(message)) return undefined;
  const { id, answer, filesRefused, interfaces, environment } = message;
  if (typeof filesRefused === "boolean" && typeof interfaces === "number" && Array.isArray(environment))
    return { filesRefused, interfaces, environment: environment.map(String) };
  const read = isObject(answer) ? readAnswer(answer) : undefined;
  return typeof id === "number" && read !== undefined ? { id, answer: read } : undefined;
}

function readAnswer({ ok, output, fault, error, discard }: { readonly [key: string]: unknown }): GuestAnswer | undefined {
  if (ok === true) return typeof output === "string" ? { ok, output, discard: discard === true } : undefined;
  const known = FAULTS.find((one): one is GuestFault => one === fault);
  if (known === undefined) return undefined;
  const told = isObject(error) ? readError(error) : undefined;
  return { ok: false, fault: known, discard: discard === true, ...(told === undefined ? {} : { error: told }) };
}

function readError({ name, message, line, column }: { readonly [key: string]: unknown }): GuestError | undefined {
  if (typeof name !== "string" || typeof message !== "string") return undefined;
  const at = typeof line === "number" && typeof column === "number" ? { line, column } : {};
  return { name, message, ...at };
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
