import type { JsonObject, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { isObject } from "../model/loose.ts";
import { type BodySlot, computed, type ValuePlace, type ValueTypes } from "./core-node.ts";
import { COUNT, exactly } from "./schemas.ts";

/** Rounds of one loop or while at most. */
export const MOST_ROUNDS = 10_000;

/** Parameters of what runs round after round: what it begins with, and what a round hands on. */
export const STATE_PARAMS: { readonly [name: string]: JsonSchema } = {
  initial: computed({ title: "State at the beginning", description: "The steps see it as state. Absent: null.", "x-order": 5 }),
  next: computed({
    title: "State after a round",
    description: "Handed on to the next one; sees the steps of the round. Absent: it stays.",
    "x-order": 6,
  }),
  stateSchema: {
    type: "object",
    title: "Type of the state",
    description: "JSON Schema. Absent: nothing is known of it before the run.",
    "x-advanced": true,
    "x-widget": "json",
  } satisfies JsonSchemaObject,
  collect: computed({
    title: "Collect",
    description: "A value of every round, kept in the output's results.",
    "x-advanced": true,
  }),
};

/** What the steps and the values of a round see. */
export function stateOf(params: JsonObject): { readonly state: JsonSchema; readonly index: JsonSchema } {
  return { state: isObject(params.stateSchema) ? (params.stateSchema as JsonSchema) : true, index: COUNT };
}

/** The computed ones of {@link STATE_PARAMS}. */
export function stateValues(params: JsonObject): readonly ValuePlace[] {
  const { state } = stateOf(params);
  return [
    ...("initial" in params ? [{ path: ["initial"], expects: state }] : []),
    ...("next" in params ? [{ path: ["next"], expects: state, inside: "nodes" }] : []),
    ...("collect" in params ? [{ path: ["collect"], expects: true as const, inside: "nodes" }] : []),
  ];
}

/** The one body of what runs round after round. */
export function repeatedBodies(params: JsonObject): readonly BodySlot[] {
  return [{ slot: "nodes", scope: stateOf(params) }];
}

/** How many rounds there were, why there were no more, and what they came to. */
export function repeatedOutput(params: JsonObject, types: ValueTypes): JsonSchema {
  return exactly({
    rounds: COUNT,
    ended: { type: "string", enum: ["done", "break", "max"] },
    state: "initial" in params || "next" in params ? stateOf(params).state : { type: "null" },
    ...("collect" in params && { results: { type: "array", items: types.of("collect") } }),
  });
}
