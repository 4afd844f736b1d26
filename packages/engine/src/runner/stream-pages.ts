import type { Json } from "@mortise/contract";
import type { Runtime, StreamedPage } from "@mortise/runtime";
import type { OperationCall } from "@mortise/workflow";

/** Streams that are kept open between two pages at most; beyond that the one unused for longest is closed. */
const MOST_OPEN = 64;
const IDLE_MS = 30_000;

/** One page to read. */
export type PageRequest = OperationCall & { readonly cursor: Json; readonly pageSize: number };

interface OpenStream {
  readonly pages: AsyncIterator<StreamedPage>;
  readonly stop: AbortController;
  /** Where the next page starts, as text. */
  cursor: string;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Reads streams page by page, each page as one call.
 *
 * Owns: the streams that are open between two pages of the same step, for {@link IDLE_MS} at most.
 * Does not own: what a cursor means (the connector).
 * Talks to: Runtime.stream.
 * Invariants:
 *   P1. A page starts at the cursor asked for: an open stream is used only when it stands there, else one is opened there.
 *   P2. No page is fetched before it is asked for.
 */
export class StreamPages {
  readonly #runtime: Runtime;
  readonly #open = new Map<string, OpenStream>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Throws what the stream throws. */
  async read(request: PageRequest): Promise<StreamedPage> {
    const key = `${request.runId}\n${request.stepPath}`;
    const cursor = JSON.stringify(request.cursor ?? null);
    const stream = this.#take(key, cursor) ?? this.#start(request, cursor);
    const abort = () => stream.stop.abort(request.signal.reason);
    request.signal.addEventListener("abort", abort, { once: true });
    try {
      const { value, done } = await stream.pages.next();
      const page = done ? { items: [], next: null } : value;
      if (page.next === null) await close(stream);
      else this.#keep(key, stream, JSON.stringify(page.next));
      return page;
    } catch (error) {
      await close(stream);
      throw error;
    } finally {
      request.signal.removeEventListener("abort", abort);
    }
  }

  async close(): Promise<void> {
    const streams = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(streams.map(close));
  }

  #take(key: string, cursor: string): OpenStream | undefined {
    const stream = this.#open.get(key);
    if (stream === undefined) return undefined;
    this.#open.delete(key);
    clearTimeout(stream.timer);
    if (stream.cursor === cursor) return stream;
    void close(stream);
    return undefined;
  }

  #start(request: PageRequest, cursor: string): OpenStream {
    const stop = new AbortController();
    const { use, connection, input, runId, stepPath, pageSize, traceparent, priority } = request;
    const pages = this.#runtime.stream(use, {
      input,
      connection,
      runId,
      stepPath,
      pageSize,
      traceparent,
      priority,
      cursor: request.cursor,
      signal: stop.signal,
    });
    return { pages: pages[Symbol.asyncIterator](), stop, cursor, timer: undefined };
  }

  #keep(key: string, stream: OpenStream, cursor: string): void {
    stream.cursor = cursor;
    stream.timer = setTimeout(() => {
      this.#open.delete(key);
      void close(stream);
    }, IDLE_MS);
    stream.timer.unref();
    this.#open.set(key, stream);
    const [oldest] = this.#open;
    if (this.#open.size <= MOST_OPEN || oldest === undefined) return;
    this.#open.delete(oldest[0]);
    void close(oldest[1]);
  }
}

async function close(stream: OpenStream): Promise<void> {
  clearTimeout(stream.timer);
  await stream.pages.return?.().catch(() => {});
  stream.stop.abort();
}
