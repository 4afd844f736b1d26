import type { Json, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { describeValue } from "@mortise/contract";
import { fitsSchema } from "@mortise/contract/validation";
import { defineCheck, type Finding } from "../check.ts";
import { subSchemas } from "../walk/sub-schemas.ts";

export const fittingValues = defineCheck({
  id: "MC007",
  name: "fitting-values",
  severity: "error",
  title: "Defaults, samples, examples, constants and the values of an enum fit the schema that they stand in.",
  why: "A default that breaks its own schema makes every call fail that leaves the field empty; a choice that breaks it can never be chosen.",
  reading: "A sample or example that breaks its schema misleads, but breaks no call: a warning.",
  bad: { contract: { settings: { properties: { region: { enum: ["eu", "us", 3] } } } } },
  good: { contract: { settings: { properties: { region: { enum: ["eu", "us", "ap"], default: "eu" } } } } },
  adopts: ({ path, message }) => path.endsWith("/default") && message.includes("breaks its own schema"),
  run: ({ contract, schemas }) => schemas().flatMap(({ path, schema }) => valueFaults(schema, path, contract.schemas)),
});

type Schemas = { readonly [name: string]: JsonSchema } | undefined;

function valueFaults(schema: JsonSchemaObject, at: string, schemas: Schemas): readonly Finding[] {
  const found = own(schema, at, schemas);
  return [...found, ...subSchemas(schema, at).flatMap(([path, child]) => valueFaults(child, path, schemas))];
}

function own(schema: JsonSchemaObject, at: string, schemas: Schemas): readonly Finding[] {
  const { default: _, examples, "x-sample": sample, const: constant, enum: choices, ...rest } = schema;
  const refuses = (value: Json, against: JsonSchemaObject): boolean => fitsSchema(against, value, schemas) === false;
  const hard = [
    ...(Array.isArray(choices) ? choices.map((value: Json, index) => [`${at}/enum/${index}`, value, rest] as const) : []),
    ...(constant === undefined ? [] : [[`${at}/const`, constant, rest] as const]),
  ].filter(([, value, against]) => refuses(value, against));
  const whole = choices === undefined ? rest : { ...rest, enum: choices };
  const soft = [
    ...(Array.isArray(examples) ? examples.map((value: Json, index) => [`${at}/examples/${index}`, value] as const) : []),
    ...(sample === undefined ? [] : [[`${at}/x-sample`, sample] as const]),
  ].filter(([, value]) => refuses(value, whole));
  return [
    ...hard.map(([path, value]) => ({
      code: "INVALID_VALUE" as const,
      path,
      message: `${describeValue(value)} breaks the schema it stands in`,
    })),
    ...soft.map(([path, value]) => ({
      code: "INVALID_EXAMPLE" as const,
      path,
      severity: "warning" as const,
      message: `${describeValue(value)} breaks the schema it stands in`,
      fix: { title: "Remove it.", patch: [{ op: "remove" as const, path }] },
    })),
  ];
}
