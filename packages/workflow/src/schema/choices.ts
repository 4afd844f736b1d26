import type { Json, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { isObject, own } from "../model/loose.ts";

/** A schema that holds for objects with one property of one value: `{ "if": { "properties": { "use": { "const": "a" } } }, "then": … }`. */
export interface Choice {
  readonly key: string;
  readonly value: string;
}

const choices = new WeakMap<JsonSchemaObject, Choice | "none">();
const grouped = new WeakMap<readonly JsonSchema[], Group | "none">();

/** What a schema that is a choice and nothing else asks for; undefined: it is none. */
export function choiceOf(schema: JsonSchemaObject): Choice | undefined {
  const known = choices.get(schema);
  if (known !== undefined) return known === "none" ? undefined : known;
  const read = readChoice(schema);
  choices.set(schema, read ?? "none");
  return read;
}

function readChoice(schema: JsonSchemaObject): Choice | undefined {
  if (schema.if === undefined || Object.keys(schema).some((key) => key !== "if" && key !== "then")) return undefined;
  const { type, properties = {}, required = [], ...rest } = typeof schema.if === "object" ? schema.if : { not: true };
  const [[key = "", property] = [], ...others] = Object.entries(properties);
  if (Object.keys(rest).length > 0 || others.length > 0 || type !== "object" || !required.includes(key) || required.length > 1)
    return undefined;
  if (typeof property !== "object" || Object.keys(property).length !== 1 || typeof property.const !== "string") return undefined;
  return { key, value: property.const };
}

interface Group {
  readonly key: string;
  readonly byValue: ReadonlyMap<string, readonly JsonSchema[]>;
  readonly others: readonly JsonSchema[];
}

/** Those of `allOf` that can say anything about a value: of many choices by one property, as a catalogue of kinds has them, only its own. */
export function applying(allOf: readonly JsonSchema[], value: Json): readonly JsonSchema[] {
  if (allOf.length < 4) return allOf;
  const known = grouped.get(allOf) ?? group(allOf);
  grouped.set(allOf, known);
  if (known === "none" || !isObject(value)) return allOf;
  const chosen = own(value, known.key);
  return [...known.others, ...(typeof chosen === "string" ? (known.byValue.get(chosen) ?? []) : [])];
}

function group(allOf: readonly JsonSchema[]): Group | "none" {
  const key = allOf
    .map((each) => (typeof each === "object" ? choiceOf(each)?.key : undefined))
    .find((each) => each !== undefined);
  if (key === undefined) return "none";
  const byValue = new Map<string, JsonSchema[]>();
  const others: JsonSchema[] = [];
  for (const each of allOf) {
    const choice = typeof each === "object" ? choiceOf(each) : undefined;
    if (choice?.key !== key) others.push(each);
    else byValue.set(choice.value, [...(byValue.get(choice.value) ?? []), each]);
  }
  return { key, byValue, others };
}
