import { describeKinds } from "../../schema/describe-type.ts";
import { ANY_KIND, KIND } from "../../schema/kinds.ts";
import { insideOptional, optionalOf } from "../../schema/special-types.ts";
import { unionOf } from "../../schema/union-of.ts";
import { Duration } from "../duration.ts";
import { ExpressionFailure } from "../expression-failure.ts";
import type { ExpressionFunction } from "../expression-function.ts";
import { ABSENT, Optional } from "../optional.ts";
import { kindOfValue } from "../runtime-kind.ts";
import { formatTimestamp, toJson } from "../to-json.ts";

const { string, number, boolean, timestamp, duration, optional } = KIND;
const TEXT = Object.freeze({ type: "string" as const });
const BOOLEAN = Object.freeze({ type: "boolean" as const });
/** Longer texts are no numbers; also bounds the time of the pattern. */
const MAX_NUMBER_LENGTH = 400;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** Conversions between kinds, and what to do with optional values. */
export const CONVERSION_FUNCTIONS: readonly ExpressionFunction[] = [
  numeric("number", 'number(x): a text such as "12.5", yes/no or a duration (in seconds) as a number'),
  numeric("double", "double(x): the same as number(x)"),
  {
    name: "int",
    style: "function",
    params: [number | string | boolean | timestamp],
    result: { type: "integer" },
    doc: "int(x): a whole number, cut towards zero; of a point in time the seconds since 1970",
    run: (_, value: unknown) => {
      const whole = value instanceof Date ? Math.floor(value.getTime() / 1000) : Math.trunc(toNumber(value, "int()"));
      if (Number.isSafeInteger(whole)) return whole === 0 ? 0 : whole;
      throw new ExpressionFailure("int(): the whole number is too large to be exact; keep it as text");
    },
  },
  {
    name: "string",
    style: "function",
    params: [string | number | boolean | timestamp | duration],
    result: TEXT,
    doc: "string(x): as text",
    run: (_, value: unknown) => (value instanceof Date ? formatTimestamp(value) : String(value)),
  },
  {
    name: "bool",
    style: "function",
    params: [boolean | string],
    result: BOOLEAN,
    doc: 'bool(x): of "true", "false", "t", "f", "1", "0"; also "True", "TRUE"',
    run: (_, value: unknown) => {
      if (typeof value === "boolean") return value;
      if (["true", "True", "TRUE", "t", "T", "1"].includes(String(value))) return true;
      if (["false", "False", "FALSE", "f", "F", "0"].includes(String(value))) return false;
      throw new ExpressionFailure('bool() needs "true" or "false"');
    },
  },
  {
    name: "dyn",
    style: "function",
    params: [ANY_KIND],
    result: true,
    doc: "dyn(x): x, of a type that is not checked",
    run: (_, value: unknown) => value,
  },
  {
    name: "toJson",
    style: "function",
    params: [ANY_KIND],
    result: TEXT,
    doc: "toJson(x): as JSON text",
    run: (frame, value: unknown) => {
      const text = JSON.stringify(toJson(value, frame.size));
      frame.text(text.length);
      return text;
    },
  },
  {
    name: "parseJson",
    style: "function",
    params: [string],
    result: true,
    doc: "parseJson(text): the value that JSON text stands for",
    run: (frame, text: string) => {
      frame.text(text.length);
      try {
        return JSON.parse(text) as unknown;
      } catch {
        throw new ExpressionFailure("parseJson() needs JSON text");
      }
    },
  },
  {
    name: "encodeUri",
    style: "function",
    params: [string],
    result: TEXT,
    doc: "encodeUri(text): percent-encoded, as one part of an address (RFC 3986)",
    run: (frame, text: string) => {
      frame.text(text.length * 3);
      return encodeURIComponent(text);
    },
  },
  {
    name: "orValue",
    style: "method",
    params: [optional, ANY_KIND],
    result: (args) => unionOf([(args[0] && insideOptional(args[0].type)) ?? true, args[1]?.type ?? true]),
    doc: "a.?b.orValue(c): c where b is missing",
    run: (_, value: Optional, other: unknown) => (value.value === undefined ? other : value.value),
  },
  {
    name: "hasValue",
    style: "method",
    params: [optional],
    result: BOOLEAN,
    doc: "a.?b.hasValue(): whether it is there",
    run: (_, value: Optional) => value.value !== undefined,
  },
  {
    name: "value",
    style: "method",
    params: [optional],
    result: (args) => (args[0] && insideOptional(args[0].type)) ?? true,
    doc: "a.?b.value(): the value; fails where it is missing",
    run: (_, value: Optional) => {
      if (value.value === undefined) throw new ExpressionFailure("value(): there is none");
      return value.value;
    },
  },
  {
    name: "optional.of",
    style: "function",
    params: [ANY_KIND],
    result: (args) => optionalOf(args[0]?.type ?? true),
    doc: "optional.of(x): x as a value that may be absent",
    run: (_, value: unknown) => new Optional(value),
  },
  {
    name: "optional.none",
    style: "function",
    params: [],
    result: optionalOf(true),
    doc: "optional.none(): a value that is absent",
    run: () => ABSENT,
  },
];

function numeric(name: string, doc: string): ExpressionFunction {
  return {
    name,
    style: "function",
    params: [number | string | boolean | duration],
    result: { type: "number" },
    doc,
    run: (_, value: unknown) => toNumber(value, `${name}()`),
  };
}

function toNumber(value: unknown, who: string): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof Duration) return value.ms / 1000;
  if (typeof value !== "string")
    throw new ExpressionFailure(`${who} needs text or number, found ${describeKinds(kindOfValue(value))}`);
  const text = value.trim();
  const parsed = text.length <= MAX_NUMBER_LENGTH && NUMBER.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(parsed)) return parsed;
  throw new ExpressionFailure(`${who}: the text is not a number`);
}
