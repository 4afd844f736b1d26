import { getPointer, type Json, MortiseError, type StreamSpec } from "@mortise/contract";
import type { Answer, ReadyCall } from "../call.ts";
import type { PageReader, ReadPage } from "./page-reader.ts";

/** A list that comes as a whole, such as the result of a job. */
export class OnePage implements PageReader {
  readonly #stream: StreamSpec;
  readonly #read: (call: ReadyCall) => Promise<Answer>;
  #ended = false;

  constructor(stream: StreamSpec, read: (call: ReadyCall) => Promise<Answer>) {
    this.#stream = stream;
    this.#read = read;
  }

  async next(call: ReadyCall): Promise<ReadPage | undefined> {
    if (this.#ended) return undefined;
    const { output, truncated } = await this.#read(call);
    this.#ended = true;
    const items = getPointer(output, this.#stream.items);
    if (isList(items)) return { items, next: null, output, ...(truncated === true ? { cut: true } : {}) };
    throw new MortiseError("INVALID_OUTPUT", `${call.use}: the result has no list at ${this.#stream.items}.`, {
      path: this.#stream.items,
    });
  }

  async close(): Promise<void> {
    this.#ended = true;
  }
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
