// Pins that the comparison calls a change harmless which real values show to be breaking, or sees a change where only the writing differs.
import type { Json, JsonObject, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { createRandom, type Random, sampleOf } from "@mortise/contract/samples";
import { compileSchema } from "@mortise/contract/validation";
import { describe, expect, it } from "vitest";
import { compareContracts } from "../src/index.ts";
import { openedSchema } from "../src/proof/opened-schema.ts";
import { contract, operation } from "./contracts.ts";

const base: JsonSchemaObject = {
  type: "object",
  required: ["id", "kind", "lines"],
  properties: {
    id: { type: "string", minLength: 2, maxLength: 12 },
    kind: { enum: ["a", "b", "c"] },
    at: { type: "string", format: "date-time" },
    count: { type: ["integer", "null"], minimum: 0, maximum: 50 },
    rate: { type: "number", multipleOf: 0.5 },
    flags: { type: "object", additionalProperties: { type: "boolean" } },
    lines: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["sku"],
        properties: { sku: { type: "string", pattern: "^[A-Z]{3}$" }, more: { $ref: "#/$defs/Note" } },
      },
    },
    pay: {
      oneOf: [
        { type: "object", required: ["by", "iban"], properties: { by: { const: "bank" }, iban: { type: "string" } } },
        { type: "object", required: ["by"], properties: { by: { const: "cash" } } },
      ],
    },
    note: { anyOf: [{ $ref: "#/$defs/Note" }, { type: "null" }] },
  },
  $defs: {
    Note: { type: "object", required: ["text"], properties: { text: { type: "string" }, reply: { $ref: "#/$defs/Note" } } },
  },
};

type Edit = (schema: JsonObject, random: Random) => JsonObject | undefined;

/** Ways to change one schema somewhere inside; undefined where it has nothing to change in that way. */
const EDITS: { readonly [name: string]: Edit } = {
  "drop a keyword": (schema, random) => {
    const keys = Object.keys(schema).filter((key) => !["$defs", "$ref", "x-at"].includes(key));
    const key = random.pick(keys);
    return key === undefined ? undefined : Object.fromEntries(Object.entries(schema).filter(([other]) => other !== key));
  },
  "another type": (schema, random) => ({
    ...schema,
    type: random.pick(["string", "integer", "number", "boolean", "object", "array"]),
  }),
  "one type more": (schema) =>
    typeof schema.type === "string" && schema.type !== "null" ? { ...schema, type: [schema.type, "null"] } : undefined,
  "an enum value less": (schema) => (Array.isArray(schema.enum) ? { ...schema, enum: schema.enum.slice(1) } : undefined),
  "an enum value more": (schema) => (Array.isArray(schema.enum) ? { ...schema, enum: [...schema.enum, "z"] } : undefined),
  "a longest length": (schema, random) => (schema.type === "string" ? { ...schema, maxLength: random.int(1, 20) } : undefined),
  "a least figure": (schema, random) =>
    schema.type === "number" || Array.isArray(schema.type) ? { ...schema, minimum: random.int(-5, 20) } : undefined,
  "a key that must be there": (schema, random) => {
    const key = random.pick(Object.keys((schema.properties ?? {}) as JsonObject));
    return key === undefined ? undefined : { ...schema, required: [...((schema.required as readonly Json[]) ?? []), key] };
  },
  "a key less that must be there": (schema) =>
    Array.isArray(schema.required) ? { ...schema, required: schema.required.slice(1) } : undefined,
  "a field less": (schema, random) => {
    const properties = (schema.properties ?? {}) as JsonObject;
    const key = random.pick(Object.keys(properties));
    return key === undefined
      ? undefined
      : { ...schema, properties: Object.fromEntries(Object.entries(properties).filter(([other]) => other !== key)) };
  },
  "a field more": (schema) =>
    schema.properties === undefined
      ? undefined
      : { ...schema, properties: { ...(schema.properties as JsonObject), extra: { type: "string" } } },
  "a closed object": (schema) => (schema.properties === undefined ? undefined : { ...schema, additionalProperties: false }),
  "another format": (schema, random) =>
    schema.type === "string" ? { ...schema, format: random.pick(["date", "email", "uuid"]) } : undefined,
  "a choice less": (schema) => {
    for (const key of ["oneOf", "anyOf"]) {
      const list = schema[key];
      if (Array.isArray(list) && list.length > 1) return { ...schema, [key]: list.slice(1) };
    }
    return undefined;
  },
  "a choice more": (schema) =>
    Array.isArray(schema.anyOf) ? { ...schema, anyOf: [...schema.anyOf, { type: "integer" }] } : undefined,
  "a condition": (schema) => ({ ...schema, not: { const: "no" } }),
  "fewer items": (schema) => (schema.type === "array" ? { ...schema, maxItems: 1 } : undefined),
  "distinct items": (schema) => (schema.type === "array" ? { ...schema, uniqueItems: true } : undefined),
};

