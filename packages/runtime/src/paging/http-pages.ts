import { createHash } from "node:crypto";
import { getPointer, type Json, MortiseError, type StreamSpec } from "@mortise/contract";
import { receiverOf } from "../attempts/receive-answer.ts";
import { buildRequest, type HttpAnswer, sendRequest } from "../attempts/send-request.ts";
import type { ReadyCall } from "../call.ts";
import type { CompiledBody } from "../operation/compile-operation.ts";
import type { PageParts } from "../operation/compile-request.ts";
import { attempt } from "../stages/attempt.ts";
import { mapOutput } from "./map-output.ts";
import { joinParts } from "./page-parts.ts";
import type { PageReader, ReadPage } from "./page-reader.ts";
import { nextCursor, pageParts } from "./pagination.ts";

const MAX_PAGES = 10_000;

/** One list to read: where it starts, how much of it a page should have, and what its requests say besides the page. */
export interface ListRequest {
  readonly cursor: Json;
  readonly size: number | undefined;
  readonly parts: PageParts;
}

/**
 * Reads the pages of a declarative operation, as its contract says how the next one is found.
 *
 * Owns: the place in the list.
 * Does not own: retries, budgets and spans of a page (attempt); what is new in it (IncrementalPages).
 * Invariants:
 *   H1. No page is fetched before it is asked for.
 *   H2. A cursor that was followed is not followed again.
 *   H3. Nothing is read beyond `maxPages` and `maxItems`, and neither ends a list silently.
 */
export class HttpPages implements PageReader {
  readonly #body: Extract<CompiledBody, { kind: "request" }>;
  readonly #stream: StreamSpec;
  readonly #request: ListRequest;
  readonly #followed = new Set<string>();
  #cursor: Json;
  #pages = 0;
  #items = 0;
  #ended = false;

  constructor(body: Extract<CompiledBody, { kind: "request" }>, stream: StreamSpec, request: ListRequest) {
    this.#body = body;
    this.#stream = stream;
    this.#request = request;
    this.#cursor = request.cursor;
  }

  async next(call: ReadyCall): Promise<ReadPage | undefined> {
    if (this.#ended) return undefined;
    const { pagination } = call.target.operation;
    const limit = pagination?.maxPages ?? MAX_PAGES;
    if (this.#pages >= limit) throw new MortiseError("LIMIT_EXCEEDED", `${call.use}: there are more than ${limit} pages.`);
    this.#pages++;
    const { size, parts } = this.#request;
    const asked = pagination === undefined ? parts : joinParts(parts, pageParts(pagination, this.#cursor, size));
    const receive = receiverOf(call, this.#body);
    const answer = await attempt(call, (scope) => sendRequest(call, scope, buildRequest(call, this.#body.build, asked), receive));
    const isEmpty = answer.status === 204 && answer.output === undefined;
    const output = isEmpty ? null : mapOutput(call, this.#body.output, answer);
    const items = this.#itemsOf(call, output, answer);
    const seen = { answer, items: this.#sentItems(call, answer, items), size };
    const next = pagination === undefined ? null : nextCursor(pagination, this.#cursor, seen);
    this.#follow(call, next, answer);
    return this.#bounded({ items, next, output }, pagination?.maxItems ?? Number.POSITIVE_INFINITY);
  }

  async close(): Promise<void> {
    this.#ended = true;
  }

  #itemsOf({ use }: ReadyCall, output: Json, { status }: HttpAnswer): readonly Json[] {
    const items = getPointer(output, this.#stream.items);
    if (isList(items)) return items;
    if (status === 204) return [];
    throw new MortiseError("INVALID_OUTPUT", `${use}: the answer has no list at ${this.#stream.items}.`, {
      path: this.#stream.items,
    });
  }

  /** The list before `output` changed it: an item that is filtered out still counts for where the next page starts. */
  #sentItems({ use, target }: ReadyCall, { body, status, output }: HttpAnswer, items: readonly Json[]): readonly Json[] {
    const pointer = target.operation.pagination?.list;
    if (output !== undefined || (this.#body.output === undefined && pointer === undefined)) return items;
    const sent = getPointer(body, pointer ?? this.#stream.items);
    if (isList(sent)) return sent;
    if (pointer !== undefined && status !== 204) {
      throw new MortiseError("INVALID_OUTPUT", `${use}: the answer has no list at ${pointer}.`, { path: pointer });
    }
    return isList(body) ? body : items;
  }

  #bounded(page: ReadPage, maxItems: number): ReadPage {
    const left = maxItems - this.#items;
    this.#items += page.items.length;
    if (page.items.length < left || (page.items.length === left && page.next === null)) return page;
    this.#ended = true;
    return { ...page, items: page.items.slice(0, left), cut: true };
  }

  /** A vendor that names a page again would be read for ever. */
  #follow({ use }: ReadyCall, next: Json, { url }: HttpAnswer): void {
    if (this.#cursor !== null) this.#followed.add(digest(this.#cursor));
    this.#cursor = next;
    this.#ended = next === null;
    if (next !== null && this.#followed.has(digest(next))) {
      throw new MortiseError("INVALID_OUTPUT", `${use}: ${url.host} named the same page twice as the next one.`);
    }
  }
}

function digest(cursor: Json): string {
  const text = JSON.stringify(cursor);
  return text.length <= 64 ? text : createHash("sha256").update(text).digest("base64url");
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
