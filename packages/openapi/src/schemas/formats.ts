/** Formats that validation knows under another name. */
const SAME: ReadonlyMap<string, string> = new Map([
  ["dateTime", "date-time"],
  ["datetime", "date-time"],
  ["date-time-rfc-3339", "date-time"],
  ["timestamp", "date-time"],
  ["ip", "ipv4"],
  ["URI", "uri"],
  ["URL", "uri"],
  ["url", "uri"],
  ["UUID", "uuid"],
  ["guid", "uuid"],
  ["Email", "email"],
  ["email-address", "email"],
]);

/** Formats of JSON Schema 2020-12 §7.3, and those of OpenAPI that validation knows. */
const KNOWN = new Set([
  "date-time",
  "date",
  "time",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "uri",
  "uri-reference",
  "uri-template",
  "uuid",
  "json-pointer",
  "relative-json-pointer",
  "regex",
  "byte",
  "int32",
  "int64",
  "float",
  "double",
]);

/** The format as validation knows it. Undefined for one that nobody checks: it says nothing that holds. */
export function knownFormat(format: string): string | undefined {
  const name = SAME.get(format) ?? format;
  return KNOWN.has(name) ? name : undefined;
}
