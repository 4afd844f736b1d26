import { redactBySchema } from "@mortise/auth";
import type { CodeAnswer, CodeInvocation, CodeQuestion, Json, JsonObject } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { secretValues } from "../secret-values.ts";
import type { CompiledCode } from "./compile-code.ts";

/** One run of code with all that it was told, so that it can be run again without network and credential. No secret is in it. */
export interface CodeRecording {
  readonly format: "mortise.code-recording/1";
  /** `connector@version/operation`. */
  readonly use: string;
  /** sha256 of the script that was run, hex. */
  readonly digest: string;
  readonly input: Json;
  readonly context: JsonObject;
  readonly nowMs: number;
  /** What its randomness came from, hex. */
  readonly entropy: string;
  /** What it asked and was answered, in the order in which the answers came. */
  readonly answers: readonly RecordedAnswer[];
}

/** A question and its answer. */
export interface RecordedAnswer extends CodeQuestion {
  readonly answer: CodeAnswer;
}

/** Notes what one run of code is told. */
export class CodeRecorder {
  readonly #call: ReadyCall;
  readonly #code: CompiledCode;
  readonly #answers: RecordedAnswer[] = [];

  constructor(call: ReadyCall, code: CompiledCode) {
    this.#call = call;
    this.#code = code;
    call.connection.redactor.learn(secretValues(call.input, call.target.operation.input));
  }

  note({ number, name, args }: CodeQuestion, answer: CodeAnswer): void {
    this.#answers.push({ number, name, args, answer });
  }

  recording({ input, context, nowMs, entropy }: Pick<CodeInvocation, "input" | "context" | "nowMs" | "entropy">): CodeRecording {
    const { connector, name, operation } = this.#call.target;
    const { redactor } = this.#call.connection;
    const told = { context, answers: this.#answers } as unknown as Json;
    const hidden = redactor.data(told) as unknown as Pick<CodeRecording, "context" | "answers">;
    return {
      format: "mortise.code-recording/1",
      use: `${connector.contract.name}@${connector.contract.version}/${name}`,
      digest: this.#code.bundle.digest,
      input: redactor.data(redactBySchema(input, operation.input)),
      nowMs,
      entropy,
      ...hidden,
    };
  }
}
