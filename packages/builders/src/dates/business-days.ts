import { dayNumber } from "./date-between.ts";
import { addToDate } from "./shift-date.ts";
import { zonedParts } from "./zoned-parts.ts";

/** Monday to Friday that are no holidays after the day of `from` up to the day of `to`; less than 0 backwards. Holidays are day numbers. */
export function countBusinessDays(from: Date, to: Date, zone: string, holidays: ReadonlySet<number> = new Set()): number {
  const [a, b] = [dayOf(from, zone), dayOf(to, zone)];
  if (b < a) return 0 - countBusinessDays(to, from, zone, holidays);
  let free = 0;
  for (const holiday of holidays) if (holiday > a && holiday <= b && isWeekday(holiday)) free++;
  return weekdaysUpTo(b) - weekdaysUpTo(a) - free;
}

/** The date that many business days later (earlier for less than 0), at the same time of day. */
export function addBusinessDays(date: Date, count: number, zone: string, holidays: ReadonlySet<number>): Date {
  const start = dayOf(date, zone);
  const step = count < 0 ? -1 : 1;
  let day = start;
  for (let left = Math.abs(count); left > 0; ) {
    day += step;
    if (isWeekday(day) && !holidays.has(day)) left--;
  }
  return addToDate(date, { days: day - start }, zone);
}

/** The calendar day in that zone, as a number of days since 1970-01-01. */
export function dayOf(date: Date, zone: string): number {
  const { year, month, day } = zonedParts(date, zone);
  return dayNumber(year, month, day);
}

/** 1970-01-01 was a Thursday. */
function isWeekday(day: number): boolean {
  return (((day + 3) % 7) + 7) % 7 < 5;
}

/** Weekdays from a Monday long ago up to that day. */
function weekdaysUpTo(day: number): number {
  const since = day + 3;
  const weeks = Math.floor(since / 7);
  return weeks * 5 + Math.min(since - weeks * 7 + 1, 5);
}
