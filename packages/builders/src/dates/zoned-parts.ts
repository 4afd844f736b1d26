/** A point in time as a calendar and clock of one place show it. */
export interface ZonedParts {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

const formats = new Map<string, Intl.DateTimeFormat | null>();

/** Whether the name is a time zone of the IANA database, or an offset such as `+02:00`. */
export function isTimeZone(zone: string): boolean {
  return formatFor(zone) !== null;
}

/** What calendar and clock show in that zone; `UTC` is quick. The zone must be one, see {@link isTimeZone}. */
export function zonedParts(date: Date, zone: string): ZonedParts {
  const format = zone === "UTC" ? undefined : formatFor(zone);
  const shown = format ? shownIn(date, format) : date;
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
  };
}

/** The point in time at which clocks of that zone show these parts; of two (clocks set back) the first. */
export function fromZonedParts(parts: ZonedParts, zone: string): Date {
  const shown = utc(parts);
  if (zone === "UTC") return shown;
  const offsetAt = (at: Date) => utc(zonedParts(at, zone)).getTime() - at.getTime();
  const early = new Date(shown.getTime() - offsetAt(new Date(shown.getTime() - 86_400_000)));
  if (utc(zonedParts(early, zone)).getTime() === shown.getTime()) return early;
  return new Date(shown.getTime() - offsetAt(early));
}

function utc(parts: ZonedParts): Date {
  const date = new Date(Date.UTC(2000, 0, 1, parts.hour, parts.minute, parts.second, parts.millisecond));
  date.setUTCFullYear(parts.year, parts.month - 1, parts.day);
  return date;
}

function formatFor(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = makeFormat(zone);
  if (formats.size > 1_000) formats.clear();
  formats.set(zone, format);
  return format;
}

function makeFormat(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", {
      // CEL writes an offset without its sign too.
      timeZone: /^\d\d:\d\d$/.test(zone) ? `+${zone}` : zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function shownIn(date: Date, format: Intl.DateTimeFormat): Date {
  const part: { [type: string]: number } = {};
  for (const { type, value } of format.formatToParts(date)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return utc({ year, month, day, hour, minute, second, millisecond: 0 });
}
