import { type Json, type JsonObject, MortiseError } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { callScope } from "../operation/call-scope.ts";
import type { PageParts } from "../operation/compile-request.ts";
import { joinParts, partsIn } from "../paging/page-parts.ts";
import type { PageReader, ReadPage } from "../paging/page-reader.ts";
import { alignedTo, type CompiledIncremental } from "./compile-incremental.ts";
import { type Point, packPoint, readPoint, unpackPoint, writePoint } from "./cursor-scale.ts";
import { HighWater } from "./high-water.ts";
import { marksOf, readState } from "./incremental-state.ts";

/** Opens the list that a request with these parts gives. */
export type OpenList = (parts: PageParts, cursor: Json) => PageReader;

/** A span of time that is read as one list. */
interface Span {
  readonly from: number;
  readonly until: number;
}

/** Where a read stands; with the place inside of the list, that is its cursor. */
interface Standing {
  readonly water: HighWater;
  /** Items before this are old. */
  readonly after: Point | undefined;
  /** What the parameter says, exactly as it was seen where it can. */
  readonly since: Json;
  /** The clock when the read began: the end of its last window. */
  readonly nowMs: number;
  span: Span | undefined;
  /** The state to keep that is known for sure. */
  kept: Json | undefined;
}

/**
 * Reads what is new in a list since a state, window by window where the contract says so.
 *
 * Owns: what is new, what was seen, and when the state moves on.
 * Does not own: how one list is paged (the reader it opens), where the state is kept (the caller).
 * Invariants:
 *   I1. The state covers nothing that was not given out: it moves on with a page only where items ascend, else when a list is read
 *       to its end.
 *   I2. An item that was given out is not given out again as long as its mark is kept.
 *   I3. A cursor holds all that is needed to go on, the state included.
 */
export class IncrementalPages implements PageReader {
  readonly #spec: CompiledIncremental;
  readonly #open: OpenList;
  readonly #cursor: Json;
  readonly #state: Json;
  #standing: Standing | undefined;
  #list: PageReader | undefined;
  /** Where the list that is opened next begins. */
  #place: Json;
  #ended = false;

  constructor(spec: CompiledIncremental, open: OpenList, { cursor, state }: { readonly cursor: Json; readonly state: Json }) {
    this.#spec = spec;
    this.#open = open;
    this.#cursor = cursor;
    this.#state = state;
    this.#place = isRecord(cursor) ? (cursor.page ?? null) : null;
  }

