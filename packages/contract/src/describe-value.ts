/** Names a found value in a message: short, and never the inside of an object or list. */
export function describeValue(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return value.length > 60 ? `${JSON.stringify(value.slice(0, 60))}…` : JSON.stringify(value);
  return String(value);
}

const TYPE_NAMES: Readonly<Record<string, string>> = Object.freeze({
  null: "null",
  boolean: "true or false",
  integer: "a whole number",
  number: "a number",
  string: "text",
  array: "a list",
  object: "an object",
});

/** Names a JSON Schema type, or several, for people: `text`, `a number or null`. */
export function describeType(type: string | readonly string[]): string {
  return joinWords((typeof type === "string" ? [type] : type).map((name) => TYPE_NAMES[name] ?? name));
}

const FORMAT_NAMES: Readonly<Record<string, string>> = Object.freeze({
  date: "a date such as 2026-01-31",
  "date-time": "a date and time with zone such as 2026-01-31T12:00:00Z",
  time: "a time with zone such as 12:00:00Z",
  duration: "an ISO 8601 duration such as PT30S",
  email: "an e-mail address",
  "idn-email": "an e-mail address",
  hostname: "a host name",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  uri: "an absolute URL",
  url: "an absolute URL",
  "uri-reference": "a URL",
  uuid: "a UUID",
  regex: "a regular expression",
  "json-pointer": "a JSON pointer such as /rows",
});

/** Names a JSON Schema format for people: `an e-mail address`. */
export function describeFormat(format: string): string {
  return FORMAT_NAMES[format] ?? `the format ${format}`;
}

/** `a`, `a or b`, `a, b or c`; more than twelve are cut short. */
export function joinWords(words: readonly string[]): string {
  const unique = [...new Set(words)];
  const shown = unique.length > 12 ? [...unique.slice(0, 11), `${unique.length - 11} others`] : unique;
  return shown.length < 2 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} or ${shown.at(-1)}`;
}
