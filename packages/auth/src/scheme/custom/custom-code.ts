import type { Json } from "@mortise/contract";

/** What code of a connector is asked. */
export interface CustomCodeRequest {
  /** JavaScript as a script: no `import`, no `export`. It defines a function called {@link CustomCodeRequest.name}. */
  readonly source: string;
  /** Function that is called, once, with the input alone. */
  readonly name: string;
  readonly input: Json;
  /** Texts that no error may contain; the input may. */
  readonly secrets: readonly string[];
  /** What the code's clock says, epoch ms; it stands still. Absent: the time of the call. */
  readonly nowMs?: number;
}

/**
 * Port to the place where a connector's own code runs: a sandbox without network, files, timers and secrets other than those in the input.
 *
 * Rejects with `CODE_FAILED` where the code throws, has no such function or returns something that is not JSON, `CODE_TIMEOUT` where
 * it takes too long, `LIMIT_EXCEEDED` where it needs too much memory or says too much, `OVERLOADED` where too many calls wait.
 */
export interface CustomCode {
  run(request: CustomCodeRequest): Promise<Json>;
}
