import type { Json, JsonObject } from "./json.ts";

/** Port to the place where operations in code run, apart from everything else. */
export interface CodeRunner {
  /**
   * Runs code once and returns what it returned: untrusted JSON. Rejects with `CODE_FAILED`, whose `detail` is a {@link CodeFailure},
   * `CODE_TIMEOUT`, `LIMIT_EXCEEDED`, `OVERLOADED`, and with the reason of the signal.
   */
  run(invocation: CodeInvocation): Promise<Json>;
}

/** One call of an operation in code. */
export interface CodeInvocation {
  /** JavaScript (ES2023) as a script that defines the function. */
  readonly source: string;
  /** A name, or one of a member of what the script defines: `operations.enrich`. */
  readonly functionName: string;
  readonly input: Json;
  /** What its context has beside host functions: settings, key, page. */
  readonly context: JsonObject;
  /** Whose processor time it takes. */
  readonly tenant: string;
  /** What its clock says, epoch ms; it stands still. */
  readonly nowMs: number;
  /** 32 bytes, hex: all its randomness comes from them. */
  readonly entropy: string;
  /** Host functions that it may ask, e.g. `http.request`. */
  readonly granted: readonly string[];
  /** Log lines that are taken, in bytes of their JSON; what is beyond is dropped. */
  readonly logBytes: number;
  /** Time that it may take once it runs, waits for answers included, ms. Absent: what an operation may. */
  readonly wallMs?: number;
  /** Texts that no error may contain. */
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
  /** Where a place of the script is in the author's sources. */
  readonly locate: (line: number, column: number) => CodePlace | undefined;
  /** Answers the guest's question of this number, counted from 0. Never rejects. */
  readonly ask: (question: CodeQuestion) => Promise<CodeAnswer>;
  readonly log: (line: CodeLogLine) => void;
}

/** A place in a source, lines and columns counted from 1. */
export interface CodePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a guest asks its host for. */
export interface CodeQuestion {
  readonly number: number;
  readonly name: string;
  readonly args: readonly Json[];
}

/** The host's answer; a refusal is one of fixed codes, with facts about what the guest itself asked for. */
export type CodeAnswer =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly status?: number };

/** A line that code logs. */
export interface CodeLogLine {
  readonly level: "info" | "warn";
  readonly message: string;
  readonly fields: JsonObject;
}

/** What is known of code that failed. */
export interface CodeFailure {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Number of the question whose refusal was not caught. */
  readonly question?: number;
  /** The class that the code itself gave its failure. */
  readonly as?: string;
  readonly retryAfterMs?: number;
}
