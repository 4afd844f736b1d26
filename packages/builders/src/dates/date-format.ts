import { parseTimestamp } from "./parse-timestamp.ts";
import { fromZonedParts, type ZonedParts, zonedParts } from "./zoned-parts.ts";

/** Reads dates written in one way, and writes them so. */
export interface DateFormat {
  /** Whether it has a time of day. */
  readonly hasTime: boolean;
  /** The point in time, in `zone` where the text names no offset; undefined where the text is not written so. */
  parse(text: string, zone: string): Date | undefined;
  format(date: Date, zone: string): string;
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const TOKEN = /'([^']*)'|y{4}|yy|M{1,4}|d{1,2}|E{3,4}|H{1,2}|h{1,2}|m{1,2}|s{1,2}|S{3}|a|X{1,3}|[A-Za-z]+|[^A-Za-z']+/g;

const PATTERNS: { readonly [token: string]: string } = {
  yyyy: "(\\d{4})",
  yy: "(\\d{2})",
  MMMM: `(${MONTHS.join("|")})`,
  MMM: `(${MONTHS.map((name) => name.slice(0, 3)).join("|")})\\.?`,
  MM: "(\\d{2})",
  M: "(\\d{1,2})",
  dd: "(\\d{2})",
  d: "(\\d{1,2})",
  EEEE: `(${DAYS.join("|")})`,
  EEE: `(${DAYS.map((name) => name.slice(0, 3)).join("|")})`,
  HH: "(\\d{2})",
  H: "(\\d{1,2})",
  hh: "(\\d{2})",
  h: "(\\d{1,2})",
  mm: "(\\d{2})",
  m: "(\\d{1,2})",
  ss: "(\\d{2})",
  s: "(\\d{1,2})",
  SSS: "(\\d{3})",
  a: "([AaPp]\\.?[Mm]\\.?)",
  X: "(Z|[+-]\\d{2}(?::?\\d{2})?)",
  XX: "(Z|[+-]\\d{4})",
  XXX: "(Z|[+-]\\d{2}:\\d{2})",
};

const NAMED: { readonly [name: string]: DateFormat } = {
  iso: {
    hasTime: true,
    parse: (text, zone) =>
      /[Zz]|[+-]\d\d:?\d\d$/.test(text.slice(10)) ? parseTimestamp(text) : inZone(parseTimestamp(text), zone),
    format: (date, zone) => isoDateTime(date, zone),
  },
  "epoch-s": { hasTime: true, parse: (text) => epoch(text, 1_000), format: (date) => String(Math.floor(date.getTime() / 1_000)) },
  "epoch-ms": { hasTime: true, parse: (text) => epoch(text, 1), format: (date) => String(date.getTime()) },
};

/** Longer texts are no dates; also bounds the time of the patterns. */
const MAX_LENGTH = 200;
const kept = new Map<string, DateFormat | string>();

/**
 * A format by its pattern (Unicode TR35 letters: `yyyy MM dd`, `MMM d, yyyy`, `M/d/yy H:mm`, `h:mm a`, `XXX`; text in single quotes)
 * or by name (`iso`, `epoch-s`, `epoch-ms`). A text instead of it says why there is none. Month and day names are English.
 */
export function dateFormat(pattern: string): DateFormat | string {
  const known = kept.get(pattern) ?? NAMED[pattern] ?? compile(pattern);
  if (kept.size > 500) kept.clear();
  kept.set(pattern, known);
  return known;
}

/** ISO 8601 with the offset of the zone: `2026-01-31T12:00:00Z`, `2026-01-31T13:00:00+01:00`. */
export function isoDateTime(date: Date, zone: string): string {
  const parts = zonedParts(date, zone);
  const fraction = parts.millisecond === 0 ? "" : `.${pad(parts.millisecond, 3)}`;
  return `${isoDate(parts)}T${pad(parts.hour)}:${pad(parts.minute)}:${pad(parts.second)}${fraction}${offsetText(date, parts, zone)}`;
}

/** ISO 8601 calendar date. */
export function isoDate(parts: ZonedParts): string {
  return `${pad(parts.year, 4)}-${pad(parts.month)}-${pad(parts.day)}`;
}

