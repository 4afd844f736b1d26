import type { Json } from "@mortise/contract";

/** An item that could not be dealt with, with everything needed to look at it and to try it again. */
export interface DeadLetter {
  readonly runId: string;
  /** Place of the node that put it there. */
  readonly path: string;
  /** Workflow that it comes from. */
  readonly workflow: string;
  readonly workflowHash: string;
  readonly item: Json;
  readonly reason: string;
  readonly error?: Json;
  /** What started the run, so that it can be started again. */
  readonly trigger: Json;
}

/** A letter as it is kept. */
export interface KeptDeadLetter extends DeadLetter {
  readonly id: string;
  readonly atMs: number;
}

/** Where items go that nobody could deal with. */
export interface DeadLetterStore {
  /** Keeps a letter, one for each run and path. Returns its id. */
  put(letter: DeadLetter): Promise<string>;
  /** The newest first, `limit` at most (absent: 100). */
  list(query?: { readonly workflow?: string; readonly limit?: number }): Promise<readonly KeptDeadLetter[]>;
  /** Returns false when there is none of that id. */
  remove(id: string): Promise<boolean>;
}
