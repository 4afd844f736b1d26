import { elementOf } from "@mortise/builders";
import { type Diagnostic, type Json, MortiseError } from "@mortise/contract";
import { type CoreNode, computed } from "./core-node.ts";
import { listOf } from "./per-item.ts";
import { COUNT, exactly } from "./schemas.ts";

const MOST_PARTS = 100_000;

/** Cuts a list or a text into parts. */
export const split: CoreNode = {
  spec: {
    use: "core/split",
    title: "Split",
    description: "Cuts a list into parts of a size, or a text at a separator. A for-each works on the parts.",
    group: "data",
    params: {
      type: "object",
      properties: {
        value: computed({ type: ["array", "string"], title: "List or text", "x-order": 1 }),
        size: {
          type: "integer",
          title: "Items of a part",
          description: "For a list; the last part may be smaller.",
          minimum: 1,
          "x-order": 2,
        },
        separator: {
          type: "string",
          title: "Separator",
          description: "For a text; a line break is \\n.",
          minLength: 1,
          "x-order": 3,
        },
      },
      required: ["value"],
      additionalProperties: false,
    },
  },

  values: (params) => [{ path: ["value"], expects: { type: "separator" in params ? "string" : "array" } }],

  check: (params): readonly Diagnostic[] => {
    if ("size" in params !== "separator" in params) return [];
    const message = `Split needs either "size", for a list, or "separator", for a text.`;
    return [{ code: "INVALID_VALUE", severity: "error", path: "", message, fix: { title: "Keep one of the two." } }];
  },

  output: (params, types) => {
    const part =
      "separator" in params
        ? ({ type: "string" } as const)
        : { type: "array" as const, items: elementOf(types.of("value")), minItems: 1 };
    return exactly({ parts: { type: "array", items: part }, count: COUNT });
  },

  behaviour: {
    kind: "pure",
    compile: (params) => {
      const value = params.value("value");
      const { size, separator } = params.with;
      return (scope) => {
        const found = value.evaluate(scope);
        const parts: readonly Json[] =
          typeof separator === "string" ? cutText(found, separator) : cutList(listOf(found, "value"), Number(size ?? 1));
        if (parts.length > MOST_PARTS)
          throw new MortiseError("LIMIT_EXCEEDED", `Split made ${parts.length} parts, allowed are ${MOST_PARTS}.`);
        return { output: { parts, count: parts.length } };
      };
    },
  },
};

function cutText(value: Json, separator: string): readonly string[] {
  if (typeof value !== "string") throw new MortiseError("WRONG_TYPE", '"value" has to be a text where a separator is given.');
  return value === "" ? [] : value.split(separator);
}

function cutList(items: readonly Json[], size: number): readonly Json[] {
  const step = Math.max(1, size);
  return Array.from({ length: Math.ceil(items.length / step) }, (_, i) => items.slice(i * step, (i + 1) * step));
}
