import { type Json, MortiseError, type Operation } from "@mortise/contract";
import { Expected } from "../attempts/decoding/expected.ts";
import { type RowsExpected, readRows, rowFormat } from "../attempts/decoding/read-rows.ts";
import { wholeBody } from "../attempts/receive-answer.ts";
import { untilAborted } from "../attempts/run-native.ts";
import { buildRequest, openAnswer } from "../attempts/send-request.ts";
import type { ReadyCall } from "../call.ts";
import type { EgressStream } from "../egress/egress-client.ts";
import { TransportError } from "../egress/transport-error.ts";
import type { CompiledBody, CompiledOperation } from "../operation/compile-operation.ts";
import { attempt } from "../stages/attempt.ts";
import type { PageReader, ReadPage } from "./page-reader.ts";

type RequestBody = Extract<CompiledBody, { kind: "request" }>;

const PAGE_SIZE = 1_000;

/** A list that is open: its rows, and those that were read while it was opened. */
interface OpenRows {
  readonly rows: AsyncGenerator<Json>;
  readonly read: Filled | undefined;
}

/** Rows for one page. `isLast`: nothing follows. */
interface Filled {
  readonly items: readonly Json[];
  readonly isLast: boolean;
}

/**
 * Reads the rows of one answer in pages as they come, so that it may be of any size.
 *
 * Owns: the open answer, and how many rows of it were given.
 * Does not own: retries and budgets of opening it (attempt). An answer that breaks off behind its first page is not opened again: the call fails,
 * and whoever kept a cursor goes on from it.
 * Invariants:
 *   R1. No more is read from the other side than the pages that were asked for take, and what is on its way between the two.
 *   R2. A page after a cursor starts with the row behind it, as far as the other side gives the same rows in the same order.
 *   R3. Closed, nothing of it stays open.
 *   R4. The first page of a list in a JSON document is read by the attempt that opens it: one that breaks off there is tried again, as any answer.
 */
export class RowPages implements PageReader {
  readonly #body: RequestBody;
  readonly #how: Omit<RowsExpected, "whole">;
  readonly #size: number;
  #stop = new AbortController();
  #open: OpenRows | undefined;
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
    this.#how = { format, items: target.operation.stream?.items ?? "", expected: Expected.of(target.operation.output) };
    this.#size = size ?? PAGE_SIZE;
    this.#given = rowOf(cursor);
    this.#toSkip = this.#given;
  }

  async next(call: ReadyCall): Promise<ReadPage | undefined> {
    if (this.#ended) return undefined;
    try {
      const first = this.#open === undefined ? await this.#begin(call) : undefined;
      return this.#page(call, first ?? (await this.#fill(this.#open?.rows, call.signal)));
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
    this.#open?.rows.return(undefined).catch(() => undefined);
  }

  /** Opens the list; gives its first page where that was read with it. */
  async #begin(call: ReadyCall): Promise<Filled | undefined> {
    const opened = await attempt(call, async (scope) => {
      const stop = new AbortController();
      this.#stop = stop;
      const cancel = (): void => stop.abort(scope.signal.reason);
      scope.signal.addEventListener("abort", cancel, { once: true });
      try {
        return await openAnswer(call, scope, buildRequest(call, this.#body.build), {
          stop: stop.signal,
          begin: (answer) => this.#read(answer, scope.signal),
        });
      } finally {
        scope.signal.removeEventListener("abort", cancel);
      }
    });
    this.#open = opened ?? { rows: nothing(), read: undefined };
    return this.#open.read;
  }

  async #read(answer: EgressStream, signal: AbortSignal): Promise<OpenRows> {
    const { headers, status, url } = answer;
    const contentType = headers["content-type"];
    this.#host = url.host;
    // Nothing was sent, on purpose (RFC 9110 §15.3.5).
    if (status === 204) return { rows: nothing(), read: undefined };
    const decode = this.#body.decode;
    const whole = async (): Promise<Json> => await decode({ status, body: await wholeBody(answer), contentType });
    const rows = readRows(answer.body, contentType, { ...this.#how, whole });
    const isDocument = this.#how.format.rows === "json" || this.#how.format.rows === "auto";
    return { rows, read: isDocument && this.#toSkip === 0 ? await this.#fill(rows, signal) : undefined };
  }

  async #fill(rows: AsyncGenerator<Json> | undefined, signal: AbortSignal): Promise<Filled> {
    const items: Json[] = [];
    while (rows !== undefined && items.length < this.#size) {
      const { done, value } = await untilAborted(rows.next(), signal);
      if (done === true) return { items, isLast: true };
      if (this.#toSkip > 0) this.#toSkip--;
      else items.push(value);
    }
    return { items, isLast: rows === undefined };
  }

  #page(call: ReadyCall, { items, isLast }: Filled): ReadPage {
    this.#ended = isLast;
    this.#given += items.length;
    const shown = call.connection.redactor.data(items as Json) as readonly Json[];
    return { items: shown, next: isLast ? null : { row: this.#given }, output: [] };
  }
}

/** Whether the pages of an operation are rows of one answer, which nothing else is made of. `whole`: the output around the list is wanted too. */
export function readsRows(target: CompiledOperation, { whole }: { readonly whole: boolean }): boolean {
  const { operation, body, incremental, partition, wait } = target;
  const isOneAnswer =
    operation.pagination === undefined && incremental === undefined && partition === undefined && wait === undefined;
  const { items } = operation.stream ?? {};
  if (!isOneAnswer || items === undefined || body.kind !== "request" || body.output !== undefined) return false;
  const format = rowFormat(body.request.decode);
  if (format === undefined || operation.outcomes.some((rule) => rule.output !== undefined)) return false;
  const isDocument = format.rows === "json" || format.rows === "auto";
  return isDocument ? (items === "" || !whole) && !looksIntoSuccess(operation) : items === "";
}

/** Whether an outcome rule looks at the body of a success: it has to be there as a whole. */
function looksIntoSuccess({ outcomes }: Operation): boolean {
  return outcomes.some(({ when: { cel, status } }) => {
    if (cel === undefined) return false;
    return status === undefined || [status].flat().some((match) => String(match).startsWith("2"));
  });
}

async function* nothing(): AsyncGenerator<Json> {}

function rowOf(cursor: Json): number {
  if (cursor === null) return 0;
  const row = typeof cursor === "object" && "row" in cursor ? cursor.row : undefined;
  if (typeof row === "number" && Number.isSafeInteger(row) && row >= 0) return row;
  throw new MortiseError("USAGE", `The cursor ${JSON.stringify(cursor)} is of another stream; expected {"row": 1000}.`);
}
