import { type Json, type JsonSchema, MortiseError } from "@mortise/contract";
import { Expected } from "../attempts/decoding/expected.ts";
import { type RowFormat, readRows, rowFormat } from "../attempts/decoding/read-rows.ts";
import { untilAborted } from "../attempts/run-native.ts";
import { buildRequest, openAnswer } from "../attempts/send-request.ts";
import type { ReadyCall } from "../call.ts";
import { TransportError } from "../egress/transport-error.ts";
import type { CompiledBody, CompiledOperation } from "../operation/compile-operation.ts";
import { attempt } from "../stages/attempt.ts";
import type { PageReader, ReadPage } from "./page-reader.ts";

type RequestBody = Extract<CompiledBody, { kind: "request" }>;

const PAGE_SIZE = 1_000;

/**
 * Reads the rows of one answer in pages as they come, so that it may be of any size.
 *
 * Owns: the open answer, and how many rows of it were given.
 * Does not own: retries and budgets of opening it (attempt). An answer that breaks off is not opened again: the call fails, and whoever kept a
 * cursor goes on from it.
 * Invariants:
 *   R1. No more is read from the other side than the pages that were asked for take, and what is on its way between the two.
 *   R2. A page after a cursor starts with the row behind it, as far as the other side gives the same rows in the same order.
 *   R3. Closed, nothing of it stays open.
 */
export class RowPages implements PageReader {
  readonly #body: RequestBody;
  readonly #format: RowFormat;
  readonly #expected: JsonSchema;
  readonly #size: number;
  readonly #stop = new AbortController();
  #rows: AsyncGenerator<Json> | undefined;
  #host = "";
  #given: number;
  #toSkip: number;
  #ended = false;

  constructor(
    target: CompiledOperation,
    body: RequestBody,
    { cursor, size }: { readonly cursor: Json; readonly size: number | undefined },
  ) {
    const format = rowFormat(body.request.decode);
    if (format === undefined) throw new MortiseError("INTERNAL", "This answer is no list of rows.");
    this.#body = body;
    this.#format = format;
    this.#expected = target.operation.output;
    this.#size = size ?? PAGE_SIZE;
    this.#given = rowOf(cursor);
    this.#toSkip = this.#given;
  }

  async next(call: ReadyCall): Promise<ReadPage | undefined> {
    if (this.#ended) return undefined;
    try {
      this.#rows ??= await this.#open(call);
      return await this.#page(call, this.#rows);
    } catch (error) {
      await this.close();
      if (!(error instanceof TransportError)) throw error;
      const reason = call.connection.redactor.text(error.message);
      throw new MortiseError("TARGET_SICK", `${this.#host} broke off after ${this.#given} rows: ${reason}.`, {
        nativeCode: error.code,
        cause: error,
      });
    }
  }

  async close(): Promise<void> {
    this.#ended = true;
    this.#stop.abort(new MortiseError("CALL_CANCELLED", "The stream is over."));
    // A generator that waits for a chunk ends when the body does.
    this.#rows?.return(undefined).catch(() => undefined);
  }

  async #open(call: ReadyCall): Promise<AsyncGenerator<Json>> {
    const answer = await attempt(call, async (scope) => {
      const cancel = (): void => this.#stop.abort(scope.signal.reason);
      scope.signal.addEventListener("abort", cancel, { once: true });
      try {
        return await openAnswer(call, scope, buildRequest(call, this.#body.build), this.#stop.signal);
      } finally {
        scope.signal.removeEventListener("abort", cancel);
      }
    });
    if (answer === undefined) return nothing();
    this.#host = answer.url.host;
    return readRows(answer.body, answer.headers["content-type"], {
      format: this.#format,
      expected: Expected.of(this.#expected),
    });
  }

  async #page(call: ReadyCall, rows: AsyncGenerator<Json>): Promise<ReadPage | undefined> {
    const items: Json[] = [];
    while (items.length < this.#size) {
      const { done, value } = await untilAborted(rows.next(), call.signal);
      if (done === true) {
        this.#ended = true;
        break;
      }
      if (this.#toSkip > 0) this.#toSkip--;
      else items.push(value);
    }
    this.#given += items.length;
    const shown = call.connection.redactor.data(items) as readonly Json[];
    return { items: shown, next: this.#ended ? null : { row: this.#given }, output: [] };
  }
}

/** Whether the pages of an operation are rows of one answer, which nothing else is made of. */
export function readsRows({ operation, body, incremental, partition, wait }: CompiledOperation): boolean {
  const isOneAnswer =
    operation.pagination === undefined && incremental === undefined && partition === undefined && wait === undefined;
  return (
    isOneAnswer &&
    operation.stream?.items === "" &&
    body.kind === "request" &&
    body.output === undefined &&
    operation.outcomes.every((rule) => rule.output === undefined) &&
    rowFormat(body.request.decode) !== undefined
  );
}

async function* nothing(): AsyncGenerator<Json> {}

function rowOf(cursor: Json): number {
  if (cursor === null) return 0;
  const row = typeof cursor === "object" && "row" in cursor ? cursor.row : undefined;
  if (typeof row === "number" && Number.isSafeInteger(row) && row >= 0) return row;
  throw new MortiseError("USAGE", `The cursor ${JSON.stringify(cursor)} is of another stream; expected {"row": 1000}.`);
}
