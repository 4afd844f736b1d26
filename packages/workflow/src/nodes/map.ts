import { type CoreNode, computed } from "./core-node.ts";

/** Shapes data. */
export const map: CoreNode = {
  spec: {
    use: "core/map",
    title: "Map",
    description: "Computes a value for the nodes that follow. Calls nothing.",
    group: "data",
    params: {
      type: "object",
      properties: {
        value: computed({ title: "Value", description: "A literal, an expression, a text, or a list of transformers." }),
      },
      required: ["value"],
      additionalProperties: false,
    },
  },

  values: () => [{ path: ["value"], expects: true }],

  output: (_, types) => types.of("value"),

  behaviour: {
    kind: "pure",
    compile: (params) => {
      const value = params.value("value");
      return (scope) => ({ output: value.evaluate(scope) });
    },
  },
};
