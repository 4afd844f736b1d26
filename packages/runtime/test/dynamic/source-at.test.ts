// Pins: a dynamic field that is not found behind a reference, or a pointer that finds what is none.
import type { JsonSchemaObject } from "@mortise/contract";
import { expect, it } from "vitest";
import { sourceAt } from "../../src/dynamic/source-at.ts";

const source = { operation: "listUsers", value: "/id", label: "/name" };
const input: JsonSchemaObject = {
  type: "object",
  properties: {
    owner: { type: "string", title: "Owner", "x-options": source },
    team: { $ref: "#/$defs/team" },
    "a/b": { type: "array", items: { $ref: "#/$defs/user" } },
    loop: { $ref: "#/$defs/loop" },
    far: { $ref: "https://example.com/schema.json" },
  },
  $defs: {
    team: { type: "object", properties: { lead: { $ref: "#/$defs/user" } } },
    user: { type: "string", "x-options": source },
    loop: { $ref: "#/$defs/loop" },
  },
};

it.each([
  ["/properties/owner", "Owner"],
  ["/properties/team/properties/lead", "lead"],
  ["/properties/a~1b/items", "items"],
])("finds the source at %s, called %s", (pointer, title) => {
  expect(sourceAt(input, pointer, "x-options")).toEqual({ source, title });
});

it.each([
  "/properties/nobody",
  "/properties/team",
  "/properties/loop",
  "/properties/far",
  "properties/owner",
  "",
  "/properties/__proto__",
])("finds none at %j", (pointer) => {
  expect(() => sourceAt(input, pointer, "x-options")).toThrow(expect.objectContaining({ code: "INVALID_REQUEST" }));
});

it("does not take one keyword for the other", () => {
  expect(() => sourceAt(input, "/properties/owner", "x-fields")).toThrow(expect.objectContaining({ code: "INVALID_REQUEST" }));
});
