import { fromZonedParts, type ZonedParts, zonedParts } from "./zoned-parts.ts";

/** Calendar amounts to add; negative ones subtract. */
export interface DateShift {
  readonly years?: number;
  readonly months?: number;
  readonly weeks?: number;
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
}

export type DateUnit = "year" | "quarter" | "month" | "week" | "day" | "hour" | "minute";

/**
 * Adds calendar amounts as clocks of the zone show them: one day later is the same time of day, also when clocks change; the
 * 31st plus a month is the last day of a shorter one.
 */
export function addToDate(date: Date, shift: DateShift, zone: string): Date {
  const parts = zonedParts(date, zone);
  const months = parts.year * 12 + parts.month - 1 + (shift.years ?? 0) * 12 + (shift.months ?? 0);
  const year = Math.floor(months / 12);
  const month = months - year * 12 + 1;
  const last = new Date(Date.UTC(2000 + (((year % 400) + 400) % 400), month, 0)).getUTCDate();
  const days = (shift.weeks ?? 0) * 7 + (shift.days ?? 0);
  const moved = fromZonedParts({ ...parts, year, month, day: Math.min(parts.day, last) + days }, zone);
  return new Date(moved.getTime() + (((shift.hours ?? 0) * 60 + (shift.minutes ?? 0)) * 60 + (shift.seconds ?? 0)) * 1_000);
}

/** The start of the unit that the date is in; a week starts on Monday (ISO 8601). */
export function truncateDate(date: Date, unit: DateUnit, zone: string): Date {
  const parts = zonedParts(date, zone);
  const day: ZonedParts = { ...parts, hour: 0, minute: 0, second: 0, millisecond: 0 };
  switch (unit) {
    case "year":
      return fromZonedParts({ ...day, month: 1, day: 1 }, zone);
    case "quarter":
      return fromZonedParts({ ...day, month: parts.month - ((parts.month - 1) % 3), day: 1 }, zone);
    case "month":
      return fromZonedParts({ ...day, day: 1 }, zone);
    case "week": {
      const weekday = new Date(Date.UTC(parts.year, parts.month - 1, parts.day)).getUTCDay();
      return fromZonedParts({ ...day, day: parts.day - ((weekday + 6) % 7) }, zone);
    }
    case "day":
      return fromZonedParts(day, zone);
    case "hour":
      return fromZonedParts({ ...day, hour: parts.hour }, zone);
    case "minute":
      return fromZonedParts({ ...day, hour: parts.hour, minute: parts.minute }, zone);
  }
}
