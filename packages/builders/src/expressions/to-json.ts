import type { Json } from "@mortise/contract";
import { Duration } from "./duration.ts";
import { ExpressionFailure } from "./expression-failure.ts";
import { Optional } from "./optional.ts";

/** What an evaluation made, as JSON: points in time as ISO 8601 in UTC, durations as `"3600s"`, an absent value as null; a record leaves out an absent field. */
export function toJson(value: unknown): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value)) throw new ExpressionFailure("the result is not a number that JSON can hold");
      return value;
    case "object":
      return value === null ? null : objectToJson(value);
    default:
      return null;
  }
}

/** A point in time as ISO 8601 in UTC, without needless milliseconds. */
export function formatTimestamp(date: Date): string {
  return date.toISOString().replace(".000Z", "Z");
}

function objectToJson(value: object): Json {
  if (Array.isArray(value)) return value.some(isSpecial) ? value.map(toJson) : (value as Json);
  if (value instanceof Date) return formatTimestamp(value);
  if (value instanceof Duration) return value.toString();
  if (value instanceof Optional) return toJson(value.value);
  const entries = Object.entries(value);
  if (!entries.some(([, each]) => isSpecial(each))) return value as Json;
  return Object.fromEntries(entries.filter(([, each]) => !isAbsent(each)).map(([key, each]) => [key, toJson(each)]));
}

function isAbsent(value: unknown): boolean {
  return value instanceof Optional && (value.value === undefined || isAbsent(value.value));
}

/** Whether the value is or holds something that JSON has no form for. */
function isSpecial(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return false;
    case "number":
      return !Number.isFinite(value);
    case "object":
      if (value === null) return false;
      if (Array.isArray(value)) return value.some(isSpecial);
      if (value instanceof Date || value instanceof Duration || value instanceof Optional) return true;
      return Object.values(value).some(isSpecial);
    default:
      return true;
  }
}
