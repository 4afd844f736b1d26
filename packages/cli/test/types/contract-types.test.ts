// Pins: declarations that do not compile, name one thing twice, refuse a legal value or accept a wrong one, and circular schemas that never end.
import type { Contract, JsonSchema, JsonSchemaObject, Operation } from "@mortise/contract";
import { describe, expect, test } from "vitest";
import { contractTypes } from "../../src/types/contract-types.ts";
import { compileTypes } from "./compile-types.ts";

const OPERATION: Operation = {
  title: "Do it",
  effect: "read",
  idempotency: "natural",
  scopes: [],
  identity: [],
  outcomes: [],
  examples: [],
  input: { type: "object" },
  output: { type: "object" },
  request: { method: "GET", url: "/" },
};

function contract(
  operations: { readonly [name: string]: Partial<Operation> },
  schemas: { readonly [name: string]: JsonSchema } = {},
  rest: Partial<Contract> = {},
): Contract {
  return {
    format: "mortise.contract/1",
    name: "acme",
    version: "1.0.0",
    title: "Acme",
    publisher: "acme",
    hosts: ["acme.example"],
    auth: {},
    budgets: {},
    operations: Object.fromEntries(Object.entries(operations).map(([name, each]) => [name, { ...OPERATION, ...each }])),
    schemas,
    ...rest,
  };
}

/** Types of one output schema, followed by statements that use `Output`. */
async function used(output: JsonSchemaObject, statements: string, schemas: { readonly [name: string]: JsonSchema } = {}) {
  const text = await contractTypes(contract({ get: { output } }, schemas));
  return { text, source: `${text}\ntype Output = Operations["get"]["output"];\n${statements}\n` };
}

describe("the shapes of schemas", () => {
  const cases: readonly (readonly [string, JsonSchemaObject, string])[] = [
    [
      "enum with null",
      { enum: ["a", "b", null, 3] },
      `const v: Output[] = ["a", "b", null, 3];\n// @ts-expect-error\nconst w: Output = "c";`,
    ],
    ["const of every kind", { const: { a: [1, "x", null], b: {} } }, `const v: Output = { a: [1, "x", null], b: {} };`],
    ["nullable", { type: ["string", "null"] }, `const v: Output[] = ["a", null];`],
    [
      "required and optional",
      { type: "object", required: ["a"], properties: { a: { type: "string" }, b: { type: "integer" } } },
      `const v: Output[] = [{ a: "x" }, { a: "x", b: 1 }];\n// @ts-expect-error\nconst w: Output = { b: 1 };\n// @ts-expect-error\nconst u: Output = { a: "x", b: undefined };\n// @ts-expect-error\nconst t: Output = { a: "x", c: 1 };`,
    ],
    ["an object of no named keys", { type: "object" }, `const v: Output = { anything: [1] };\nconst u: unknown = v["other"];`],
    [
      "a map",
      { type: "object", additionalProperties: { type: "number" } },
      `const v: Output = { a: 1 };\n// @ts-expect-error\nconst w: Output = { a: "x" };`,
    ],
    [
      "named keys beside a map",
      { type: "object", required: ["id"], properties: { id: { type: "string" } }, additionalProperties: { type: "number" } },
      `const v: Output = { id: "x", a: 1 };\nconst id: string = v.id;`,
    ],
    [
      "key patterns",
      { type: "object", patternProperties: { "^a": { type: "string" }, "^b": { type: "number" } }, additionalProperties: false },
      `const v: Output = { a: "x", b: 1 };`,
    ],
    [
      "named keys beside alternatives",
      {
        type: "object",
        properties: { kind: { type: "string" } },
        oneOf: [{ required: ["a"], properties: { a: { const: 1 } } }, { properties: { b: { const: 2 } } }],
      },
      `const v: Output[] = [{ kind: "x", a: 1 }, { b: 2 }];\nconst kind: string | undefined = v[0]?.kind;`,
    ],
    [
      "alternatives that only say what is required",
      { type: "object", properties: { a: { type: "string" } }, anyOf: [{ required: ["a"] }, { required: ["b"] }] },
      `const v: Output = { a: "x" };`,
    ],
    [
      "everything at once",
      {
        allOf: [
          { type: "object", required: ["a"], properties: { a: { type: "string" } } },
          { properties: { b: { type: "number" } } },
        ],
      },
      `const v: Output = { a: "x", b: 1 };`,
    ],
    [
      "tuples",
      { type: "array", prefixItems: [{ type: "string" }, { type: "number" }], items: false, minItems: 2 },
      `const v: Output = ["x", 1];\n// @ts-expect-error\nconst w: Output = [1, "x"];`,
    ],
    [
      "lists with bounds are lists",
      { type: "array", items: { type: "string" }, minItems: 1, maxItems: 400 },
      `const v: Output = ([] as string[]);`,
    ],
    [
      "keys that are no identifiers",
      {
        type: "object",
        properties: { "a-b": { type: "string" }, "1": { type: "string" }, 'q"\n': { type: "string" }, "": { type: "string" } },
      },
      `const v: Output = { "a-b": "x", 1: "y", 'q"\\n': "z" };`,
    ],
    [
      "names of the language",
      {
        type: "object",
        properties: {
          constructor: { type: "string" as const },
          class: { type: "string" },
          title: { type: "string" },
          description: { type: "number" },
          $ref: { type: "string" },
        },
      },
      `const v: Output = { constructor: "x", class: "y", title: "z", description: 1, $ref: "r" };`,
    ],
    [
      "true and false",
      { type: "object", properties: { any: true, none: false } },
      `const v: Output = { any: [1] };\n// @ts-expect-error\nconst w: Output = { none: 1 };`,
    ],
    [
      "conditions and negations change nothing",
      {
        type: "object",
        properties: { a: { type: "string" } },
        if: { required: ["a"] },
        else: { minProperties: 1 },
        not: { required: ["z"] },
        dependentRequired: { a: ["b"] },
      },
      `const v: Output = { a: "x" };`,
    ],
    [
      "a reference with words beside it",
      { type: "object", properties: { who: { $ref: "#/schemas/Person", description: "The */ one" } } },
      `const v: Output = { who: { name: "Ada" } };`,
    ],
    [
      "own definitions",
      {
        type: "object",
        properties: { a: { $ref: "#/$defs/a~1b" }, again: { $ref: "#" } },
        $defs: { "a/b": { type: "integer" } },
      },
      `const v: Output = { a: 1, again: { a: 2 } };`,
    ],
    [
      "a reference to nothing",
      { type: "object", properties: { a: { $ref: "#/schemas/Gone" }, b: { $ref: "https://acme.example/x" } } },
      `const v: Output = { a: 1, b: "x" };`,
    ],
  ];

  test("become types that accept what the schema accepts", async () => {
    const schemas = { Person: { type: "object", properties: { name: { type: "string" } } } } as const;
    const sources = new Map<string, string>();
    for (const [index, [, schema, statements]] of cases.entries()) {
      sources.set(`case-${index}`, (await used(schema, statements, schemas)).source);
    }
    expect(await compileTypes(sources)).toBe("");
  });
});

