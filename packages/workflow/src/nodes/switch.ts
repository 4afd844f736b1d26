import { type Json, MortiseError } from "@mortise/contract";
import { canonicalJson } from "../model/canonical-json.ts";
import { asObject } from "../model/loose.ts";
import { type CoreNode, computed } from "./core-node.ts";

/** Sends the run down the case that a value equals. */
export const switchNode: CoreNode = {
  spec: {
    use: "core/switch",
    title: "Switch",
    description: "Goes on along the case that the value equals. What happens with any other value has to be said.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        value: computed({ title: "Value", "x-order": 1 }),
        cases: {
          type: "object",
          title: "Cases",
          description:
            "What the value is compared with, by name; a list is any of its values. Later nodes name one as <switch>.<case>.",
          propertyNames: { pattern: "^[A-Za-z][A-Za-z0-9_]*$", not: { const: "default" } },
          additionalProperties: computed({}),
          minProperties: 1,
          "x-order": 2,
        },
        default: {
          type: "string",
          title: "Any other value",
          description: "continue: goes on along <switch>.default. fail: the step fails.",
          enum: ["continue", "fail"],
          "x-order": 3,
        },
      },
      required: ["value", "cases", "default"],
      additionalProperties: false,
    },
  },

  values: (params) => [
    { path: ["value"], expects: true },
    ...Object.keys(asObject(params.cases)).map((name) => ({ path: ["cases", name], expects: true as const })),
  ],

  outlets: (params) => namesOf(params),

  output: (params) => ({
    type: "object",
    properties: { case: { type: "string", enum: namesOf(params) } },
    required: ["case"],
    additionalProperties: false,
  }),

  behaviour: {
    kind: "pure",
    compile: (params) => {
      const value = params.value("value");
      const cases = Object.keys(asObject(params.with.cases)).map((name) => [name, params.value("cases", name)] as const);
      return (scope) => {
        const found = value.evaluate(scope);
        const outlet = cases.find(([, each]) => isOneOf(found, each.evaluate(scope)))?.[0];
        if (outlet === undefined && params.with.default !== "continue") {
          const names = cases.map(([name]) => name).join(", ");
          throw new MortiseError("WORKFLOW_FAILED_ITSELF", `${shown(found)} is none of the cases: ${names}.`, {
            nativeCode: "NO_CASE",
          });
        }
        return { output: { case: outlet ?? "default" }, outlet: outlet ?? "default" };
      };
    },
  },
};

function namesOf(params: { readonly [key: string]: unknown }): string[] {
  const names = Object.keys(asObject(params.cases)).filter((name) => name !== "default");
  return params.default === "continue" ? [...names, "default"] : names;
}

function isOneOf(value: Json, wanted: Json): boolean {
  const text = canonicalJson(value);
  if (canonicalJson(wanted) === text) return true;
  return Array.isArray(wanted) && (wanted as readonly Json[]).some((each) => canonicalJson(each) === text);
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `A value of ${text.length} characters`;
}
