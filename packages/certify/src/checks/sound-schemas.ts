import type { JsonSchemaObject } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";
import type { SchemaPlace } from "../walk/schema-places.ts";
import { subSchemas } from "../walk/sub-schemas.ts";

export const soundSchemas = defineCheck({
  id: "MC006",
  name: "sound-schemas",
  severity: "error",
  title: "Schemas are valid JSON Schema 2020-12, point nowhere outside of the contract, and stay within bounds.",
  why: "A schema that cannot be compiled validates nothing; one from elsewhere can change under our feet; one without bounds stops forms, types and checks.",
  reading:
    "Bounds: 64 schemas inside of each other and 20,000 in one schema; a warning from 80 % on. Shared schemas count by themselves, references to them as one.",
  autofix: "Corrects the dialect and the names of keywords.",
  bad: { contract: { operations: { whoAmI: { output: { $ref: "https://acme.example/schemas/user.json" } } } } },
  good: {
    contract: {
      schemas: { User: { type: "object", required: ["id"], properties: { id: { type: "string" }, name: { type: "string" } } } },
      operations: { whoAmI: { output: { type: null, required: null, properties: null, $ref: "#/schemas/User" } } },
    },
  },
  adopts: ({ path, message }) => SCHEMA_PLACE.test(path) && !path.endsWith("/default") && !NOT_OF_A_SCHEMA.test(message),
  run: (context) => context.schemas().flatMap(boundFaults),
});

/** Inside of a schema of the contract. */
const SCHEMA_PLACE =
  /^(\/settings|\/auth\/[^/]+\/(of\/\d+\/)?fields|\/(operations|triggers)\/[^/]+\/(input|output)|\/schemas\/[^/]+)(\/|$)/;
const NOT_OF_A_SCHEMA = /looks like a secret|decides which host is called|is empty, so nobody can know|unknown key/;

const MAX_DEPTH = 64;
const MAX_SIZE = 20_000;
const WARN_FROM = 0.8;

function boundFaults({ path, schema }: SchemaPlace): readonly Finding[] {
  const { depth, size } = measure(schema);
  return [...over(path, "schemas inside of each other", depth, MAX_DEPTH), ...over(path, "schemas in one", size, MAX_SIZE)];
}

function over(path: string, what: string, found: number, limit: number): readonly Finding[] {
  if (found <= limit * WARN_FROM) return [];
  const message = `has ${found} ${what}, the limit is ${limit}; name parts of it under "schemas"`;
  return [{ code: "LIMIT_EXCEEDED", path, message, ...(found > limit ? {} : { severity: "warning" }) }];
}

function measure(root: JsonSchemaObject): { readonly depth: number; readonly size: number } {
  let depth = 0;
  let size = 0;
  const open: (readonly [schema: JsonSchemaObject, level: number])[] = [[root, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [schema, level] = next;
    depth = Math.max(depth, level);
    size += 1;
    for (const [, child] of subSchemas(schema, "")) open.push([child, level + 1]);
  }
  return { depth, size };
}
