import { unionOf } from "@mortise/builders";
import { type Json, type JsonObject, type JsonSchema, MortiseError } from "@mortise/contract";
import { isObject } from "../model/loose.ts";
import { type CoreNode, computed, nodeSet } from "./core-node.ts";
import { mergeRecords } from "./merge.ts";
import { exactly } from "./schemas.ts";

/** Calls out for more about a value and adds it; the value itself is kept. */
export const enrich: CoreNode = {
  spec: {
    use: "core/enrich",
    title: "Enrich",
    description: "Runs steps that find out more about a value, and adds their result to it. The value itself is kept.",
    group: "data",
    params: {
      type: "object",
      properties: {
        value: computed({ title: "Value", description: "A record; the steps see it as original.", "x-order": 1 }),
        nodes: nodeSet({ title: "Steps", "x-order": 2 }),
        result: computed({ title: "Result of the steps", "x-order": 3 }),
        under: {
          type: "string",
          title: "Field",
          description: "The field that gets the result. Absent: the result's own fields are added.",
          minLength: 1,
          "x-order": 4,
        },
        onConflict: {
          type: "string",
          title: "A field that is there already",
          description: "original: it stays. result: it is replaced. fail: the step fails where they differ.",
          enum: ["original", "result", "fail"],
          default: "original",
          "x-advanced": true,
        },
        onFailure: {
          type: "string",
          title: "When the steps fail",
          description: "fail: so does this one. keep: the value goes on as it is.",
          enum: ["fail", "keep"],
          default: "fail",
          "x-order": 5,
        },
      },
      required: ["value", "nodes", "result"],
      additionalProperties: false,
    },
  },

  values: ({ under }) => [
    { path: ["value"], expects: { type: "object" } },
    { path: ["result"], expects: under === undefined ? { type: "object" } : true, inside: "nodes" },
  ],

  bodies: (_, types) => [{ slot: "nodes", scope: { original: types.of("value") } }],

  output: (params, types): JsonSchema => {
    const original = types.of("value");
    const result = types.of("result");
    const added = typeof params.under === "string" ? exactly({ [params.under]: result }) : result;
    const merged = mergedType(original, added, params.onConflict !== "result");
    return params.onFailure === "keep" ? unionOf([merged, original]) : merged;
  },

  behaviour: {
    kind: "body",
    compile: (params) => {
      const value = params.value("value");
      const result = params.value("result");
      const { under, onConflict = "original", onFailure } = params.with;
      const wins = onConflict === "original" ? "first" : onConflict === "result" ? "last" : "fail";
      return {
        vars: (outer) => ({ original: value.evaluate(outer) }),
        output: (inner) => {
          const found = result.evaluate(inner);
          const added = typeof under === "string" ? { [under]: found } : recordOf(found);
          return mergeRecords(recordOf(inner.original as Json), added, false, wins);
        },
        ...(onFailure === "keep" && { recover: (outer) => value.evaluate(outer) }),
      };
    },
  },
};

/** The type of two records as one; open where either is. */
function mergedType(original: JsonSchema, added: JsonSchema, originalWins: boolean): JsonSchema {
  if (!isClosedRecord(original) || !isClosedRecord(added)) return { type: "object" };
  const fields = { ...added.properties, ...original.properties };
  const both = Object.keys(fields).filter(
    (name) => Object.hasOwn(original.properties, name) && Object.hasOwn(added.properties, name),
  );
  for (const name of both) {
    const [winner, other] = originalWins ? [original, added] : [added, original];
    const type = winner.properties[name] ?? true;
    fields[name] = winner.required?.includes(name) ? type : unionOf([type, other.properties[name] ?? true]);
  }
  const required = [...new Set([...(original.required ?? []), ...(added.required ?? [])])];
  return { type: "object", properties: fields, required, additionalProperties: false };
}

type ClosedRecord = { readonly properties: { readonly [name: string]: JsonSchema }; readonly required?: readonly string[] };

function isClosedRecord(type: JsonSchema): type is JsonSchema & ClosedRecord {
  return typeof type === "object" && type.properties !== undefined && type.additionalProperties === false;
}

function recordOf(value: Json): JsonObject {
  if (isObject(value)) return value as JsonObject;
  const found = value === null ? "nothing (null)" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
  throw new MortiseError("WRONG_TYPE", `Only a record can be enriched, and only with a record or under a field; found ${found}.`);
}
