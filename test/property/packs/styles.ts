import fc from "fast-check";
import { OBJECT, OPERATION, type Pack } from "./pack.ts";

/** Parameters in styles of their own. */
export const styles: fc.Arbitrary<Pack> = fc
  .tuple(
    fc.constantFrom("spaceDelimited" as const, "pipeDelimited" as const, "form" as const),
    fc.boolean(),
    fc.constantFrom("label" as const, "matrix" as const, "simple" as const),
  )
  .map(([style, explode, pathStyle]) => ({
    operations: {
      packStyled: {
        ...OPERATION,
        title: "Styled",
        input: {
          ...OBJECT,
          required: ["key", "list"],
          properties: {
            key: { type: "array", minItems: 1, items: { type: "string", pattern: "^[a-z]+$" } },
            list: { type: "array", minItems: 1, items: { type: "integer" } },
            deep: { ...OBJECT, properties: { a: { type: "integer" }, b: { ...OBJECT, properties: { c: { type: "boolean" } } } } },
            whole: { type: "object" },
          },
        },
        output: { type: "object", properties: { ok: { type: "boolean" } } },
        request: {
          method: "GET",
          url: "/styled/{key}",
          path: { key: { $cel: "input.key" } },
          query: {
            list: { $cel: "input.list" },
            deep: { $cel: "input.?deep.orValue(null)" },
            whole: { $cel: "input.?whole.orValue(null)" },
          },
          styles: {
            path: { key: { style: pathStyle } },
            query: { list: { style, explode }, deep: { style: "deepObject" }, whole: { contentType: "application/json" } },
          },
        },
      },
    },
  }));
