import { getPointer, type Json, MortiseError, type StreamSpec } from "@mortise/contract";
import { buildRequest, type HttpAnswer, sendRequest } from "../attempts/send-request.ts";
import type { ReadyCall } from "../call.ts";
import type { CompiledBody } from "../operation/compile-operation.ts";
import { attempt } from "../stages/attempt.ts";
import { mapOutput } from "./map-output.ts";
import type { PageReader, ReadPage } from "./page-reader.ts";
import { nextCursor, pageParts } from "./pagination.ts";

const MAX_PAGES = 10_000;

/** Reads the pages of a declarative operation, as its contract says how the next one is found. */
export class HttpPages implements PageReader {
  readonly #body: Extract<CompiledBody, { kind: "request" }>;
  readonly #stream: StreamSpec;
  readonly #size: number | undefined;
  #cursor: Json;
  #pages = 0;
  #ended = false;

  constructor(body: Extract<CompiledBody, { kind: "request" }>, stream: StreamSpec, cursor: Json, size: number | undefined) {
    this.#body = body;
    this.#stream = stream;
    this.#cursor = cursor;
    this.#size = size;
  }

  async next(call: ReadyCall): Promise<ReadPage | undefined> {
    if (this.#ended) return undefined;
    const { pagination } = call.target.operation;
    const limit = pagination?.maxPages ?? MAX_PAGES;
    if (this.#pages >= limit) throw new MortiseError("LIMIT_EXCEEDED", `${call.use}: there are more than ${limit} pages.`);
    this.#pages++;
    const parts = pagination === undefined ? undefined : pageParts(pagination, this.#cursor, this.#size);
    const answer = await attempt(call, (scope) => sendRequest(call, scope, buildRequest(call, this.#body.build, parts)));
    const output = mapOutput(call, this.#body.output, answer);
    const items = getPointer(output, this.#stream.items);
    if (!isList(items)) {
      throw new MortiseError("INVALID_OUTPUT", `${call.use}: the answer has no list at ${this.#stream.items}.`, {
        path: this.#stream.items,
      });
    }
    const next =
      pagination === undefined ? null : nextCursor(pagination, this.#cursor, { answer, count: items.length, size: this.#size });
    this.#checkProgress(call, next, answer);
    this.#cursor = next;
    this.#ended = next === null;
    return { items, next, output };
  }

  async close(): Promise<void> {
    this.#ended = true;
  }

  /** A vendor that names the same page again would be read for ever. */
  #checkProgress({ use }: ReadyCall, next: Json, { url }: HttpAnswer): void {
    if (next !== null && next === this.#cursor) {
      throw new MortiseError("INVALID_OUTPUT", `${use}: ${url.host} named the same page twice as the next one.`);
    }
  }
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
