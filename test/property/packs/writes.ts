import type { Operation, Value } from "@mortise/contract";
import fc from "fast-check";
import { anyObject, anySchema } from "../any-schema.ts";
import { id, OBJECT, OPERATION, type Pack } from "./pack.ts";

const RENAMED: Value = { $map: [{ from: { $cel: "input.rows" } }, { rename: { fields: { id: "key" } } }] };

/** Something that is looked for, and created where it is not there; and many at once. */
export const writes: fc.Arbitrary<Pack> = fc.tuple(anyObject(anySchema([], 1), "y"), fc.boolean()).map(([more, isList]) => {
  const thing = {
    ...more,
    properties: { ...more.properties, id: { type: "string" } },
    required: [...(more.required ?? []), "id"],
  } as const satisfies Operation["output"];
  return {
    operations: {
      packSearch: {
        ...OPERATION,
        title: "Search",
        input: id,
        output: isList
          ? { ...OBJECT, required: ["found"], properties: { found: { type: "array", items: thing } } }
          : { ...OBJECT, properties: { found: thing } },
        request: { method: "GET", url: "/things", query: { id: { $cel: "input.id" } } },
      },
      packCreate: {
        ...OPERATION,
        title: "Create",
        effect: "create",
        idempotency: { key: "body", name: "requestId" },
        input: id,
        output: thing,
        request: { method: "POST", url: "/things", body: { id: { $cel: "input.id" } }, bodyType: "form" },
        compensate: { operation: "packDelete", with: { id: { $cel: "output.id" } } },
      },
      packDelete: {
        ...OPERATION,
        title: "Delete",
        effect: "delete",
        input: id,
        output: { type: "null" },
        request: { method: "DELETE", url: "/things/{id}", path: { id: { $cel: "input.id" } } },
      },
      packFindOrCreate: {
        ...OPERATION,
        title: "Find or create",
        effect: "create",
        idempotency: "none",
        input: id,
        output: {
          ...OBJECT,
          required: ["item", "created"],
          properties: { item: { type: "object" }, created: { type: "boolean" } },
        },
        searchOrCreate: {
          search: {
            operation: "packSearch",
            with: { id: { $cel: "input.id" } },
            item: { $cel: isList ? "output.found.size() > 0 ? output.found[0] : null" : "output.?found.orValue(null)" },
          },
          create: { operation: "packCreate", with: { id: { $cel: "input.id" } } },
        },
      },
      packMany: {
        ...OPERATION,
        title: "Many",
        effect: "create",
        idempotency: { key: "header", name: "Idempotency-Key" },
        input: { ...OBJECT, required: ["rows"], properties: { rows: { type: "array", items: thing, minItems: 2, maxItems: 5 } } },
        output: { ...OBJECT, required: ["made"], properties: { made: { type: "array", items: { type: "string" } } } },
        request: {
          method: "POST",
          url: "/many",
          body: RENAMED,
        },
        batch: { input: "/rows", max: 2, output: "/made" },
      },
    },
  };
});
