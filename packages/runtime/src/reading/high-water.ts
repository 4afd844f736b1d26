import { getPointer, type Json, MortiseError } from "@mortise/contract";
import type { CompiledIncremental } from "./compile-incremental.ts";
import { type Point, pointBefore, readPoint, writePoint } from "./cursor-scale.ts";

/** Marks that are kept at most; the oldest go first, and their items would come again. */
const MAX_MARKS = 10_000;

/** A mark of an item, and its cursor as it came. */
export type Mark = readonly [mark: string, cursor: Json];

/** What a {@link HighWater} is made of, as JSON. */
export type HighWaterData = { readonly reach: Json; readonly fresh: readonly Mark[]; readonly known: readonly Mark[] };

/**
 * How far an incremental read has come, and which items at that border were seen.
 *
 * Owns: the highest cursor seen and the marks of items that a later read will be given again.
 * Does not own: when that becomes the state to keep (IncrementalPages).
 * Invariants:
 *   W1. The reach never goes back.
 *   W2. Every item seen at or after the reach less `lookback` has a mark, up to {@link MAX_MARKS}.
 *   W3. An item without a cursor is always new.
 */
export class HighWater {
  readonly #spec: CompiledIncremental;
  /** Marks from before this read or this window; they stay until it is over. */
  readonly #known: Map<string, Json>;
  readonly #fresh: Map<string, Json>;
  #reach: Json;
  #point: Point | undefined;

  constructor(spec: CompiledIncremental, { reach, fresh, known }: HighWaterData) {
    this.#spec = spec;
    this.#reach = reach;
    this.#point = this.#pointOf(reach);
    this.#fresh = new Map(fresh);
    this.#known = new Map(known);
  }

  get reach(): Json {
    return this.#reach;
  }

  /** Where a read that starts here begins; undefined: at the beginning. */
  get floor(): Point | undefined {
    return this.#point === undefined ? undefined : pointBefore(this.#point, this.#spec.lookback);
  }

  /** Whether an item is new, i.e. not before `after` and not seen; it is marked as seen. */
  take(item: Json, after: Point | undefined): boolean {
    const cursor = getPointer(item, this.#spec.spec.cursor) ?? null;
    const point = this.#pointOf(cursor);
    if (point === undefined) return true;
    if (after !== undefined && point < after) return false;
    const mark = this.#spec.markOf(item);
    if (this.#known.has(mark) || this.#fresh.has(mark)) return false;
    this.#raise(cursor, point);
    this.#fresh.set(mark, cursor);
    return true;
  }

  /** Everything before this was read: the reach is at least there. */
  passed(ms: number): void {
    this.#raise(writePoint(ms, this.#spec.spec.as), ms);
  }

  /** Forgets marks that nothing will ask for: those before both the floor and `until`. */
  prune(until: Point | undefined): void {
    const floor = this.floor;
    if (floor === undefined) return;
    const keep = until !== undefined && until < floor ? until : floor;
    for (const [mark, cursor] of this.#fresh) {
      const point = this.#pointOf(cursor);
      if (point !== undefined && point < keep) this.#fresh.delete(mark);
    }
    for (const mark of this.#fresh.keys()) {
      if (this.#fresh.size <= MAX_MARKS) break;
      this.#fresh.delete(mark);
    }
  }

  /** Makes marks of this window known to the next one, which starts at `from`. */
  turn(from: Point): void {
    const floor = this.floor;
    const keep = floor !== undefined && floor < from ? floor : from;
    for (const [mark, cursor] of this.#fresh) this.#known.set(mark, cursor);
    for (const [mark, cursor] of this.#known) {
      const point = this.#pointOf(cursor);
      if (point !== undefined && point < keep) this.#known.delete(mark);
    }
    this.#fresh.clear();
  }

  data(): HighWaterData {
    return { reach: this.#reach, fresh: [...this.#fresh], known: [...this.#known] };
  }

  /** The state to keep; undefined where nothing was seen yet. */
  state(): { readonly reach: Json; readonly seen: readonly Mark[] } | undefined {
    const floor = this.floor;
    if (floor === undefined) return undefined;
    const seen = [...this.#known, ...this.#fresh].filter(([, cursor]) => {
      const point = this.#pointOf(cursor);
      return point !== undefined && point >= floor;
    });
    return { reach: this.#reach, seen: seen.slice(-MAX_MARKS) };
  }

  #raise(cursor: Json, point: Point): void {
    if (this.#point !== undefined && point <= this.#point) return;
    this.#reach = cursor;
    this.#point = point;
  }

  #pointOf(cursor: Json): Point | undefined {
    if (cursor === null) return undefined;
    const { as, cursor: pointer } = this.#spec.spec;
    const point = readPoint(cursor, as);
    if (point !== undefined) return point;
    throw new MortiseError(
      "INVALID_OUTPUT",
      `The cursor at ${pointer} of an item is ${JSON.stringify(cursor).slice(0, 100)}; expected ${as}.`,
      {
        path: pointer,
      },
    );
  }
}
