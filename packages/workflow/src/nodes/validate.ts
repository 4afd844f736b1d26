import { elementOf } from "@mortise/builders";
import { type Json, MortiseError } from "@mortise/contract";
import { type CoreNode, computed } from "./core-node.ts";

const COUNT = { type: "integer", minimum: 0 } as const;

/** Sorts rows into valid and rejected ones by rules. */
export const validate: CoreNode = {
  spec: {
    use: "core/validate",
    title: "Validate",
    description:
      "Sorts a list of rows into those that keep all rules and those that do not, with the reasons. What is wrong with the list as a whole comes out as problems.",
    group: "data",
    params: {
      type: "object",
      properties: {
        items: computed({ type: "array", title: "Rows", "x-order": 1 }),
        rules: {
          type: "array",
          title: "Rules",
          description: "What a row must hold, e.g. a required field or a range.",
          items: { type: "object" },
          minItems: 1,
          "x-order": 2,
        },
      },
      required: ["items", "rules"],
      additionalProperties: false,
    },
  },

  values: () => [{ path: ["items"], expects: { type: "array" } }],

  rules: (_, types) => [{ path: ["rules"], row: elementOf(types.of("items")) }],

  output: (_, types) => {
    const row = elementOf(types.of("items"));
    const rejected = {
      type: "object",
      properties: { index: COUNT, row, reasons: { type: "array", items: { type: "string" } } },
      required: ["index", "row", "reasons"],
      additionalProperties: false,
    } as const;
    return {
      type: "object",
      properties: {
        valid: { type: "array", items: row },
        rejected: { type: "array", items: rejected },
        validCount: COUNT,
        rejectedCount: COUNT,
        problems: { type: "array", items: { type: "string" } },
      },
      required: ["valid", "rejected", "validCount", "rejectedCount", "problems"],
      additionalProperties: false,
    };
  },

  behaviour: {
    kind: "pure",
    compile: (params) => {
      const items = params.value("items");
      const rules = params.rules("rules");
      return (scope) => {
        const rows = items.evaluate(scope);
        if (!Array.isArray(rows)) throw new MortiseError("WRONG_TYPE", "What is to be validated is no list of rows.");
        const { valid, rejected, problems } = rules.checkAll(rows as readonly Json[]);
        const output = { valid, rejected, validCount: valid.length, rejectedCount: rejected.length, problems };
        return { output: output as unknown as Json };
      };
    },
  },
};
