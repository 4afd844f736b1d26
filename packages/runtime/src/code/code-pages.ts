import { createHash } from "node:crypto";
import { type Json, type JsonObject, MortiseError } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import type { PageReader, ReadPage } from "../paging/page-reader.ts";
import type { CompiledCode } from "./compile-code.ts";
import { runCode } from "./run-code.ts";

const MAX_PAGES = 10_000;
const MAX_CURSOR = 65_536;

/** Reads the pages of an operation in code: it is run once a page, with the cursor that the page before returned. */
export class CodePages implements PageReader {
  readonly #code: CompiledCode;
  readonly #size: number;
  readonly #followed = new Set<string>();
  #cursor: Json;
  #pages = 0;
  #ended = false;

  constructor(code: CompiledCode, cursor: Json, size: number) {
    this.#code = code;
    this.#cursor = cursor;
    this.#size = size;
  }

  async next(call: ReadyCall): Promise<ReadPage | undefined> {
    if (this.#ended) return undefined;
    const limit = call.target.operation.pagination?.maxPages ?? MAX_PAGES;
    if (this.#pages >= limit) throw new MortiseError("LIMIT_EXCEEDED", `${call.use}: there are more than ${limit} pages.`);
    this.#pages += 1;
    const page = readPage(call, await runCode(call, this.#code, { cursor: this.#cursor, size: this.#size }));
    this.#follow(call, page.next);
    return page;
  }

  async close(): Promise<void> {
    this.#ended = true;
  }

  /** Code that names a page again would be run for ever. */
  #follow({ use }: ReadyCall, next: Json): void {
    if (this.#cursor !== null) this.#followed.add(digest(this.#cursor));
    this.#cursor = next;
    this.#ended = next === null;
    if (next !== null && this.#followed.has(digest(next)))
      throw new MortiseError("INVALID_OUTPUT", `${use}: its code named the same page twice as the next one.`);
  }
}

function readPage({ use }: ReadyCall, returned: Json): ReadPage {
  const { items, next = null }: JsonObject = isObject(returned) ? returned : {};
  if (!isList(items))
    throw new MortiseError("INVALID_OUTPUT", `${use}: its code returned no page; expected { items: [ … ], next }.`);
  if (next !== null && JSON.stringify(next).length > MAX_CURSOR)
    throw new MortiseError("LIMIT_EXCEEDED", `${use}: its code returned a cursor of more than ${MAX_CURSOR} characters.`);
  return { items, next };
}

const digest = (cursor: Json): string => createHash("sha256").update(JSON.stringify(cursor)).digest("base64url");
const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const isObject = (value: Json): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);
