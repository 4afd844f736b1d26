// Pins: a document made to keep the import busy for ever, or to overflow its stack.
import { expect, test } from "vitest";
import { importOpenApi } from "../../src/index.ts";

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const many = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const named = (count: number, make: (index: number) => object) =>
  Object.fromEntries(many(count, (index) => [`S${index}`, make(index)]));

/** An operation that uses a schema in every place where one may stand. */
function using(schema: object): object {
  const content = { "application/json": { schema } };
  return {
    "/a": {
      post: {
        operationId: "createA",
        requestBody: { required: true, content },
        responses: { 200: { description: "", content }, 404: { description: "", content } },
      },
    },
    "/b": {
      post: {
        operationId: "createB",
        requestBody: { content: { "multipart/form-data": { schema } } },
        responses: { 200: { description: "" } },
      },
    },
    "/c": {
      post: {
        operationId: "createC",
        requestBody: { content: { "application/xml": { schema } } },
        responses: { 200: { description: "" } },
      },
    },
    "/d": { get: { operationId: "listD", responses: { 200: { description: "", content } } } },
  };
}

test.each<readonly [string, { readonly [name: string]: object }, object?]>([
  ["a long chain of allOf", { ...named(4_000, (index) => ({ allOf: [ref(`S${index + 1}`)] })), S4000: { type: "object" } }],
  ["a long chain of references", { ...named(4_000, (index) => ref(`S${index + 1}`)), S4000: { type: "object" } }],
  [
    "allOf as wide as it is deep",
    {
      ...named(6, (index) => ({ allOf: many(30, () => ref(`S${index + 1}`)) })),
      S6: { type: "object", properties: { id: { type: "string", format: "binary" } } },
    },
  ],
  [
    "anyOf as wide as it is deep",
    { ...named(8, (index) => ({ anyOf: many(30, () => ref(`S${index + 1}`)) })), S8: { type: "string" } },
  ],
  ["alternatives that all refer to each other", named(100, () => ({ oneOf: many(100, (index) => ref(`S${index}`)) }))],
  [
    "a tree that is required in full",
    {
      ...named(8, (index) => ({
        type: "object",
        required: many(20, (each) => `p${each}`),
        properties: Object.fromEntries(many(20, (each) => [`p${each}`, ref(`S${index + 1}`)])),
      })),
      S8: { type: "string" },
    },
  ],
  [
    "expressions that backtrack",
    {
      S0: {
        type: "object",
        properties: {
          a: { type: "string", pattern: "^(([a-z])+.)+[A-Z]$", default: "a".repeat(60) },
          b: { type: "string", pattern: "^a*a*a*a*a*a*a*b$", example: "a".repeat(100) },
          d: { type: "string", pattern: "^([a-z]{1,50}){1,20}[A-Z]$", default: "a".repeat(200) },
          e: { type: "string", pattern: "((x{400}){400}){400}", minLength: 1_000_000_000 },
          c: { type: "string", pattern: "^(a|a)*$", default: `${"a".repeat(60)}!` },
        },
      },
    },
  ],
])("%s ends within seconds", (_, schemas) => {
  const document = {
    openapi: "3.0.3",
    info: { title: "Hostile" },
    servers: [{ url: "https://a.test" }],
    paths: using(ref("S0")),
    components: { schemas },
  };
  const started = performance.now();
  const { contract, diagnostics, report } = importOpenApi({ text: JSON.stringify(document) });
  expect(performance.now() - started).toBeLessThan(15_000);
  expect(Object.keys(contract?.operations ?? {})).toHaveLength(4);
  expect(report.skipped).toEqual([]);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
});
