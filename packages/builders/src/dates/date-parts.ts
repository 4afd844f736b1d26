import { dayNumber } from "./date-between.ts";
import { zonedParts } from "./zoned-parts.ts";

/** What calendar and clock of a place show, with what follows from it. */
export interface DateParts {
  readonly year: number;
  readonly quarter: number;
  readonly month: number;
  /** ISO 8601 week, 1 to 53. */
  readonly week: number;
  /** The year that the ISO week belongs to. */
  readonly weekYear: number;
  readonly day: number;
  readonly dayOfYear: number;
  /** 1 is Monday, 7 Sunday (ISO 8601). */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export function dateParts(date: Date, zone: string): DateParts {
  const { year, month, day, hour, minute, second } = zonedParts(date, zone);
  const number = dayNumber(year, month, day);
  const weekday = ((((number + 3) % 7) + 7) % 7) + 1;
  // The week belongs to the year of its Thursday.
  const thursday = new Date((number + 4 - weekday) * 86_400_000);
  const weekYear = thursday.getUTCFullYear();
  const week = Math.floor((number + 4 - weekday - dayNumber(weekYear, 1, 1)) / 7) + 1;
  const dayOfYear = number - dayNumber(year, 1, 1) + 1;
  return { year, quarter: Math.ceil(month / 3), month, week, weekYear, day, dayOfYear, weekday, hour, minute, second };
}