function compile(pattern: string): DateFormat | string {
  const tokens: readonly string[] = pattern.match(TOKEN) ?? [];
  const unknown = tokens.find((token) => /^[A-Za-z]/.test(token) && !Object.hasOwn(PATTERNS, token));
  if (unknown !== undefined) return `"${unknown}" is no part of a date; put plain text in single quotes`;
  const has = (...names: string[]) => names.some((name) => tokens.includes(name));
  if (!has("yyyy", "yy") || !has("M", "MM", "MMM", "MMMM") || !has("d", "dd"))
    return "a date format needs year, month and day, for example yyyy-MM-dd";
  const source = tokens.map((token) => PATTERNS[token] ?? escapePattern(token.replaceAll("'", "")));
  const names = tokens.filter((token) => Object.hasOwn(PATTERNS, token));
  const regex = new RegExp(`^${source.join("")}$`, "i");
  return {
    hasTime: has("H", "HH", "h", "hh"),
    parse: (text, zone) => {
      const match = text.length <= MAX_LENGTH ? regex.exec(text.trim()) : null;
      return match ? fromTokens(names, match.slice(1), zone) : undefined;
    },
    format: (date, zone) => {
      const parts = zonedParts(date, zone);
      return tokens
        .map((token) => (Object.hasOwn(PATTERNS, token) ? write(token, parts, date, zone) : token.replaceAll("'", "")))
        .join("");
    },
  };
}

function fromTokens(names: readonly string[], values: readonly string[], zone: string): Date | undefined {
  const read = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0 };
  let isAfternoon: boolean | undefined;
  let offset: string | undefined;
  names.forEach((name, i) => {
    const text = values[i] ?? "";
    const letter = name[0];
    if (letter === "y") read.year = name === "yy" ? Number(text) + (Number(text) < 69 ? 2000 : 1900) : Number(text);
    else if (letter === "M") read.month = name.length < 3 ? Number(text) : monthOf(text);
    else if (letter === "d") read.day = Number(text);
    else if (letter === "H" || letter === "h") read.hour = Number(text);
    else if (letter === "m") read.minute = Number(text);
    else if (letter === "s") read.second = Number(text);
    else if (letter === "S") read.millisecond = Number(text);
    else if (letter === "a") isAfternoon = /^p/i.test(text);
    else if (letter === "X") offset = text;
  });
  if (isAfternoon !== undefined) {
    if (read.hour < 1 || read.hour > 12) return undefined;
    read.hour = (read.hour % 12) + (isAfternoon ? 12 : 0);
  }
  const { year, month, day } = read;
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  if (!isDay || read.hour > 23 || read.minute > 59 || read.second > 59) return undefined;
  if (offset === undefined) return fromZonedParts(read, zone);
  return new Date(fromZonedParts(read, "UTC").getTime() - offsetMs(offset));
}

function write(token: string, parts: ZonedParts, date: Date, zone: string): string {
  const month = MONTHS[parts.month - 1] ?? "";
  const weekday = DAYS[new Date(Date.UTC(parts.year, parts.month - 1, parts.day)).getUTCDay()] ?? "";
  const half = parts.hour % 12 === 0 ? 12 : parts.hour % 12;
  switch (token) {
    case "yyyy":
      return pad(parts.year, 4);
    case "yy":
      return pad(parts.year % 100);
    case "MMMM":
      return month;
    case "MMM":
      return month.slice(0, 3);
    case "EEEE":
      return weekday;
    case "EEE":
      return weekday.slice(0, 3);
    case "a":
      return parts.hour < 12 ? "AM" : "PM";
    case "SSS":
      return pad(parts.millisecond, 3);
    case "X":
    case "XX":
    case "XXX":
      return token === "XXX" ? offsetText(date, parts, zone) : offsetText(date, parts, zone).replace(":", "");
    default: {
      const values: { readonly [letter: string]: number } = {
        M: parts.month,
        d: parts.day,
        H: parts.hour,
        h: half,
        m: parts.minute,
        s: parts.second,
      };
      return pad(values[token[0] ?? ""] ?? 0, token.length);
    }
  }
}

function inZone(date: Date | undefined, zone: string): Date | undefined {
  return date && zone !== "UTC" ? fromZonedParts(zonedParts(date, "UTC"), zone) : date;
}

function epoch(text: string, unitMs: number): Date | undefined {
  const date = /^-?\d+(\.\d+)?$/.test(text.trim()) ? new Date(Number(text) * unitMs) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date : undefined;
}

function offsetText(date: Date, parts: ZonedParts, zone: string): string {
  if (zone === "UTC") return "Z";
  const minutes = Math.round((fromZonedParts(parts, "UTC").getTime() - date.getTime()) / 60_000);
  return `${minutes < 0 ? "-" : "+"}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
}

function offsetMs(text: string): number {
  if (/^z$/i.test(text)) return 0;
  const digits = text.slice(1).replace(":", "").padEnd(4, "0");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (text.startsWith("-") ? -minutes : minutes) * 60_000;
}

function monthOf(text: string): number {
  return MONTHS.findIndex((name) => name.slice(0, 3).toLowerCase() === text.slice(0, 3).toLowerCase()) + 1;
}

function pad(value: number, length = 2): string {
  return String(value).padStart(length, "0");
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\s+/g, "\\s+");
}
