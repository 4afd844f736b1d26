/**
 * Keeps a list that somebody else changes, no older than it may be.
 *
 * Owns: the list that was read last, the loop that reads it.
 * Does not own: what the list says, where it comes from (ListSource).
 * Invariants:
 *   W1. A change at the source holds here at most `everyMs` plus `limitMs` later, 60 s at most, while the source can be read.
 *   W2. A source that fails, or gives what is no list, changes nothing: what it said last holds, beside what the others say now.
 *   W3. Nothing is read before the first call, and nothing after the runtime has closed.
 *   W4. The first call waits for the first reading, whatever that comes to.
 */
import { MortiseError } from "@mortise/contract";
import type { LifecyclePorts } from "./lifecycle-ports.ts";
import { type ListSource, openSource, type ReadList, UNCHANGED } from "./list-source.ts";

/** How a list is kept up to date. */
export interface ListOptions<List> {
  /** Several: all that any of them says. Where two name the same flag, the first one's holds. */
  readonly source: ListSource<List> | readonly ListSource<List>[];
  /** Pause between two readings, ms, from 1,000 to 50,000. Absent: 15,000. Throws `INVALID_VALUE`. */
  readonly everyMs?: number;
  /** Has the list read at once when the source says that it has changed; the function returned ends that. Absent: only `everyMs`. */
  readonly watch?: (changed: () => void) => () => void;
}

const EVERY_MS = 15_000;
const LEAST_MS = 1_000;
const MOST_MS = 50_000;
/** Time that one reading may take: with the longest pause 60 s. */
const LIMIT_MS = 10_000;

export interface ListParts<T> {
  /** Throws for what is no list. */
  readonly parse: (document: unknown) => T;
  /** What several sources say together. */
  readonly join: (lists: readonly T[]) => T;
  readonly ports: LifecyclePorts;
  /** Is told of every new list. */
  readonly changed: (list: T) => void;
  /** Is told when a reading fails that follows on one that did not, and the other way round. */
  readonly trouble: (problem: string | undefined) => void;
}

export class WatchedList<T> {
  readonly #everyMs: number;
  readonly #watch: ListOptions<unknown>["watch"];
  readonly #sources: { readonly read: ReadList; last: T | undefined }[];
  readonly #parts: ListParts<T>;
  #first: Promise<void> | undefined;
  #isReady = false;
  #isTroubled = false;
  #wake: AbortController | undefined;
  /** The source has changed while it was being read. */
  #isStale = false;
  /** The list that was read last. Undefined: none could be read yet. */
  value: T | undefined;
  /** Some source could not be read yet. */
  isUnread = true;

  constructor(name: string, { source, everyMs = EVERY_MS, watch }: ListOptions<unknown>, parts: ListParts<T>) {
    if (!(everyMs >= LEAST_MS && everyMs <= MOST_MS))
      throw new MortiseError(
        "INVALID_VALUE",
        `${name}.everyMs is ${everyMs}; expected a number from ${LEAST_MS} to ${MOST_MS}.`,
        {
          path: `/${name}/everyMs`,
        },
      );
    this.#everyMs = everyMs;
    this.#watch = watch;
    const sources = Array.isArray(source) ? (source as readonly ListSource<unknown>[]) : [source as ListSource<unknown>];
    this.#sources = sources.map((each) => ({ read: openSource(each, parts.ports.egress, LIMIT_MS), last: undefined }));
    this.#parts = parts;
  }

  /** The wait for the first reading, which this starts; undefined once it is over. */
  ready(): Promise<void> | undefined {
    if (this.#isReady) return undefined;
    this.#first ??= this.#start();
    return this.#first;
  }

  async #start(): Promise<void> {
    await this.#load();
    this.#isReady = true;
    void this.#keep();
  }

  async #keep(): Promise<void> {
    const { closing, sleep } = this.#parts.ports;
    const wake = (): void => {
      this.#isStale = true;
      this.#wake?.abort(new MortiseError("CALL_CANCELLED", "The list has changed."));
    };
    const end = this.#watch?.(wake);
    while (!closing.aborted) {
      if (!this.#isStale) {
        this.#wake = new AbortController();
        await sleep(this.#everyMs, AbortSignal.any([closing, this.#wake.signal])).catch(() => undefined);
        this.#wake = undefined;
      }
      this.#isStale = false;
      if (!closing.aborted) await this.#load();
    }
    end?.();
  }

  async #load(): Promise<void> {
    const { parse, join, changed, trouble, ports } = this.#parts;
    const over = new AbortController();
    const signal = AbortSignal.any([ports.closing, over.signal]);
    const late = ports.sleep(LIMIT_MS, signal).then(() => {
      throw new MortiseError("DEADLINE_EXCEEDED", `The list could not be read within ${LIMIT_MS} ms.`);
    });
    let isNew = false;
    const ends = await Promise.allSettled(
      this.#sources.map(async (source) => {
        const found = await Promise.race([source.read(signal), late]);
        if (found === UNCHANGED) return;
        source.last = parse(found);
        isNew = true;
      }),
    );
    over.abort(new MortiseError("CALL_CANCELLED", "The reading is over."));
    await late.catch(() => undefined);
    if (ports.closing.aborted) return;
    if (isNew) {
      const known = this.#sources.flatMap(({ last }) => (last === undefined ? [] : [last]));
      this.isUnread = known.length < this.#sources.length;
      this.value = known.length === 1 ? known[0] : join(known);
      changed(this.value as T);
    }
    const failed = ends.find((end) => end.status === "rejected");
    if (failed !== undefined && !this.#isTroubled)
      trouble(failed.reason instanceof Error ? failed.reason.message : String(failed.reason));
    if (failed === undefined && this.#isTroubled) trouble(undefined);
    this.#isTroubled = failed !== undefined;
  }
}
