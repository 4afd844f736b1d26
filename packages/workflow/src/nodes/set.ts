import type { Json, JsonObject, JsonSchema } from "@mortise/contract";
import { MortiseError } from "@mortise/contract";
import { asList, asObject, isObject } from "../model/loose.ts";
import { type CoreNode, computed } from "./core-node.ts";
import { exactly } from "./schemas.ts";

/** Sets fields of a record. */
export const setNode: CoreNode = {
  spec: {
    use: "core/set",
    title: "Set fields",
    description: "Gives fields of a record new values, or takes them away. Without a record it makes a new one.",
    group: "data",
    params: {
      type: "object",
      properties: {
        on: computed({ type: "object", title: "Record", description: "Absent: a new, empty one.", "x-order": 1 }),
        fields: {
          type: "object",
          title: "Fields",
          description: "New values by name.",
          additionalProperties: computed({}),
          "x-order": 2,
        },
        remove: { type: "array", title: "Take away", description: "Names of fields.", items: { type: "string" }, "x-order": 3 },
      },
      additionalProperties: false,
      minProperties: 1,
    },
  },

  values: (params) => [
    ...("on" in params ? [{ path: ["on"], expects: { type: "object" as const } }] : []),
    ...Object.keys(asObject(params.fields)).map((name) => ({ path: ["fields", name], expects: true as const })),
  ],

  output: (params, types): JsonSchema => {
    const base: JsonSchema = "on" in params ? types.of("on") : exactly({});
    const set = Object.fromEntries(Object.keys(asObject(params.fields)).map((name) => [name, types.of("fields", name)]));
    if (typeof base === "boolean" || base.properties === undefined) {
      return { type: "object", properties: set, required: Object.keys(set) };
    }
    const gone = (name: string) => asList(params.remove).includes(name) && !Object.hasOwn(set, name);
    const kept = Object.entries(base.properties).filter(([name]) => !gone(name));
    const required = [...new Set([...(base.required ?? []), ...Object.keys(set)])].filter((name) => !gone(name));
    const open = base.additionalProperties === undefined ? {} : { additionalProperties: base.additionalProperties };
    return { type: "object", properties: { ...Object.fromEntries(kept), ...set }, required, ...open };
  },

  behaviour: {
    kind: "pure",
    compile: (params) => {
      const on = "on" in params.with ? params.value("on") : undefined;
      const removed = asList(params.with.remove);
      const fields = Object.keys(asObject(params.with.fields)).map((name) => [name, params.value("fields", name)] as const);
      return (scope) => {
        const base = on ? on.evaluate(scope) : {};
        if (!isObject(base)) throw new MortiseError("WRONG_TYPE", '"on" has to be a record.');
        const kept = Object.entries(base as JsonObject).filter(([name]) => !removed.includes(name));
        const set = fields.map(([name, value]): [string, Json] => [name, value.evaluate(scope)]);
        return { output: Object.fromEntries([...kept, ...set]) };
      };
    },
  },
};
