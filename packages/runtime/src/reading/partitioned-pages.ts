import { type Json, type JsonObject, MortiseError } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import type { PageReader, ReadPage } from "../paging/page-reader.ts";
import type { CompiledPartition } from "./compile-partition.ts";
import { ListedParts } from "./listed-parts.ts";
import { ParentParts } from "./parent-parts.ts";
import type { Part, PartSource } from "./part-source.ts";

/** Opens the list of one part, at its own cursor and with its own state. */
export type OpenPart = (at: { readonly cursor: Json; readonly state: Json }) => PageReader;

interface OpenedPart {
  readonly part: Part;
  readonly pages: PageReader;
}

/**
 * Reads one list per part, one after the other, each to its end.
 *
 * Owns: which part is read, and the states of the parts.
 * Does not own: where parts come from (PartSource), how one list is paged (the reader it opens).
 * Invariants:
 *   P1. A part is read only when the one before has ended.
 *   P2. A cursor names the part by its key: a part that is not there any more is an error, never another part.
 *   P3. A part that was not read to its end keeps the state that it had.
 */
export class PartitionedPages implements PageReader {
  readonly #source: PartSource;
  readonly #open: OpenPart;
  readonly #states: Map<string, Json>;
  readonly #hasState: boolean;
  /** What the first part must be, and where in it to go on. */
  #resume: { readonly key: Json; readonly page: Json } | undefined;
  #current: OpenedPart | undefined;
  #ended = false;

  constructor(
    spec: CompiledPartition,
    open: OpenPart,
    { cursor, state, hasState }: { readonly cursor: Json; readonly state: Json; readonly hasState: boolean },
  ) {
    const at = isRecord(cursor) ? cursor : {};
    const place = at.place ?? null;
    this.#source = spec.kind === "over" ? new ListedParts(spec, place) : new ParentParts(spec, place);
    this.#open = open;
    this.#hasState = hasState;
    this.#states = statesIn(at.states ?? state);
    if (at.key !== undefined) this.#resume = { key: at.key, page: at.page ?? null };
  }

  async next(call: ReadyCall): Promise<ReadPage | undefined> {
    if (this.#ended) return undefined;
    this.#current ??= await this.#openNext(call);
    if (this.#current === undefined) {
      this.#ended = true;
      return undefined;
    }
    const { part, pages } = this.#current;
    const before = this.#stateWith(part.key, undefined);
    const page = await pages.next({ ...call, partition: part.value });
    if (page?.state !== undefined) this.#states.set(part.key, page.state);
    const goesOn = page !== undefined && page.next !== null && page.cut !== true;
    if (!goesOn) await this.#endPart();
    const next = goesOn ? this.#cursorOf({ place: part.place, key: part.key, page: page.next }) : this.#nextPart();
    this.#ended = next === null;
    const state = this.#stateWith(part.key, undefined);
    return {
      ...page,
      items: page?.items ?? [],
      next,
      ...(state === undefined ? {} : { state }),
      stateAt: (count) => {
        const own = page?.stateAt?.(count);
        return own === undefined ? before : this.#stateWith(part.key, own);
      },
    };
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#endPart();
    await this.#source.close();
  }

  async #openNext(call: ReadyCall): Promise<OpenedPart | undefined> {
    const wanted = this.#resume;
    let part = await this.#source.next(call);
    const first = part;
    while (wanted !== undefined && part !== undefined && part.key !== wanted.key) part = await this.#source.next(call);
    this.#resume = undefined;
    if (wanted !== undefined && part === undefined) {
      const found = first === undefined ? "nothing" : JSON.stringify(first.key);
      throw new MortiseError(
        "STREAM_CHANGED",
        `${call.use}: the part ${JSON.stringify(wanted.key)} is gone; in its place is ${found}.`,
      );
    }
    if (part === undefined) return undefined;
    const state = this.#states.get(part.key) ?? null;
    return { part, pages: this.#open({ cursor: wanted?.page ?? null, state }) };
  }

  async #endPart(): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    await current?.pages.close();
  }

  #nextPart(): Json {
    const place = this.#source.after;
    return place === null ? null : this.#cursorOf({ place });
  }

  #cursorOf(at: JsonObject): JsonObject {
    return this.#hasState && this.#states.size > 0 ? { ...at, states: { parts: Object.fromEntries(this.#states) } } : at;
  }

  /** The state of all parts, with another one for one of them; undefined where there is none. */
  #stateWith(key: string, own: Json | undefined): Json | undefined {
    if (!this.#hasState || (this.#states.size === 0 && own === undefined)) return undefined;
    const parts = Object.fromEntries(this.#states);
    return { parts: own === undefined ? parts : { ...parts, [key]: own } };
  }
}

function statesIn(state: Json): Map<string, Json> {
  if (state === null) return new Map();
  const parts = isRecord(state) ? state.parts : undefined;
  if (parts !== undefined && isRecord(parts)) return new Map(Object.entries(parts));
  throw new MortiseError(
    "INVALID_VALUE",
    `The state of the read is ${JSON.stringify(state).slice(0, 100)}; expected { parts }.`,
    {
      path: "/state",
      remedy: "Give the state that the last read returned, or none to read from the start.",
    },
  );
}

const isRecord = (value: Json): value is JsonObject => value !== null && typeof value === "object" && !Array.isArray(value);
