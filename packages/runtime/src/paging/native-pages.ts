import { type Json, MortiseError, type StreamSpec } from "@mortise/contract";
import type { NativePage, NativeStream } from "@mortise/sdk";
import { nativeFailure } from "../attempts/native-failure.ts";
import { untilAborted } from "../attempts/run-native.ts";
import type { ReadyCall } from "../call.ts";
import { createNativeContext } from "../native/native-context.ts";
import type { ResourceLease } from "../native/resource-pool.ts";
import { CallFailure } from "../outcome/call-failure.ts";
import { attempt } from "../stages/attempt.ts";
import type { PageReader, ReadPage } from "./page-reader.ts";

interface Opened {
  readonly iterator: AsyncIterator<NativePage>;
  readonly stop: AbortController;
  readonly lease: ResourceLease;
}

/** Reads the pages of an operation's own code. A failed read goes on from the last cursor where the operation can resume. */
export class NativePages implements PageReader {
  readonly #stream: NativeStream;
  readonly #spec: StreamSpec;
  readonly #size: number;
  #cursor: Json;
  #opened: Opened | undefined;
  #started = false;
  #ended = false;

  constructor(stream: NativeStream, spec: StreamSpec, cursor: Json, size: number) {
    this.#stream = stream;
    this.#spec = spec;
    this.#cursor = cursor;
    this.#size = size;
  }

  async next(call: ReadyCall): Promise<ReadPage | undefined> {
    if (this.#ended) return undefined;
    const page = await attempt(call, async ({ signal, permit }) => {
      const opened = this.#open(call);
      const abort = (): void => opened.stop.abort(signal.reason);
      signal.addEventListener("abort", abort, { once: true });
      try {
        return await untilAborted(opened.iterator.next(), signal);
      } catch (error) {
        throw await this.#fail(call, error, signal);
      } finally {
        signal.removeEventListener("abort", abort);
        permit.answered();
      }
    });
    if (page.done) {
      await this.close();
      return undefined;
    }
    this.#started = true;
    this.#cursor = page.value.next;
    if (page.value.next === null) await this.close();
    return withoutSecrets(call, page.value as ReadPage);
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#letGo();
  }

  #open(call: ReadyCall): Opened {
    if (this.#opened !== undefined) return this.#opened;
    const stop = new AbortController();
    const lease = call.services.resources.lease(call.connection.version);
    const commit = async (): Promise<void> => {
      throw new MortiseError("INTERNAL", `${call.use} is a stream and has no commit point.`);
    };
    const context = createNativeContext(call, { signal: stop.signal, lease, commit });
    const pages = this.#stream(call.input, context, { cursor: this.#cursor, size: this.#size });
    this.#opened = { iterator: pages[Symbol.asyncIterator](), stop, lease };
    return this.#opened;
  }

  async #fail(call: ReadyCall, error: unknown, signal: AbortSignal): Promise<Error> {
    await this.#letGo();
    const failure = nativeFailure(call, error, { committed: true, signal });
    const canGoOn = !this.#started || this.#spec.resume === "cursor";
    return failure instanceof CallFailure && !canGoOn ? failure.error : failure;
  }

  async #letGo(): Promise<void> {
    const opened = this.#opened;
    if (opened === undefined) return;
    this.#opened = undefined;
    opened.stop.abort(new MortiseError("CALL_CANCELLED", "The stream is over."));
    await Promise.resolve(opened.iterator.return?.()).catch(() => undefined);
    opened.lease.release();
  }
}

/** A page in which an echo of this connection's own secrets is masked; the iterator goes on from its own cursor. */
function withoutSecrets({ connection: { redactor } }: ReadyCall, { items, next, ...page }: ReadPage): ReadPage {
  const shown = { items: redactor.data(items) as readonly Json[], next: redactor.data(next) };
  return { ...page, ...shown, ...(page.state === undefined ? {} : { state: redactor.data(page.state) }) };
}
