import { parseTimestamp } from "@mortise/builders";
import type { Incremental, Json } from "@mortise/contract";

/** How a growing value is written. */
export type CursorForm = Incremental["as"];

/** A place on the scale of a growing value: epoch ms for what is a time, else the number or the text itself. */
export type Point = number | bigint | string;

/** Whether two forms can say the same. */
export const sameScale = (a: CursorForm, b: CursorForm): boolean => scaleOf(a) === scaleOf(b);

/** What the form counts: time, numbers, or texts in the order of their code units. */
export function scaleOf(form: CursorForm): "time" | "number" | "text" {
  return form === "number" || form === "text" ? form : "time";
}

/** The point that a value stands for; undefined where it is none. Whole numbers that JSON carries as text stay exact. */
export function readPoint(value: Json | undefined, form: CursorForm): Point | undefined {
  if (form === "text") return typeof value === "string" ? value : undefined;
  if (form === "date-time" || form === "date") {
    const ms = typeof value === "string" ? parseTimestamp(value)?.getTime() : undefined;
    return ms === undefined || Number.isNaN(ms) ? undefined : ms;
  }
  const number = readNumber(value);
  return form === "epoch_s" && number !== undefined ? Math.round(Number(number) * 1_000) : number;
}

/** A point in a form of its scale. A form that is coarser gives what is at or before it. */
export function writePoint(point: Point, form: CursorForm): string | number {
  if (typeof point === "string") return point;
  if (typeof point === "bigint") return String(point);
  switch (form) {
    case "date-time":
      return new Date(point).toISOString().replace(".000Z", "Z");
    case "date":
      return new Date(point).toISOString().slice(0, 10);
    case "epoch_s":
      return Math.floor(point / 1_000);
    case "text":
      return String(point);
    default:
      return point;
  }
}

/** A point as JSON that {@link unpackPoint} reads back exactly. */
export const packPoint = (point: Point | undefined): Json =>
  point === undefined ? null : typeof point === "bigint" ? String(point) : point;

/** Undefined for null, and for what is no point of that scale. */
export function unpackPoint(packed: Json | undefined, form: CursorForm): Point | undefined {
  if (scaleOf(form) === "time") return typeof packed === "number" ? packed : undefined;
  return readPoint(packed, form);
}

/** A point before another one, by ms or by a number. Texts have no such distance. */
export function pointBefore(point: Point, distance: number): Point {
  if (typeof point === "string" || distance === 0) return point;
  return typeof point === "bigint" ? point - BigInt(Math.ceil(distance)) : point - distance;
}

function readNumber(value: Json | undefined): number | bigint | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !/^-?\d+(?:\.\d+)?$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) || value.includes(".") ? number : BigInt(value);
}
