import { elementOf, unionOf } from "@mortise/builders";
import { type Json, type JsonObject, type JsonSchema, MortiseError } from "@mortise/contract";
import { canonicalJson } from "../model/canonical-json.ts";
import { isObject } from "../model/loose.ts";
import { type CoreNode, computed } from "./core-node.ts";
import { listOf } from "./per-item.ts";

/** Puts several values together into one. */
export const merge: CoreNode = {
  spec: {
    use: "core/merge",
    title: "Merge",
    description:
      "Puts values together: records into one, lists into one, or the first that is there. A value that is null, for example of a branch that was skipped, is left out.",
    group: "data",
    params: {
      type: "object",
      properties: {
        values: computed({ type: "array", title: "Values", description: "In order; later ones count more.", "x-order": 1 }),
        how: {
          type: "string",
          title: "How",
          description:
            "records: fields of all records. deep: also records inside of them. lists: one list after the other. pairs: the first items of all lists, then the second ones. first: the first value that is not null.",
          enum: ["records", "deep", "lists", "pairs", "first"],
          default: "records",
          "x-order": 2,
        },
        onConflict: {
          type: "string",
          title: "The same field twice",
          description: "For records, where the values differ. last: the later one. first: the earlier one. fail: the step fails.",
          enum: ["last", "first", "fail"],
          default: "last",
          "x-order": 3,
        },
      },
      required: ["values"],
      additionalProperties: false,
    },
  },

  values: ({ how = "records" }) => [
    { path: ["values"], expects: { type: "array", ...(how !== "first" && { items: partsOf(how) }) } },
  ],

  output: ({ how = "records" }, types): JsonSchema => {
    const value = elementOf(types.of("values"));
    if (how === "lists") return { type: "array", items: elementOf(value) };
    if (how === "pairs") return { type: "array", items: { type: "array", items: unionOf([elementOf(value), { type: "null" }]) } };
    return how === "first" ? value : { type: "object" };
  },

  behaviour: {
    kind: "pure",
    compile: (params) => {
      const values = params.value("values");
      const { how = "records", onConflict = "last" } = params.with;
      return (scope) => {
        const found = listOf(values.evaluate(scope), "values").filter((value) => value !== null);
        return { output: together(found, String(how), String(onConflict)) };
      };
    },
  },
};

/** What is merged: lists, or records; null is left out. */
function partsOf(how: Json): JsonSchema {
  return { type: [how === "lists" || how === "pairs" ? "array" : "object", "null"] };
}

function together(values: readonly Json[], how: string, onConflict: string): Json {
  switch (how) {
    case "first":
      return values[0] ?? null;
    case "lists":
      return values.flatMap((value) => listOf(value, "values"));
    case "pairs": {
      const lists = values.map((value) => listOf(value, "values"));
      const length = lists.reduce((most, list) => Math.max(most, list.length), 0);
      return Array.from({ length }, (_, i) => lists.map((list) => list[i] ?? null));
    }
    default:
      return values.map(record).reduce((merged, each) => mergeRecords(merged, each, how === "deep", onConflict), {});
  }
}

/** Two records as one; keys that the second brings come last. */
export function mergeRecords(first: JsonObject, second: JsonObject, deep: boolean, onConflict: string): JsonObject {
  const merged = new Map(Object.entries(first));
  for (const [key, value] of Object.entries(second)) {
    const before = merged.get(key);
    if (before === undefined) merged.set(key, value);
    else if (deep && isObject(before) && isObject(value))
      merged.set(key, mergeRecords(before as JsonObject, value as JsonObject, deep, onConflict));
    else if (onConflict === "last") merged.set(key, value);
    else if (onConflict === "fail" && canonicalJson(before) !== canonicalJson(value))
      throw new MortiseError("TRANSFORM_FAILED", `The field "${key}" is in several records, with different values.`);
  }
  return Object.fromEntries(merged);
}

function record(value: Json): JsonObject {
  if (isObject(value)) return value as JsonObject;
  throw new MortiseError(
    "WRONG_TYPE",
    `Only records can be merged into one, found a ${Array.isArray(value) ? "list" : typeof value}.`,
  );
}
