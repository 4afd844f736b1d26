import { KIND, type Kinds } from "../schema/kinds.ts";
import { Duration } from "./duration.ts";
import { Optional } from "./optional.ts";

/** The kind of a value inside an evaluation; 0 for what no expression may hold. */
export function kindOfValue(value: unknown): Kinds {
  switch (typeof value) {
    case "string":
      return KIND.string;
    case "number":
      return KIND.number;
    case "boolean":
      return KIND.boolean;
    case "object":
      if (value === null) return KIND.null;
      if (Array.isArray(value)) return KIND.array;
      if (value instanceof Date) return KIND.timestamp;
      if (value instanceof Duration) return KIND.duration;
      return value instanceof Optional ? KIND.optional : KIND.object;
    default:
      return 0;
  }
}

/** Whether the value is a record. */
export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return kindOfValue(value) === KIND.object;
}
