import { type Json, type JsonObject, MortiseError } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { callScope } from "../operation/call-scope.ts";
import type { PageParts } from "../operation/compile-request.ts";
import { FollowUpPages } from "../operation/follow-up-pages.ts";
import type { PageReader, ReadPage } from "../paging/page-reader.ts";
import { awaitJob, type JobScope, startedAlready } from "./await-job.ts";
import type { CompiledFollowUp, CompiledWait } from "./compile-wait.ts";

/** Waits for a job, then reads its result page by page. A cursor holds what the job came to, so that it is not run again. */
export class JobPages implements PageReader {
  readonly #wait: CompiledWait;
  readonly #fetch: CompiledFollowUp;
  readonly #parts: PageParts;
  readonly #pages: FollowUpPages;
  #done: { readonly output: Json; readonly polled: Json } | undefined;
  #ended = false;

  constructor(wait: CompiledWait, fetch: CompiledFollowUp, parts: PageParts, cursor: Json) {
    this.#wait = wait;
    this.#fetch = fetch;
    this.#parts = parts;
    const { output, polled, page = null } = isRecord(cursor) ? cursor : {};
    if (cursor !== null && (output === undefined || polled === undefined)) {
      throw new MortiseError("INVALID_VALUE", "The cursor is none of the result of a job.", { path: "/cursor" });
    }
    this.#done = output === undefined || polled === undefined ? undefined : { output, polled };
    this.#pages = new FollowUpPages(fetch.operation, page);
  }

  async next(call: ReadyCall): Promise<ReadPage | undefined> {
    if (this.#ended) return undefined;
    const { output, polled } = await this.#job(call);
    this.#done = { output, polled };
    try {
      const page = await this.#pages.next(call, () => this.#fetch.input.evaluate({ ...callScope(call), output, polled }));
      this.#ended = (page?.next ?? null) === null;
      return page === undefined
        ? undefined
        : { items: page.items, next: page.next === null ? null : { output, polled, page: page.next } };
    } catch (error) {
      throw startedAlready(call, error, "has ended well, but its result could not be read");
    }
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#pages.close();
  }

  async #job(call: ReadyCall): Promise<Pick<JobScope, "output" | "polled">> {
    return this.#done ?? (await awaitJob(call, this.#wait, this.#parts));
  }
}

const isRecord = (value: Json): value is JsonObject => value !== null && typeof value === "object" && !Array.isArray(value);