/** JSON pointers to every schema inside. */
function places(schema: JsonSchema, at: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof schema === "boolean") return [];
  const named = [
    ...Object.entries(schema.properties ?? {}).map(([key, each]) => [["properties", key], each] as const),
    ...Object.entries(schema.$defs ?? {}).map(([key, each]) => [["$defs", key], each] as const),
  ];
  const listed = (["anyOf", "oneOf", "allOf"] as const).flatMap((key) =>
    (schema[key] ?? []).map((each, index) => [[key, String(index)], each] as const),
  );
  const single = (["items", "additionalProperties"] as const).flatMap((key) =>
    schema[key] === undefined ? [] : [[[key], schema[key]] as const],
  );
  return [at, ...[...named, ...listed, ...single].flatMap(([step, each]) => places(each, [...at, ...step]))];
}

function edited(value: Json, at: readonly string[], edit: (schema: JsonObject) => JsonObject | undefined): Json | undefined {
  const [step, ...rest] = at;
  if (step === undefined) return edit(value as JsonObject);
  const child = (value as { readonly [key: string]: Json })[step];
  const made = child === undefined ? undefined : edited(child, rest, edit);
  if (made === undefined) return undefined;
  return Array.isArray(value) ? value.with(Number(step), made) : { ...(value as JsonObject), [step]: made };
}

function as(side: "input" | "output", schema: JsonSchemaObject) {
  return contract({ operations: { get: operation({ [side]: schema }) } });
}

/** A value made from the one schema that the other refuses; undefined where none was found. */
function refuted(from: JsonSchema, to: JsonSchema, seed: string): Json | undefined {
  const fits = compileSchema(to, { useDefaults: true });
  for (let index = 0; index < 24; index++) {
    const mode = (["typical", "minimal", "edge", "edge"] as const)[index % 4] ?? "typical";
    const value = sampleOf(from, { seed: `${seed} ${index}`, mode });
    if (value !== undefined && !fits(value).ok) return value;
  }
  return undefined;
}

describe("compareContracts", () => {
  it.each(Object.entries(EDITS))("never calls %s harmless where values say otherwise", (name, edit) => {
    const random = createRandom(name);
    for (const at of places(base)) {
      const after = edited(base as Json, at, (schema) => edit(schema, random)) as JsonSchemaObject | undefined;
      if (after === undefined) continue;
      const what = `${name} at /${at.join("/")}`;
      if (compareContracts(as("input", base), as("input", after)).requiredBump !== "major") {
        expect(refuted(base, after, what), `input, ${what}`).toBeUndefined();
      }
      if (compareContracts(as("output", base), as("output", after)).requiredBump !== "major") {
        expect(refuted(after, openedSchema(base), what), `output, ${what}`).toBeUndefined();
      }
    }
  });

  it.each<readonly [string, (schema: JsonObject) => JsonObject]>([
    ["allOf of one", (schema) => ({ allOf: [schema] })],
    ["anyOf of one", (schema) => ({ anyOf: [schema] })],
    ["a title", (schema) => ({ ...schema, title: "Title", description: "Words" })],
    ["true beside it", (schema) => ({ allOf: [schema, true] })],
  ])("sees no change where only the writing differs: %s", (_, rewrite) => {
    for (const at of places(base)) {
      if (at.length === 0) continue;
      const after = edited(base as Json, at, rewrite) as JsonSchemaObject;
      for (const side of ["input", "output"] as const) {
        const { requiredBump, changes } = compareContracts(as(side, base), as(side, after));
        expect([requiredBump, changes.map(({ id }) => id)], at.join("/")).toEqual(["patch", ["other-changed"]]);
      }
    }
  });

  it("ends where references lead to themselves, schemas are very deep, and keys have names of JavaScript", () => {
    const loop: JsonSchemaObject = {
      type: "object",
      properties: { a: { $ref: "#/$defs/A" } },
      $defs: { A: { anyOf: [{ $ref: "#/$defs/A" }, { $ref: "#/$defs/B" }, { type: "string" }] }, B: { $ref: "#/$defs/B" } },
    };
    const copy = JSON.parse(JSON.stringify(loop)) as JsonSchemaObject;
    expect(compareContracts(as("input", loop), as("input", copy)).requiredBump).toBe("none");
    expect(compareContracts(as("input", loop), as("input", { type: "object" })).requiredBump).toBe("major");
    let deep: JsonSchemaObject = { type: "string" };
    for (let depth = 0; depth < 1_000; depth++) deep = { type: "array", items: deep };
    expect(compareContracts(as("output", deep), as("output", { ...deep })).requiredBump).toBe("none");
    const named = JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"}}}',
    ) as JsonSchemaObject;
    const { changes } = compareContracts(as("output", { type: "object" }), as("output", named));
    expect(changes.map(({ path }) => path.split("/").at(-1))).toEqual(["__proto__", "constructor"]);
  });
});