test("shared schemas are declared once, also where hundreds of them refer to each other in circles", async () => {
  const names = Array.from({ length: 400 }, (_, index) => `node-${index}`);
  const schemas = Object.fromEntries(
    names.map((name, index): [string, JsonSchema] => [
      name,
      {
        type: "object",
        required: ["next"],
        properties: {
          next: { $ref: `#/schemas/node-${(index + 1) % 400}` },
          others: { type: "array", items: { anyOf: [{ $ref: `#/schemas/node-${(index * 7) % 400}` }, { type: "null" }] } },
          self: { $ref: `#/schemas/${name}` },
        },
      },
    ]),
  );
  const operations = Object.fromEntries(
    names.map((_, index) => [`get${index}`, { output: { $ref: `#/schemas/node-${index}` } as JsonSchemaObject }]),
  );
  const text = await contractTypes(contract(operations, schemas));
  expect(text.match(/^export interface Node7 \{$/gm)).toHaveLength(1);
  expect(text.length).toBeLessThan(400_000);
  expect(await compileTypes(new Map([["circles", text]]))).toBe("");
});

test("names are legal and unique whatever the contract calls things", async () => {
  const thing: JsonSchemaObject = { type: "object", properties: { a: { type: "string" } } };
  const text = await contractTypes(
    contract(
      { get: { input: thing }, settings: {}, operations: {} },
      {
        "Get-Input": thing,
        "get input": thing,
        Operations: thing,
        Settings: { type: "string" },
        Record: thing,
        "3d.model": thing,
        日本: thing,
        Ünïcode: thing,
        foo_1bar: thing,
        foo1Bar: thing,
        string: { type: "string" },
      },
      { settings: thing },
    ),
  );
  const declared = [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name);
  expect(new Set(declared).size).toBe(declared.length);
  expect(declared).toContain("GetInput");
  expect(declared).toContain("GetInputN2");
  expect(await compileTypes(new Map([["names", text]]))).toBe("");
});

test("texts with parentheses, comment ends and line breaks stay texts", async () => {
  const values = ["q: (a", "b", "x) */ y", "`${1}`", "a\nb", "\u2028", "\\", "'\"", "} = (z)"];
  const fields = Object.fromEntries(
    values.map((value) => [value, { type: "string", description: `${value} */ pwn() /*` }] as const),
  );
  const { source } = await used(
    {
      type: "object",
      properties: { ...(fields as object), all: { enum: values }, list: { type: "array", items: { enum: values } } },
    },
    `const all: Required<Output>["all"][] = ${JSON.stringify(values)};\nconst keys: Output = ${JSON.stringify(Object.fromEntries(values.map((value) => [value, ""])))};`,
  );
  expect(await compileTypes(new Map([["hostile", source]]))).toBe("");
  expect(source.replaceAll(/\/\*\*[\s\S]*?\*\//g, "")).not.toContain("pwn");
});

test("comments tell description, bounds, default and deprecation", async () => {
  const { text } = await used(
    {
      type: "object",
      properties: {
        size: { type: "integer", description: "Items a page", minimum: 1, maximum: 100, default: 10 },
        old: { type: "string", deprecated: true, description: "Gone soon" },
      },
    },
    "",
  );
  expect(text).toContain("   * Items a page\n   *\n   * 1 to 100. Default: `10`.\n");
  expect(text).toContain("   * Gone soon\n   * @deprecated\n");
});

test("triggers have an input and an event", async () => {
  const text = await contractTypes(
    contract(
      {},
      {},
      {
        triggers: {
          newOrder: {
            kind: "webhook",
            title: "New order",
            scopes: [],
            identity: [],
            examples: [],
            manual: "Set it up there.",
            signature: { none: "The vendor signs nothing." },
            input: { type: "object" },
            output: { type: "object", required: ["id"], properties: { id: { type: "string" } } },
          },
        },
      },
    ),
  );
  const source = `${text}\nconst event: Triggers["newOrder"]["event"] = { id: "o1" };\nconst id: string = event.id;`;
  expect(await compileTypes(new Map([["triggers", source]]))).toBe("");
});
