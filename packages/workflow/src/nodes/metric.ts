import { type Json, MortiseError } from "@mortise/contract";
import { asObject } from "../model/loose.ts";
import { type CoreNode, computed } from "./core-node.ts";
import { exactly } from "./schemas.ts";

const LONGEST_LABEL = 64;

/** Measures something about the business, for dashboards and alerts. */
export const metric: CoreNode = {
  spec: {
    use: "core/metric",
    title: "Metric",
    description: "Counts or measures something, such as orders or minutes, for dashboards and alerts.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        name: {
          type: "string",
          title: "Name",
          description: "Small letters, digits, dots and underscores, e.g. orders.created.",
          pattern: "^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*){0,4}$",
          maxLength: 64,
          "x-order": 1,
        },
        kind: {
          type: "string",
          title: "Kind",
          description: "count: adds up. value: kept as a distribution.",
          enum: ["count", "value"],
          default: "count",
          "x-order": 2,
        },
        value: computed({ type: "number", title: "Value", description: "Absent: 1.", "x-order": 3 }),
        labels: {
          type: "object",
          title: "Labels",
          description: "To tell values apart; few different ones, never a name of a person or an id.",
          propertyNames: { pattern: "^[a-z][a-z0-9_]{0,31}$" },
          additionalProperties: computed({ type: "string" }),
          maxProperties: 8,
          "x-advanced": true,
        },
      },
      required: ["name"],
      additionalProperties: false,
    },
  },

  values: (params) => [
    ...("value" in params
      ? [{ path: ["value"], expects: { type: "number" as const, ...(params.kind !== "value" && { minimum: 0 }) } }]
      : []),
    ...Object.keys(asObject(params.labels)).map((name) => ({ path: ["labels", name], expects: { type: "string" as const } })),
  ],

  traits: () => ({ sinks: { labels: "metric" } }),

  output: () => exactly({ value: { type: "number" } }),

  behaviour: {
    kind: "effect",
    repeatable: false,
    compile: (params) => {
      const value = "value" in params.with ? params.value("value") : undefined;
      const labels = Object.keys(asObject(params.with.labels)).map((name) => [name, params.value("labels", name)] as const);
      const { name, kind } = params.with;
      return (scope) => ({
        to: "metric",
        metric: {
          name: String(name),
          kind: kind === "value" ? "value" : "count",
          value: numberOf(value ? value.evaluate(scope) : 1, kind !== "value"),
          labels: Object.fromEntries(
            labels.map(([label, each]) => [label, String(each.evaluate(scope)).slice(0, LONGEST_LABEL)]),
          ),
        },
      });
    },
  },
};

function numberOf(value: Json, countsUp: boolean): number {
  if (typeof value !== "number") throw new MortiseError("WRONG_TYPE", `A metric has to be a number, found ${typeof value}.`);
  if (countsUp && value < 0)
    throw new MortiseError("INVALID_VALUE", `A count only grows, found ${value}; "value" may be negative.`);
  return value;
}
