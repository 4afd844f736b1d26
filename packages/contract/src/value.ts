import type { Json } from "./json.ts";

/** A literal, or `{"$cel": "…"}`, or `{"$text": "…${…}…"}`, or `{"$map": [...]}`; nested in objects and arrays. */
export type Value = Json;

/** A value computed from a CEL expression. */
export interface CelValue {
  readonly $cel: string;
}

/** A call of another operation of the same connector. What `with` sees is said where it is used. */
export interface FollowUp {
  readonly operation: string;
  readonly with: Value;
}
