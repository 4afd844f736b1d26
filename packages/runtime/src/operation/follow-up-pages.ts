import { type Json, MortiseError } from "@mortise/contract";
import { untilAborted } from "../attempts/run-native.ts";
import type { ReadyCall } from "../call.ts";
import type { StreamedPage } from "../runtime.ts";
import { inherited, PART_MARGIN_MS, useOf } from "./follow-up.ts";

interface Opened {
  readonly pages: AsyncIterator<StreamedPage>;
  readonly stop: AbortController;
}

/**
 * The pages of another operation of the same connector, read as a part of a call: through the whole pipeline, one page at a time. A page
 * counts on the call that asks for it and ends with it; the stream stays open for the next one.
 */
export class FollowUpPages {
  readonly #operation: string;
  readonly #cursor: Json;
  #opened: Opened | undefined;
  /** Of the call that asks for the next page. */
  #deadlineMs = Number.POSITIVE_INFINITY;

  constructor(operation: string, cursor: Json) {
    this.#operation = operation;
    this.#cursor = cursor;
  }

  /** The next page; undefined after the last. `input` is worked out when the stream is opened. */
  async next(call: ReadyCall, input: () => Json): Promise<StreamedPage | undefined> {
    this.#deadlineMs = call.deadlineMs - PART_MARGIN_MS;
    return await call.trace.within(async () => {
      const { pages, stop } = this.#open(call, input);
      const abort = (): void => stop.abort(call.signal.reason);
      call.signal.addEventListener("abort", abort, { once: true });
      try {
        const { value, done } = await untilAborted(pages.next(), call.signal);
        return done === true ? undefined : value;
      } finally {
        call.signal.removeEventListener("abort", abort);
      }
    });
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened === undefined) return;
    opened.stop.abort(new MortiseError("CALL_CANCELLED", "The stream is over."));
    await Promise.resolve(opened.pages.return?.()).catch(() => undefined);
  }

  #open(call: ReadyCall, input: () => Json): Opened {
    if (this.#opened !== undefined) return this.#opened;
    const stop = new AbortController();
    const deadline = (): number => this.#deadlineMs;
    const request = {
      ...inherited(call),
      input: input(),
      cursor: this.#cursor,
      signal: stop.signal,
      get deadlineMs() {
        return deadline();
      },
    };
    const pages = call.runner.stream(useOf(call, this.#operation), request);
    this.#opened = { pages: pages[Symbol.asyncIterator](), stop };
    return this.#opened;
  }
}
