import type { Json } from "./json.ts";

/** A literal, or `{"$cel": "…"}`, or `{"$text": "…${…}…"}`, or `{"$map": [...]}`; nested in objects and arrays. */
export type Value = Json;

/** A value computed from a CEL expression. */
export interface CelValue {
  readonly $cel: string;
}

/**
 * Finds out whether a write whose answer got lost took effect. `with` sees `input` and `settings`.
 *
 * The read says so by what it comes to: the write's output, where it took effect; null, or an answer that means "not found", where it did
 * not, and the write is sent again with the same key. Anything else leaves the outcome unknown.
 */
export interface Probe extends FollowUp {
  /** What the write's output is made of, from `output` of the read, `input` and `settings`; null: it did not take effect. Absent: the read's output. */
  readonly item?: Value;
  /** How long a write may take until a read shows it, e.g. `"2s"`, at most 5 s. Absent: `"1s"`. */
  readonly after?: string;
}

/** A call of another operation of the same connector. What `with` sees is said where it is used. */
export interface FollowUp {
  readonly operation: string;
  readonly with: Value;
}
