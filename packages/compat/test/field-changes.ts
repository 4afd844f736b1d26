import type { JsonSchema } from "@mortise/contract";
import type { ChangeId, Level } from "../src/index.ts";
import { object } from "./contracts.ts";

/** The version that a change asks for, and an id that must be among the changes found. */
export type Verdict = "none" | `${Level} ${ChangeId}`;

/** What changed, from, to, what that is called from old to new, and back where that is called otherwise. */
export type Row<Side> = readonly [what: string, before: Side, after: Side, there: Verdict, back?: Verdict];

const text: JsonSchema = { type: "string" };
const nullable: JsonSchema = { type: ["string", "null"] };
const card = { ...object({ kind: { const: "card" }, number: text }, ["kind", "number"]), title: "Card" };
const cash = { ...object({ kind: { const: "cash" } }, ["kind"]), title: "Cash" };

/** Changes of the schema of one field that goes in. */
export const INPUT_FIELD_CHANGES: readonly Row<JsonSchema>[] = [
  ["type", text, { type: "boolean" }, "major input-type-changed"],
  ["integer to number", { type: "integer" }, { type: "number" }, "minor input-type-widened", "major input-type-narrowed"],
  ["of one more type", text, { type: ["string", "integer"] }, "minor input-type-widened", "major input-type-narrowed"],
  ["null", text, nullable, "minor input-null-added", "major input-null-removed"],
  ["enum value", { enum: ["a", "b"] }, { enum: ["a"] }, "major input-enum-value-removed", "minor input-enum-value-added"],
  ["enum introduced", text, { type: "string", enum: ["a"] }, "major input-enum-introduced", "minor input-enum-dropped"],
  [
    "longest text",
    { type: "string", maxLength: 9 },
    { type: "string", maxLength: 5 },
    "major input-bound-tightened",
    "minor input-bound-loosened",
  ],
  [
    "least figure",
    { type: "integer" },
    { type: "integer", minimum: 1 },
    "major input-bound-tightened",
    "minor input-bound-loosened",
  ],
  [
    "steps",
    { type: "integer", multipleOf: 2 },
    { type: "integer", multipleOf: 4 },
    "major input-bound-tightened",
    "minor input-bound-loosened",
  ],
  [
    "distinct items",
    { type: "array" },
    { type: "array", uniqueItems: true },
    "major input-bound-tightened",
    "minor input-bound-loosened",
  ],
  ["pattern", text, { type: "string", pattern: "^a" }, "major input-pattern-added", "minor input-pattern-removed"],
  ["other pattern", { type: "string", pattern: "^b" }, { type: "string", pattern: "^a" }, "major input-pattern-changed"],
  ["format", text, { type: "string", format: "email" }, "major input-format-added", "minor input-format-removed"],
  [
    "int32 to int64",
    { type: "integer", format: "int32" },
    { type: "integer", format: "int64" },
    "minor input-bound-loosened",
    "major input-bound-tightened",
  ],
  [
    "map values",
    { type: "object", additionalProperties: { type: "number" } },
    { type: "object", additionalProperties: { type: "integer" } },
    "major input-type-narrowed",
    "minor input-type-widened",
  ],
  ["default", { type: "integer", default: 5 }, { type: "integer", default: 9 }, "major input-default-changed"],
  [
    "default added",
    { type: "integer" },
    { type: "integer", default: 9 },
    "minor input-default-added",
    "major input-default-removed",
  ],
  ["condition", text, { type: "string", not: { const: "x" } }, "major input-condition-added", "minor input-condition-removed"],
  ["words in a condition", { not: { const: "x", title: "X" } }, { not: { const: "x", title: "Y" } }, "patch other-changed"],
  [
    "alternatives that overlap",
    { oneOf: [card, cash] },
    { oneOf: [card, object({ kind: text })] },
    "major input-choice-overlapping",
    "major input-enum-introduced",
  ],
  [
    "any of several to one of them",
    { anyOf: [object({ a: text }), object({ b: text })] },
    { oneOf: [object({ a: text }), object({ b: text })] },
    "major input-choice-overlapping",
    "patch other-changed",
  ],
  ["choice", { oneOf: [card, cash] }, { oneOf: [card] }, "major input-choice-removed", "minor input-choice-added"],
  [
    "third choice",
    { oneOf: [card, cash] },
    { oneOf: [card, cash, { type: "string" }] },
    "minor input-type-widened",
    "major input-type-narrowed",
  ],
  ["choices in another order", { anyOf: [card, cash] }, { anyOf: [cash, card] }, "patch other-changed"],
  ["nullable in another way", nullable, { anyOf: [text, { type: "null" }] }, "patch other-changed"],
  [
    "allOf folded",
    { allOf: [object({ a: text }), object({ b: text }, ["b"])] },
    object({ a: text, b: text }, ["b"]),
    "patch other-changed",
  ],
  ["types as choices", { type: ["string", "integer"] }, { anyOf: [text, { type: "integer" }] }, "patch other-changed"],
  ["items", { type: "array", items: text }, { type: "array", items: { type: "integer" } }, "major input-type-changed"],
  [
    "data class",
    { type: "string", "x-data-class": "internal" },
    { type: "string", "x-data-class": "personal" },
    "major input-data-class-raised",
    "minor input-data-class-lowered",
  ],
];

/** Changes of the schema of one field that comes out. */
export const OUTPUT_FIELD_CHANGES: readonly Row<JsonSchema>[] = [
  ["type", text, { type: "integer" }, "major output-type-changed"],
  ["integer to number", { type: "integer" }, { type: "number" }, "major output-type-widened", "minor output-type-narrowed"],
  ["null", text, nullable, "major output-null-added", "minor output-null-removed"],
  ["enum value", { enum: ["a"] }, { enum: ["a", "b"] }, "major output-enum-value-added", "minor output-enum-value-removed"],
  ["enum dropped", { type: "string", enum: ["a"] }, text, "major output-enum-dropped", "minor output-enum-introduced"],
  [
    "ISO date to free text",
    { type: "string", format: "date-time" },
    text,
    "major output-format-removed",
    "minor output-format-added",
  ],
  ["other format", { type: "string", format: "date-time" }, { type: "string", format: "date" }, "major output-format-changed"],
  ["list to single", { type: "array", items: text }, text, "major output-shape-changed"],
  [
    "item shape",
    { type: "array", items: object({ a: text, b: text }) },
    { type: "array", items: object({ a: text }) },
    "major output-field-removed",
    "minor output-field-added",
  ],
  [
    "choice",
    { oneOf: [card, cash] },
    { oneOf: [card, cash, object({ kind: { const: "gift" } }, ["kind"])] },
    "major output-choice-added",
    "minor output-choice-removed",
  ],
  [
    "data class",
    { type: "string", "x-data-class": "public" },
    text,
    "major output-data-class-raised",
    "minor output-data-class-lowered",
  ],
  ["description", { type: "string", description: "a" }, { type: "string", description: "b" }, "patch other-changed"],
];
