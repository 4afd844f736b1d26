import type { Json } from "@mortise/contract";
import type { RunStatus } from "@mortise/workflow";

/** One run of the memory engine. */
export interface MemoryRun {
  readonly runId: string;
  readonly startedAt: number;
  readonly stop: AbortController;
  readonly mailbox: Mailbox;
  /** Resolves when the run has ended, in whatever way. */
  readonly ended: Promise<void>;
  readonly end: () => void;
  status: RunStatus;
  endedAt?: number;
  output: Json;
  thrown?: unknown;
  /** Resolved when the paused run may go on. */
  hold?: PromiseWithResolvers<void> | undefined;
}

export function newMemoryRun(runId: string, startedAt: number): MemoryRun {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    runId,
    startedAt,
    stop: new AbortController(),
    mailbox: new Mailbox(),
    ended: promise,
    end: resolve,
    status: "waiting",
    output: null,
  };
}

/** The signals of one run, each delivered once per idempotency key. */
export class Mailbox {
  readonly #seen = new Set<string>();
  readonly #waiting: { readonly name: string; readonly payload: Json }[] = [];
  #arrived = Promise.withResolvers<void>();

  deliver(name: string, payload: Json, idempotencyKey: string): void {
    if (this.#seen.has(idempotencyKey)) return;
    this.#seen.add(idempotencyKey);
    this.#waiting.push({ name, payload });
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers<void>();
  }

  /** Resolves when a signal of this name is there. */
  async arrival(name: string): Promise<void> {
    while (!this.#waiting.some((signal) => signal.name === name)) await this.#arrived.promise;
  }

  /** Takes the oldest signal of this name out. */
  take(name: string): { readonly name: string; readonly payload: Json } | undefined {
    const index = this.#waiting.findIndex((signal) => signal.name === name);
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }
}
