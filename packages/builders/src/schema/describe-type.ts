import type { JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { ANY_KIND, KIND, type Kinds, kindsOf } from "./kinds.ts";
import { elementOf } from "./members.ts";
import { insideOptional, isDuration, isTimestamp } from "./special-types.ts";

const FORMATS: { readonly [format: string]: string } = {
  date: "date",
  "date-time": "date and time",
  time: "time of day",
  email: "e-mail address",
  uri: "web address",
  uuid: "UUID",
};

const NAMES: readonly (readonly [Kinds, string])[] = [
  [KIND.string, "text"],
  [KIND.number, "number"],
  [KIND.boolean, "yes/no"],
  [KIND.array, "list"],
  [KIND.object, "record"],
  [KIND.timestamp, "point in time"],
  [KIND.duration, "duration"],
  [KIND.optional, "optional value"],
  [KIND.null, "nothing (null)"],
];

/** The type in plain words: `"text"`, `"whole number"`, `"list of records"`, `"text or nothing (null)"`, `"anything"`. */
export function describeType(schema: JsonSchema): string {
  return describe(schema, false);
}

/** A set of kinds in plain words: `"text or number"`. */
export function describeKinds(kinds: Kinds): string {
  if (kinds === ANY_KIND) return "anything";
  const names = NAMES.filter(([bit]) => kinds & bit).map(([, name]) => name);
  return listed(names.length === 0 ? ["nothing at all"] : names);
}

function describe(schema: JsonSchema, plural: boolean): string {
  if (schema === false) return "nothing at all";
  const kinds = kindsOf(schema);
  if (schema === true || kinds === ANY_KIND) return "anything";
  if (isTimestamp(schema)) return plural ? "points in time" : "point in time";
  if (isDuration(schema)) return plural ? "durations" : "duration";
  const inner = insideOptional(schema);
  if (inner !== undefined) return `optional ${describe(inner, false)}`;
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return listed([...new Set(alternatives.map((each) => describe(each, plural)))]);
  if (schema.enum && schema.enum.length <= 4) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(", ")}`;
  const names = NAMES.filter(([bit]) => kinds & bit).map(([bit]) => describeKind(bit, schema, plural));
  return listed(names);
}

function describeKind(bit: Kinds, schema: JsonSchemaObject, plural: boolean): string {
  switch (bit) {
    case KIND.string: {
      const format = FORMATS[schema.format ?? ""];
      if (format) return plural ? `${format}${format.endsWith("s") ? "es" : "s"}` : format;
      return "text";
    }
    case KIND.number: {
      const types = typeof schema.type === "string" ? [schema.type] : schema.type;
      const name = types?.includes("integer") && !types.includes("number") ? "whole number" : "number";
      return plural ? `${name}s` : name;
    }
    case KIND.array: {
      const element = elementOf(schema);
      const name = plural ? "lists" : "list";
      return element === true ? name : `${name} of ${describe(element, true)}`;
    }
    case KIND.object:
      return plural ? "records" : "record";
    case KIND.null:
      return "nothing (null)";
    default:
      return NAMES.find(([each]) => each === bit)?.[1] ?? "anything";
  }
}

function listed(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? "anything";
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
