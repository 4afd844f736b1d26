import type { Json } from "@mortise/contract";

/** What a run answers to whoever called its webhook. */
export interface WebhookAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  /** A text is sent as it is, everything else as JSON. Absent: an empty body. */
  readonly body?: Json;
}

/** Where answers of runs go. */
export interface AnswerPort {
  /**
   * Hands the answer to the request that started the run; false where nobody waits for it any more, or the run has answered before.
   * The first answer counts, also when it is handed over again after a crash.
   */
  answer(runId: string, answer: WebhookAnswer): Promise<boolean>;
}