  async next(call: ReadyCall): Promise<ReadPage | undefined> {
    if (this.#ended) return undefined;
    this.#standing ??= this.#cursor === null ? begin(call, this.#spec, this.#state) : this.#goOn();
    const standing = this.#standing;
    this.#list ??= this.#open(partsOf(this.#spec, standing), this.#place);
    const page = await this.#list.next(call);
    const before = standing.water.data();
    const items = (page?.items ?? []).filter((item) => standing.water.take(item, standing.after));
    standing.water.prune(standing.span?.until);
    const atEnd = (page?.next ?? null) === null;
    const cut = page?.cut === true;
    if (atEnd && !cut) await this.#endList(standing);
    else if (this.#spec.spec.ascending === true) standing.kept = standing.water.state() ?? standing.kept;
    const next =
      this.#ended || (cut && atEnd) ? null : this.#cursorOf(standing, this.#list === undefined ? null : (page?.next ?? null));
    this.#ended ||= cut;
    return {
      ...page,
      items,
      next,
      ...(standing.kept === undefined ? {} : { state: standing.kept }),
      stateAt: (count) => this.#stateAt(before, items.slice(0, count), standing),
    };
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#list?.close();
  }

  /** Invariant I3. */
  #goOn(): Standing {
    const { spec } = this.#spec;
    const cursor = isRecord(this.#cursor) ? this.#cursor : {};
    const fresh = marksOf(cursor.fresh ?? null);
    const known = marksOf(cursor.known ?? null);
    if (fresh === undefined || known === undefined || typeof cursor.now !== "number") {
      throw new MortiseError("INVALID_VALUE", "The cursor is none of an incremental read.", { path: "/cursor" });
    }
    const span = isList(cursor.span) ? cursor.span : [];
    const [from, until] = span;
    return {
      water: new HighWater(this.#spec, { reach: cursor.reach ?? null, fresh, known }),
      after: unpackPoint(cursor.after, spec.as),
      since: cursor.since ?? null,
      nowMs: cursor.now,
      span: typeof from === "number" && typeof until === "number" ? { from, until } : undefined,
      kept: cursor.kept,
    };
  }

  #cursorOf({ water, after, since, nowMs, span, kept }: Standing, page: Json): JsonObject {
    return {
      page,
      now: nowMs,
      since,
      after: packPoint(after),
      ...water.data(),
      ...(span === undefined ? {} : { span: [span.from, span.until] }),
      ...(kept === undefined ? {} : { kept }),
    };
  }

  /** A list was read to its end: the state moves on, and the next window is due, if there is one. */
  async #endList(standing: Standing): Promise<void> {
    await this.#list?.close();
    this.#list = undefined;
    this.#place = null;
    const { water, span, nowMs } = standing;
    const isLast = span === undefined || span.until >= alignedTo(nowMs, this.#spec.format);
    // What is new may still be filed under the last window by a clock that is behind ours; only what is before it is over.
    if (span !== undefined) water.passed(isLast ? span.from : span.until);
    standing.kept = water.state() ?? standing.kept;
    this.#ended = isLast;
    if (span === undefined || isLast) return;
    water.turn(span.until);
    standing.span = spanFrom(span.until, nowMs, this.#spec);
  }

  #stateAt(before: ReturnType<HighWater["data"]>, items: readonly Json[], standing: Standing): Json | undefined {
    if (this.#spec.spec.ascending !== true) return undefined;
    const water = new HighWater(this.#spec, before);
    for (const item of items) water.take(item, standing.after);
    return water.state();
  }
}

/** What the first request of a call says about what is new. */
export function firstParts(call: ReadyCall, compiled: CompiledIncremental): PageParts {
  return partsOf(compiled, begin(call, compiled, call.request.state ?? null));
}

/** Where a read from a state starts; null: none was kept. */
function begin(call: ReadyCall, compiled: CompiledIncremental, state: Json): Standing {
  const { spec, start, windowMs, format } = compiled;
  const data = readState(compiled, state);
  const water = new HighWater(compiled, data);
  const floor = water.floor;
  const given = floor === undefined ? (start?.evaluate(callScope(call)) ?? null) : null;
  const after = floor ?? readPoint(given, spec.as);
  if (after === undefined && (given !== null || windowMs !== undefined)) {
    throw new MortiseError(
      "INVALID_INPUT",
      `${call.use}: the start of the read is ${JSON.stringify(given)}; expected ${spec.as}.`,
    );
  }
  const nowMs = call.services.clock.now();
  const since = floor === undefined ? given : compiled.lookback === 0 ? data.reach : writePoint(floor, spec.as);
  const kept = state === null ? undefined : state;
  const span =
    windowMs === undefined || typeof after !== "number" ? undefined : spanFrom(alignedTo(after, format), nowMs, compiled);
  return { water, after, since, nowMs, span, kept };
}

function partsOf({ spec, format }: CompiledIncremental, { span, since }: Pick<Standing, "span" | "since">): PageParts {
  if (spec.param === undefined) return {};
  const from = span?.from ?? readPoint(since, spec.as);
  if (from === undefined) return {};
  const asSeen = span === undefined && format === spec.as;
  const start = partsIn(spec.in, { [spec.param]: asSeen ? since : writePoint(from, format) });
  if (spec.until === undefined || span === undefined) return start;
  return joinParts(start, partsIn(spec.in, { [spec.until]: writePoint(span.until, format) }));
}

function spanFrom(from: number, nowMs: number, { windowMs = 0, format }: CompiledIncremental): Span {
  const now = Math.max(from, alignedTo(nowMs, format));
  return { from, until: Math.min(now, alignedTo(from + windowMs, format)) };
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const isRecord = (value: Json): value is JsonObject => value !== null && typeof value === "object" && !Array.isArray(value);
