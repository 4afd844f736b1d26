import type { Operation, Value } from "@mortise/contract";
import fc from "fast-check";
import { OBJECT, OPERATION, type Pack } from "./pack.ts";

const TEXT: Value = { $cel: "input.name" };
const FIELDS: Value = {
  name: { $cel: "input.name" },
  size: { $cel: "input.?size.orValue(null)" },
  tags: { $cel: "input.?tags.orValue(null)" },
};

/** Bodies and answers in other encodings than JSON. */
export const encodings: fc.Arbitrary<Pack> = fc
  .tuple(
    fc.constantFrom<NonNullable<Operation["request"]>["bodyType"]>("form", "multipart", "xml", "text", "json"),
    fc.constantFrom<readonly [NonNullable<Operation["request"]>["decode"], Operation["output"]]>(
      ["text", { type: "string", maxLength: 30 }],
      [
        "jsonl",
        {
          type: "array",
          items: { type: "object", required: ["a"], properties: { a: { type: "integer" }, b: { type: "boolean" } } },
        },
      ],
      [["gzip", "jsonl"], { type: "array", items: { type: "integer" } }],
      [
        "csv",
        {
          type: "array",
          items: {
            type: "object",
            required: ["a", "b c"],
            additionalProperties: false,
            properties: { a: { type: "string" }, "b c": { type: "string", maxLength: 9 } },
          },
        },
      ],
      [
        "xml",
        {
          type: "object",
          required: ["a"],
          additionalProperties: false,
          properties: { a: { type: "integer" }, list: { type: "array", items: { type: "string", pattern: "^[a-z]+$" } } },
        },
      ],
      [
        "sse",
        {
          type: "array",
          minItems: 1,
          items: { type: "object", required: ["data"], properties: { data: { type: "string", pattern: "^[a-z ]*[a-z]$" } } },
        },
      ],
      ["binary", { type: "string", pattern: "^(?:[A-Za-z0-9+/]{4}){2,9}$" }],
      ["none", { type: "null" }],
    ),
  )
  .map(([bodyType, [decode, output]]) => ({
    operations: {
      packEncoded: {
        ...OPERATION,
        title: "Encoded",
        effect: "execute",
        idempotency: "none",
        input: {
          ...OBJECT,
          required: ["name"],
          properties: {
            name: { type: "string", pattern: "^[a-z]{1,9}$" },
            size: { type: "integer" },
            tags: { type: "array", items: { type: "string", pattern: "^[a-z]+$" }, minItems: 1 },
          },
        },
        output,
        request: {
          method: "POST",
          url: "/encoded",
          ...(bodyType === undefined ? {} : { bodyType }),
          ...(bodyType === "xml" ? { xml: { root: "thing" } } : {}),
          body: bodyType === "text" ? TEXT : FIELDS,
          ...(decode === undefined ? {} : { decode }),
        },
      },
    },
  }));
