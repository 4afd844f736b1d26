import type { Json, JsonObject } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { callScope } from "../operation/call-scope.ts";
import { FollowUpPages } from "../operation/follow-up-pages.ts";
import type { StreamedPage } from "../runtime.ts";
import type { CompiledPartition } from "./compile-partition.ts";
import type { Part, PartSource } from "./part-source.ts";

/** Parts that are the items of another operation, read page by page as they are needed; a place is a page's cursor and an index. */
export class ParentParts implements PartSource {
  readonly #spec: Extract<CompiledPartition, { kind: "parent" }>;
  readonly #pages: FollowUpPages;
  /** Cursor of the page in hand. */
  #cursor: Json;
  #page: StreamedPage | undefined;
  #index: number;

  constructor(spec: Extract<CompiledPartition, { kind: "parent" }>, place: Json) {
    this.#spec = spec;
    const { page = null, index = 0 } = isRecord(place) ? place : {};
    this.#pages = new FollowUpPages(spec.operation, page);
    this.#cursor = page;
    this.#index = typeof index === "number" ? index : 0;
  }

  async next(call: ReadyCall): Promise<Part | undefined> {
    for (;;) {
      this.#page ??= await this.#pages.next(call, () => this.#spec.input.evaluate(callScope(call)));
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
    await this.#pages.close();
  }

  #turn(cursor: Json): void {
    this.#cursor = cursor;
    this.#page = undefined;
    this.#index = 0;
  }
}

const isRecord = (value: Json): value is JsonObject => value !== null && typeof value === "object" && !Array.isArray(value);
