import type { Json } from "@mortise/contract";
import { Duration } from "./duration.ts";
import { ExpressionFailure } from "./expression-failure.ts";
import { Optional } from "./optional.ts";

/**
 * What an evaluation made, as JSON: points in time as ISO 8601 in UTC, durations as `"3600s"`, an absent value as null; a record leaves
 * out an absent field. Lists and texts that stand in it many times count each time, as they do when they are written: more than `size`
 * values (8 characters of text count as one more) are refused. Throws ExpressionFailure.
 */
export function toJson(value: unknown, size: number): Json {
  return isSpecial(value, { left: size }) ? convert(value) : (value as Json);
}

/** The same count for a value that is JSON already. Throws ExpressionFailure. */
export function refuseLarge(value: Json, size: number): void {
  isSpecial(value, { left: size });
}

function convert(value: unknown): Json {
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
  if (Array.isArray(value)) return value.map(convert);
  if (value instanceof Date) return formatTimestamp(value);
  if (value instanceof Duration) return value.toString();
  if (value instanceof Optional) return convert(value.value);
  const present = Object.entries(value).filter(([, each]) => !isAbsent(each));
  return Object.fromEntries(present.map(([key, each]) => [key, convert(each)]));
}

function isAbsent(value: unknown): boolean {
  return value instanceof Optional && (value.value === undefined || isAbsent(value.value));
}

/** Whether the value is or holds something that JSON has no form for. Everything is visited, and counted. */
function isSpecial(value: unknown, room: { left: number }): boolean {
  room.left -= typeof value === "string" ? 1 + value.length / 8 : 1;
  if (room.left < 0) throw new ExpressionFailure("the result is larger than is allowed", undefined, "limit");
  switch (typeof value) {
    case "string":
    case "boolean":
      return false;
    case "number":
      return !Number.isFinite(value);
    case "object":
      if (value === null) return false;
      if (Array.isArray(value)) return anySpecial(value, room);
      if (value instanceof Optional) return isSpecial(value.value, room) || true;
      if (value instanceof Date || value instanceof Duration) return true;
      return anySpecial(Object.values(value), room);
    default:
      return true;
  }
}

function anySpecial(values: readonly unknown[], room: { left: number }): boolean {
  let special = false;
  for (const each of values) if (isSpecial(each, room)) special = true;
  return special;
}
