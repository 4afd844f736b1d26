import Type from "typebox";
import { parseTimestamp } from "../dates/parse-timestamp.ts";
import { linearPattern } from "../expressions/linear-pattern.ts";
import { describeValue } from "../schema/describe-value.ts";
import { isEmailAddress } from "../text/email-address.ts";
import { defineFieldRule } from "./define-rule.ts";

const DATE_TIME = String.raw`^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$`;

const FORMATS: { readonly [name: string]: { readonly title: string; test(text: string): boolean } } = {
  email: { title: "an e-mail address", test: isEmailAddress },
  date: {
    title: "a date such as 2026-01-31",
    test: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && parseTimestamp(text) !== undefined,
  },
  "date-time": {
    title: "a date and time such as 2026-01-31T12:00:00Z",
    test: (text) => matches(DATE_TIME, text) && parseTimestamp(text.replace(/(\.\d{9})\d+/, "$1")) !== undefined,
  },
  time: { title: "a time of day such as 12:30", test: (text) => matches(String.raw`^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$`, text) },
  uri: {
    title: "an address such as https://example.com/",
    test: (text) => /^[a-z][a-z0-9+.-]*:[^\s]+$/i.test(text) && URL.canParse(text),
  },
  uuid: { title: "a UUID", test: (text) => matches("(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", text) },
  hostname: {
    title: "a host name",
    test: (text) =>
      text.length <= 253 && matches("(?i)^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$", text),
  },
  ipv4: {
    title: "an IPv4 address",
    test: (text) => matches(String.raw`^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}$`, text) && !text.endsWith("."),
  },
  ipv6: {
    title: "an IPv6 address",
    test: (text) => /^[0-9A-Fa-f:.]{2,45}$/.test(text) && text.includes(":") && URL.canParse(`http://[${text}]/`),
  },
  duration: {
    title: "a duration such as P1DT2H",
    test: (text) =>
      matches(String.raw`^P(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)$`, text) && /\d[A-Z]$/.test(text),
  },
  semver: {
    title: "a version such as 1.2.3",
    test: (text) =>
      matches(
        String.raw`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$`,
        text,
      ),
  },
};

export const format = defineFieldRule({
  name: "format",
  title: "Format",
  description:
    "The text is written as an e-mail address (RFC 5321), date, date-time (RFC 3339), time, uri (RFC 3986), uuid (RFC 9562), hostname (RFC 1123), ipv4, ipv6 (RFC 4291), duration (ISO 8601) or semver.",
  params: {
    format: Type.Union(
      Object.keys(FORMATS).map((name) => Type.Literal(name)),
      { title: "Format" },
    ),
  },
  compile: ({ format: name }) => {
    const wanted = FORMATS[name];
    return (value) => {
      if (typeof value !== "string") return `must be text, found ${describeValue(value)}`;
      return wanted?.test(value) ? undefined : `must be ${wanted?.title}`;
    };
  },
});

function matches(source: string, text: string): boolean {
  const pattern = linearPattern(source);
  return typeof pattern === "object" && pattern.test(text);
}
