import type { Json } from "@mortise/contract";

/** A program that a workflow brings along. */
export interface CodeRequest {
  /** The body of `async function (input) { … }`, JavaScript. */
  readonly source: string;
  readonly input: Json;
  /** Time that it may take, ms. */
  readonly timeoutMs: number;
}

/** Where programs of workflows run: in a sandbox, never in this process. */
export interface CodePort {
  /** Returns what the program returns. Throws `CODE_FAILED`, `CODE_TIMEOUT`, `LIMIT_EXCEEDED`. */
  run(request: CodeRequest & { readonly runId: string; readonly stepPath: string; readonly signal: AbortSignal }): Promise<Json>;
}
