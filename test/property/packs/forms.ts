import fc from "fast-check";
import { anySchema, anyText } from "../any-schema.ts";
import { id, OBJECT, OPERATION, type Pack } from "./pack.ts";

/** Forms that are fed by other operations, schemas with definitions of their own, a body that is one field of the input. */
export const forms: fc.Arbitrary<Pack> = fc.tuple(anySchema([], 1), anyText).map(([cell, help]) => ({
  operations: {
    packTables: {
      ...OPERATION,
      title: "Tables",
      input: OBJECT,
      output: {
        ...OBJECT,
        required: ["tables"],
        properties: { tables: { type: "array", items: { $ref: "#/$defs/table" } } },
        $defs: {
          table: {
            ...OBJECT,
            required: ["id", "name"],
            properties: {
              id: { type: "string" },
              name: { type: "string" },
              parts: { type: "array", items: { $ref: "#/$defs/table" } },
            },
          },
        },
      },
      stream: { items: "/tables", resume: "none" },
      request: { method: "GET", url: "https://data.acme.example/tables" },
    },
    packColumns: {
      ...OPERATION,
      title: "Columns",
      input: id,
      output: { type: "object" },
      request: { method: "GET", url: { $text: "/tables/${input.id}/columns" } },
    },
    packInsert: {
      ...OPERATION,
      title: "Insert",
      description: help,
      effect: "create",
      idempotency: "none",
      lifecycle: { stage: "beta", since: "1.0.0", replacement: "packTables" },
      input: {
        ...OBJECT,
        required: ["table", "row"],
        properties: {
          table: {
            type: "string",
            minLength: 1,
            pattern: "^[a-z]+$",
            "x-options": { operation: "packTables", value: "/id", label: "/name" },
          },
          row: {
            type: "object",
            additionalProperties: cell,
            "x-fields": { operation: "packColumns", with: { id: { $cel: "input.table" } }, schema: { $cel: "output" } },
          },
        },
      },
      output: { ...OBJECT, properties: { at: { type: "string", format: "date-time" }, row: { type: "object" } } },
      request: {
        method: "PATCH",
        url: "/tables/{table}",
        path: { table: { $cel: "input.table" } },
        body: { $cel: "input.row" },
        headers: { "X-Table": { $text: "t-${input.table}" } },
      },
      counterExamples: [{ input: { table: "" } }],
    },
  },
}));
