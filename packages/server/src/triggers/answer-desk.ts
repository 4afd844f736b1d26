import type { AnswerPort, WebhookAnswer } from "@mortise/workflow";

const MOST_WAITING = 10_000;

/**
 * Hands the answer of a run to the request that started it.
 *
 * Owns: which requests wait in this process.
 * Does not own: how long a request waits (its signal), what is answered where nothing comes.
 * Invariants:
 *   A1. The first answer of a run counts; a run that nobody waits for is told so.
 */
export class AnswerDesk implements AnswerPort {
  readonly #waiting = new Map<string, (answer: WebhookAnswer) => void>();

  /** Waits for the answer of a run that is about to start. Undefined: none came before the signal. One request waits for a run. */
  expect(runId: string, signal: AbortSignal): Promise<WebhookAnswer | undefined> {
    if (this.#waiting.has(runId) || this.#waiting.size >= MOST_WAITING || signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const end = (answer: WebhookAnswer | undefined) => {
        this.#waiting.delete(runId);
        signal.removeEventListener("abort", stop);
        resolve(answer);
      };
      const stop = () => end(undefined);
      signal.addEventListener("abort", stop, { once: true });
      this.#waiting.set(runId, end);
    });
  }

  async answer(runId: string, answer: WebhookAnswer): Promise<boolean> {
    const take = this.#waiting.get(runId);
    take?.(answer);
    return take !== undefined;
  }
}
