import type { Contract, JsonSchemaObject, Operation } from "@mortise/contract";
import type { Connection, RuntimeOptions } from "@mortise/runtime";

/** The layers of a call that a contract switches on one by one. */
export const LAYERS = ["validation", "budget", "retry", "idempotency", "credential"] as const;
export type Layer = (typeof LAYERS)[number] | "cache";

/** What every call sends, and what it is answered. */
export const INPUT = Object.freeze({
  email: "ada@example.com",
  name: "Ada Lovelace",
  company: "Analytical Engines",
  country: "GB",
  tags: ["lead", "newsletter"],
});
export const API_KEY = "k-3f9a0c1d7e5b42";
const ANSWER = Object.freeze({ id: 7, name: "Ada", tags: ["a", "b"] });

const TEXT = { type: "string", minLength: 1, maxLength: 200 } as const;
const FIELDS: { readonly [name: string]: JsonSchemaObject } = {
  email: { type: "string", format: "email" },
  name: TEXT,
  company: TEXT,
  country: { type: "string", pattern: "^[A-Z]{2}$" },
  tags: { type: "array", items: TEXT, maxItems: 20 },
};
const INPUT_SCHEMA: JsonSchemaObject = {
  type: "object",
  properties: FIELDS,
  required: ["email", "name"],
  additionalProperties: false,
};
const OUTPUT_SCHEMA: JsonSchemaObject = {
  type: "object",
  properties: { id: { type: "integer" }, name: TEXT, tags: { type: "array", items: TEXT } },
  required: ["id"],
};
const ANY: JsonSchemaObject = {};
const BODY = Object.fromEntries(Object.keys(FIELDS).map((name) => [name, { $cel: `input.${name}` }]));
const REQUEST = { method: "POST", url: { $text: "${settings.baseUrl}/things" }, body: BODY } as const;
const NATIVE = { reason: "It answers at once.", uses: [] } as const;

/** The operations: `whole` and `bare` by HTTP; in code that answers at once `nativeWhole`, `nativeBare` and one for each layer alone. */
const OPERATIONS: { readonly [name: string]: Operation } = {
  whole: operationWith(LAYERS, { request: REQUEST }),
  bare: operationWith([], { request: REQUEST }),
  nativeWhole: operationWith(LAYERS, { native: NATIVE }),
  nativeBare: operationWith([], { native: NATIVE }),
  ...Object.fromEntries([...LAYERS, "cache" as const].map((layer) => [layer, operationWith([layer], { native: NATIVE })])),
};

/** One small write, with these layers and no other. */
function operationWith(layers: readonly Layer[], body: Pick<Operation, "request" | "native">): Operation {
  const has = (layer: Layer): boolean => layers.includes(layer);
  const key = { key: body.native === undefined ? "header" : "native", name: "Idempotency-Key", windowMs: 86_400_000 } as const;
  return {
    title: "Create a thing",
    effect: has("cache") ? "read" : "create",
    idempotency: has("idempotency") ? key : "natural",
    scopes: [],
    input: has("validation") ? INPUT_SCHEMA : ANY,
    output: has("validation") ? OUTPUT_SCHEMA : ANY,
    identity: [],
    outcomes: [],
    examples: [],
    ...body,
    ...(has("budget") ? { budget: "api" } : {}),
    ...(has("retry") ? {} : { maxAttempts: 1 }),
    ...(has("credential") ? {} : { auth: [] }),
    ...(has("cache") ? { cache: { ttlMs: 3_600_000 } } : {}),
  };
}

/** The connector of the benchmark. */
export function governedConnector(): RuntimeOptions["connectors"][number] {
  const contract: Contract = {
    format: "mortise.contract/1",
    name: "governed",
    version: "1.0.0",
    title: "Governed",
    publisher: "mortise",
    settings: { type: "object", properties: { baseUrl: { type: "string" } }, required: ["baseUrl"] },
    hosts: ["*"],
    auth: { key: { kind: "apiKey", in: "header", name: "X-Api-Key" } },
    // Far more than can be made: it counts every call and lets none wait.
    budgets: { api: { scope: "connection", rate: 100_000, per: "1s" } },
    operations: OPERATIONS,
  };
  const answer = { call: async () => ANSWER };
  const natives = Object.entries(OPERATIONS).flatMap(([name, { native }]) => (native === undefined ? [] : [[name, answer]]));
  return { contract, natives: Object.fromEntries(natives) };
}

/** A connection of it. */
export const governedConnection = (origin: string): Connection => ({
  name: "main",
  connector: "governed",
  settings: { baseUrl: origin },
  credential: { apiKey: API_KEY },
});
