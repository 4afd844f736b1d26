import type { TextWish } from "./make-text.ts";
import type { Random } from "./random.ts";

const HOSTS = ["example.com", "example.org", "example.net"] as const;
const PEOPLE = ["ada", "grace", "alan", "mary", "linus", "barbara", "edsger", "katherine"] as const;

/** A text of a named format, by the rules of its standard. Undefined for a format that says nothing about the text. */
export function textOfFormat(format: string, wish: TextWish): string | undefined {
  const make = FORMATS[format];
  if (make === undefined) return undefined;
  return lengthened(make(wish.random, wish), format, wish);
}

type Make = (random: Random, wish: TextWish) => string;

const FORMATS: { readonly [format: string]: Make | undefined } = {
  "date-time": (random, { isEdge }) =>
    isEdge ? random.pick(["1970-01-01T00:00:00Z", "2024-02-29T23:59:59.999+14:00"]) : instant(random),
  "iso-date-time": (random) => instant(random),
  date: (random, { isEdge }) => (isEdge ? random.pick(["1970-01-01", "2024-02-29"]) : day(random)),
  time: (random) => `${clock(random)}Z`,
  "iso-time": (random) => clock(random),
  duration: (random) => `PT${random.int(1, 48)}H`,
  email: (random) => `${random.pick(PEOPLE)}@${random.pick(HOSTS)}`,
  "idn-email": (random) => `${random.pick(PEOPLE)}@${random.pick(HOSTS)}`,
  hostname: (random) => `${random.pick(["www", "api", "mail"])}.${random.pick(HOSTS)}`,
  "idn-hostname": (random) => random.pick(HOSTS),
  ipv4: (random) => `192.0.2.${random.int(1, 254)}`,
  ipv6: (random) => `2001:db8::${random.int(1, 0xffff).toString(16)}`,
  uri: (random) => `https://${random.pick(HOSTS)}/${random.pick(["a", "items", "people"])}`,
  url: (random) => `https://${random.pick(HOSTS)}/${random.pick(["a", "items", "people"])}`,
  iri: (random) => `https://${random.pick(HOSTS)}/`,
  "uri-reference": (random) => `/${random.pick(["a", "items", "people"])}`,
  "uri-template": () => "/items/{id}",
  uuid: (random) => uuid(random),
  regex: () => "^[a-z]+$",
  "json-pointer": () => "/items/0",
  "relative-json-pointer": () => "0/items",
  "json-pointer-uri-fragment": () => "#/items/0",
  byte: (random, { least, most }) => base64(random, least, most),
  base64: (random, { least, most }) => base64(random, least, most),
};

function instant(random: Random): string {
  return `${day(random)}T${clock(random)}Z`;
}

function day(random: Random): string {
  return `202${random.int(3, 6)}-${two(random.int(1, 12))}-${two(random.int(1, 28))}`;
}

function clock(random: Random): string {
  return `${two(random.int(0, 23))}:${two(random.int(0, 59))}:${two(random.int(0, 59))}`;
}

function two(figure: number): string {
  return String(figure).padStart(2, "0");
}

/** Version 4, variant 1 (RFC 9562 §5.4). */
function uuid(random: Random): string {
  const hex = (length: number): string => Array.from({ length }, () => random.int(0, 15).toString(16)).join("");
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${random.pick(["8", "9", "a", "b"])}${hex(3)}-${hex(12)}`;
}

function base64(random: Random, least: number, most: number): string {
  const groups = Math.max(Math.ceil(least / 4), Math.min(2, Math.floor(most / 4)));
  return Array.from({ length: groups }, () => random.pick(["QWRh", "c2Ft", "cGxl", "ZGF0"])).join("");
}

/** Makes texts longer where their format has a part of any length. */
function lengthened(text: string, format: string, { least }: TextWish): string {
  const missing = least - text.length;
  if (missing <= 0) return text;
  if (format === "uri" || format === "url" || format === "uri-reference" || format === "iri") return text + "a".repeat(missing);
  if (format === "email") return missing < 50 ? "a".repeat(missing) + text : text;
  return text;
}
