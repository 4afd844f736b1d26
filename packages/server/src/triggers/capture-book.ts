import type { Json } from "@mortise/contract";

/** A request to a webhook's test address: what would have happened, without a run. */
export interface Capture {
  readonly atMs: number;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly query: { readonly [name: string]: string };
  readonly body: Json;
  /** Why it would be turned away. Absent: it would start a run. */
  readonly refused?: { readonly status: number; readonly code: string; readonly detail: string };
}

const OPEN_MS = 600_000;
const MOST_WORKFLOWS = 100;
const MOST_CAPTURES = 10;

/**
 * Requests that a person wants to look at while building a webhook.
 *
 * Owns: the captured requests, in this process alone; the last ten of a workflow, for ten minutes after it was asked for.
 */
export class CaptureBook {
  readonly #open = new Map<string, { untilMs: number; readonly captures: Capture[] }>();

  /** Listens from now on. */
  open(workflowId: string, nowMs: number): { readonly untilMs: number } {
    const captures = this.#open.get(workflowId)?.captures ?? [];
    this.#open.delete(workflowId);
    this.#open.set(workflowId, { untilMs: nowMs + OPEN_MS, captures });
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_WORKFLOWS && oldest !== undefined) this.#open.delete(oldest);
    return { untilMs: nowMs + OPEN_MS };
  }

  isOpen(workflowId: string, nowMs: number): boolean {
    return (this.#open.get(workflowId)?.untilMs ?? 0) > nowMs;
  }

  keep(workflowId: string, capture: Capture): void {
    const captures = this.#open.get(workflowId)?.captures;
    captures?.unshift(capture);
    captures?.splice(MOST_CAPTURES);
  }

  /** Newest first. */
  list(workflowId: string): readonly Capture[] {
    return this.#open.get(workflowId)?.captures ?? [];
  }
}
