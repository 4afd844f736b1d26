import { addToDate } from "./shift-date.ts";
import { zonedParts } from "./zoned-parts.ts";

/** Units in which the time between two dates is counted. */
export type BetweenUnit = "years" | "months" | "weeks" | "days" | "hours" | "minutes" | "seconds";

const MS: { readonly [unit: string]: number } = { hours: 3_600_000, minutes: 60_000, seconds: 1_000 };

/** Whole units that have passed from one date to the other, by calendar and clock of the zone; less than 0 backwards. */
export function dateBetween(from: Date, to: Date, unit: BetweenUnit, zone: string): number {
  if (to < from) return 0 - dateBetween(to, from, unit, zone);
  const ms = MS[unit];
  if (ms !== undefined) return Math.floor((to.getTime() - from.getTime()) / ms);
  const [a, b] = [zonedParts(from, zone), zonedParts(to, zone)];
  if (unit === "days" || unit === "weeks") {
    const days = dayNumber(b.year, b.month, b.day) - dayNumber(a.year, a.month, a.day);
    const passed = days - (addToDate(from, { days }, zone) > to ? 1 : 0);
    return unit === "days" ? passed : Math.floor(passed / 7);
  }
  const months = (b.year - a.year) * 12 + b.month - a.month;
  const passed = months - (addToDate(from, { months }, zone) > to ? 1 : 0);
  return unit === "months" ? passed : Math.floor(passed / 12);
}

/** Days since 1970-01-01 of a calendar date. */
export function dayNumber(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return Math.round(date.getTime() / 86_400_000);
}
