import { asObject } from "../model/loose.ts";
import { type CoreNode, computed } from "./core-node.ts";

/** Sends the run down the first case that is true, or down `else`. */
export const branch: CoreNode = {
  spec: {
    use: "core/branch",
    title: "Branch",
    description: "Goes on along the first case that is true; where none is, along else.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        cases: {
          type: "object",
          title: "Cases",
          description: "Conditions by name, tried in order. Later nodes name one as <branch>.<case>.",
          propertyNames: { pattern: "^[A-Za-z][A-Za-z0-9_]*$", not: { const: "else" } },
          additionalProperties: computed({ type: "boolean" }),
          minProperties: 1,
        },
      },
      required: ["cases"],
      additionalProperties: false,
    },
  },

  values: (params) =>
    Object.keys(asObject(params.cases)).map((name) => ({ path: ["cases", name], expects: { type: "boolean" } })),

  outlets: (params) => [...Object.keys(asObject(params.cases)).filter((name) => name !== "else"), "else"],

  output: (params) => ({
    type: "object",
    properties: { case: { type: "string", enum: [...Object.keys(asObject(params.cases)), "else"] } },
    required: ["case"],
    additionalProperties: false,
  }),

  behaviour: {
    kind: "pure",
    compile: (params) => {
      const cases = Object.keys(asObject(params.with.cases)).map((name) => [name, params.value("cases", name)] as const);
      return (scope) => {
        const outlet = cases.find(([, condition]) => condition.evaluate(scope) === true)?.[0] ?? "else";
        return { output: { case: outlet }, outlet };
      };
    },
  },
};
