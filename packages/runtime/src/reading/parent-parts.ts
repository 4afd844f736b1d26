import type { Json, JsonObject } from "@mortise/contract";
import { MortiseError } from "@mortise/contract";
import { untilAborted } from "../attempts/run-native.ts";
import type { ReadyCall } from "../call.ts";
import { callScope } from "../operation/call-scope.ts";
import { inherited, useOf } from "../operation/follow-up.ts";
import type { StreamedPage } from "../runtime.ts";
import type { CompiledPartition } from "./compile-partition.ts";
import type { Part, PartSource } from "./part-source.ts";

interface Opened {
  readonly pages: AsyncIterator<StreamedPage>;
  readonly stop: AbortController;
}

/** Parts that are the items of another operation, read page by page as they are needed; a place is a page's cursor and an index. */
export class ParentParts implements PartSource {
  readonly #spec: Extract<CompiledPartition, { kind: "parent" }>;
  #opened: Opened | undefined;
  /** Cursor of the page in hand. */
  #cursor: Json;
  #page: StreamedPage | undefined;
  #index: number;

  constructor(spec: Extract<CompiledPartition, { kind: "parent" }>, place: Json) {
    this.#spec = spec;
    const { page = null, index = 0 } = isRecord(place) ? place : {};
    this.#cursor = page;
    this.#index = typeof index === "number" ? index : 0;
  }

  async next(call: ReadyCall): Promise<Part | undefined> {
    for (;;) {
      this.#page ??= await this.#read(call);
      if (this.#page === undefined) return undefined;
      const value = this.#page.items[this.#index];
      if (value !== undefined) {
        const place = { page: this.#cursor, index: this.#index++ };
        return { value, key: this.#spec.keyOf(value), place };
      }
      if (this.#page.next === null) return undefined;
      this.#turn(this.#page.next);
    }
  }

  get after(): Json {
    const { items, next } = this.#page ?? { items: [], next: this.#cursor };
    if (this.#index < items.length) return { page: this.#cursor, index: this.#index };
    return next === null ? null : { page: next, index: 0 };
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened === undefined) return;
    opened.stop.abort(new MortiseError("CALL_CANCELLED", "The stream is over."));
    await Promise.resolve(opened.pages.return?.()).catch(() => undefined);
  }

  #turn(cursor: Json): void {
    this.#cursor = cursor;
    this.#page = undefined;
    this.#index = 0;
  }

  async #read(call: ReadyCall): Promise<StreamedPage | undefined> {
    const { pages, stop } = this.#open(call);
    const abort = (): void => stop.abort(call.signal.reason);
    call.signal.addEventListener("abort", abort, { once: true });
    try {
      const { value, done } = await call.trace.within(() => untilAborted(pages.next(), call.signal));
      return done === true ? undefined : value;
    } finally {
      call.signal.removeEventListener("abort", abort);
    }
  }

  #open(call: ReadyCall): Opened {
    if (this.#opened !== undefined) return this.#opened;
    const stop = new AbortController();
    const pages = call.runner.stream(useOf(call, this.#spec.operation), {
      ...inherited(call),
      input: this.#spec.input.evaluate(callScope(call)),
      cursor: this.#cursor,
      signal: stop.signal,
    });
    this.#opened = { pages: pages[Symbol.asyncIterator](), stop };
    return this.#opened;
  }
}

const isRecord = (value: Json): value is JsonObject => value !== null && typeof value === "object" && !Array.isArray(value);
