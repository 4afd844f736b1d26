/**
 * Runs code again as it was recorded: without network, credential and state, and with the same end.
 *
 * Owns: which recorded answer is due.
 * Does not own: the place where code runs (CodeRunner).
 * Invariants:
 *   Y1. Answers come in the order in which they came; so does all that the code makes of it.
 *   Y2. Code that asks something else than it did is told so, and gets no further answer.
 */
import {
  type CodeAnswer,
  type CodeLogLine,
  type CodeQuestion,
  type CodeRunner,
  type ErrorCode,
  isMortiseError,
  type Json,
  MortiseError,
} from "@mortise/contract";
import type { Connector } from "@mortise/sdk";
import type { CodeRecording, RecordedAnswer } from "./code-recording.ts";
import { compileCode } from "./compile-code.ts";
import { failureOfCode } from "./failure-of-code.ts";
import { locate } from "./locate.ts";

/** Options of {@link replayCode}. */
export interface ReplayOptions {
  readonly connector: Connector;
  readonly operation: string;
  readonly recording: CodeRecording;
  readonly code: CodeRunner;
  /** Takes what the code logs. Absent: nobody does. */
  readonly log?: (line: CodeLogLine) => void;
}

/**
 * Runs a recorded call of code again, offline, also with code that was changed since. Returns its output as the code returned it. Throws the error
 * that it ends with, `CODE_FAILED` where it asks something else than it did, `UNKNOWN_OPERATION` where there is no such operation in code.
 */
export async function replayCode({ connector, operation: name, recording, code: runner, log }: ReplayOptions): Promise<Json> {
  const { contract } = connector;
  const body = Object.hasOwn(contract.operations, name) ? contract.operations[name]?.code : undefined;
  if (body === undefined) throw new MortiseError("UNKNOWN_OPERATION", `${contract.name} has no operation ${name} in code.`);
  const code = compileCode(connector, name, body);
  const { input, context, nowMs, entropy } = recording;
  const tape = new Tape(recording.answers);
  try {
    return await runner.run({
      source: code.bundle.script,
      functionName: code.functionName,
      input,
      context,
      tenant: "replay",
      nowMs,
      entropy,
      granted: code.granted,
      logBytes: code.logBytes,
      secrets: [],
      signal: tape.signal,
      locate: (line, column) => locate(code.bundle, line, column),
      ask: (question) => tape.answer(question),
      log: (line) => log?.(line),
    });
  } catch (thrown) {
    if (!isMortiseError(thrown)) throw thrown;
    throw failureOfCode(thrown, { use: `${contract.name}/${name}`, nowMs, failures: tape.failures });
  }
}

class Tape {
  readonly failures = new Map<number, MortiseError>();
  readonly #answers: readonly RecordedAnswer[];
  readonly #stop = new AbortController();
  readonly #waiting = new Map<number, (answer: CodeAnswer) => void>();
  #next = 0;

  constructor(answers: readonly RecordedAnswer[]) {
    this.#answers = answers;
  }

  /** Aborts when the code asks something else than it did. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  answer(question: CodeQuestion): Promise<CodeAnswer> {
    const recorded = this.#answers.find(({ number }) => number === question.number);
    if (recorded === undefined || !same(recorded, question)) this.#stop.abort(diverged(question, recorded));
    return new Promise((resolve) => {
      this.#waiting.set(question.number, resolve);
      this.#play();
    });
  }

  #play(): void {
    for (let due = this.#answers[this.#next]; due !== undefined; due = this.#answers[this.#next]) {
      const resolve = this.#waiting.get(due.number);
      if (resolve === undefined || this.#stop.signal.aborted) return;
      this.#next += 1;
      const { answer, number } = due;
      if (!answer.ok) this.failures.set(number, refusalOf(answer));
      resolve(answer);
    }
  }
}

const same = (one: CodeQuestion, other: CodeQuestion): boolean =>
  one.name === other.name && JSON.stringify(one.args) === JSON.stringify(other.args);

function diverged({ number, name, args }: CodeQuestion, recorded: RecordedAnswer | undefined): MortiseError {
  const was = recorded === undefined ? "nothing was asked" : `${recorded.name} ${short(recorded.args)} was asked`;
  return new MortiseError("CODE_FAILED", `Question ${number + 1} is ${name} ${short(args)}; when it was recorded, ${was}.`, {
    remedy: "The code changed what it asks: record the call again.",
  });
}

const short = (args: readonly Json[]): string => JSON.stringify(args).slice(0, 200);

const refusalOf = ({ code, message, status }: Extract<CodeAnswer, { ok: false }>): MortiseError =>
  new MortiseError(code as ErrorCode, message, status === undefined ? {} : { status });
