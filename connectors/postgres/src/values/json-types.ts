import type { Json } from "@mortise/sdk";
import pg from "pg";

type Parser = (text: string) => Json;

const identity: Parser = (text) => text;

/** A number where it is exact, otherwise its text: JSON readers keep 15 significant digits (RFC 8259, section 6). */
const exactNumber: Parser = (text) => {
  const digits = text
    .replace(/^-?0*\.?0*/, "")
    .replace(".", "")
    .replace(/0+$/, "");
  return /^-?\d*\.?\d+$/.test(text) && digits.length <= 15 ? Number(text) : text;
};

const bigint: Parser = (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text);

/** NaN and infinities have no JSON number and stay text. */
const float: Parser = (text) => (Number.isFinite(Number(text)) ? Number(text) : text);

/** `2026-01-31 10:00:00.5+05:30` becomes `2026-01-31T10:00:00.5+05:30` (ISO 8601); what ISO cannot say (BC, infinity) stays as it is. */
const dateTime: Parser = (text) => {
  const found = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)(?:([+-]\d\d)(:\d\d)?)?$/.exec(text);
  if (!found) return text;
  const [, date, time, hours, minutes = ":00"] = found;
  const offset = hours === undefined ? "" : hours === "+00" && minutes === ":00" ? "Z" : `${hours}${minutes}`;
  return `${date}T${time}${offset}`;
};

const bytes: Parser = (text) => (text.startsWith("\\x") ? Buffer.from(text.slice(2), "hex").toString("base64") : text);

/** By type OID (pg_type); every other type stays the text that PostgreSQL gives. */
const PARSERS: { readonly [oid: number]: Parser | undefined } = {
  16: (text) => text === "t",
  17: bytes,
  20: bigint,
  21: Number,
  23: Number,
  26: Number,
  114: (text) => JSON.parse(text) as Json,
  700: float,
  701: float,
  1114: dateTime,
  1184: dateTime,
  1700: exactNumber,
  3802: (text) => JSON.parse(text) as Json,
};

/** OID of the element by OID of the array. */
const ARRAYS: { readonly [oid: number]: number | undefined } = {
  199: 114,
  1000: 16,
  1001: 17,
  1002: 18,
  1003: 19,
  1005: 21,
  1007: 23,
  1009: 25,
  1014: 1042,
  1015: 1043,
  1016: 20,
  1021: 700,
  1022: 701,
  1028: 26,
  1041: 869,
  1115: 1114,
  1182: 1082,
  1183: 1083,
  1185: 1184,
  1187: 1186,
  1231: 1700,
  2951: 2950,
  3807: 3802,
};

const TEXT_ARRAY: number = 1009;

/** Splits the text of any array into the texts of its elements: the driver's own reader of `text[]`. */
const splitArray = pg.types.getTypeParser(TEXT_ARRAY as Parameters<typeof pg.types.getTypeParser>[0]) as (text: string) => Nested;
type Nested = readonly (string | null | Nested)[];

/** Reads a value of a type as JSON. */
export function parserOf(oid: number): Parser {
  const element = ARRAYS[oid];
  if (element === undefined) return PARSERS[oid] ?? identity;
  const parse = PARSERS[element] ?? identity;
  const each = (part: string | null | Nested): Json =>
    part === null ? null : typeof part === "string" ? parse(part) : part.map(each);
  return (text) => splitArray(text).map(each);
}

/** The driver's hook for {@link parserOf}. */
export const jsonTypes = { getTypeParser: (oid: number) => parserOf(oid) } as pg.CustomTypesConfig;
