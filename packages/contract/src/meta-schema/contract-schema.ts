import type { JsonSchemaObject } from "../json.ts";
import { AUTH_SCHEMA } from "./auth-schema.ts";
import { BUDGET_SCHEMA } from "./budget-schema.ts";
import { OPERATION_SCHEMA } from "./operation-schema.ts";
import { CAMEL_NAME, KEBAB_NAME, SCHEMA, TEXT } from "./parts.ts";

/**
 * The connector contract as a JSON Schema 2020-12: a closed vocabulary. Its shapes only; what refers to what is checked by
 * `checkContract`. The order of `properties` is the order of keys in `contract.json`.
 */
export const CONTRACT_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Mortise connector contract",
  type: "object",
  required: ["format", "name", "version", "title", "publisher", "hosts", "auth", "budgets", "operations"],
  additionalProperties: false,
  properties: {
    format: { const: "mortise.contract/1" },
    name: { type: "string", ...KEBAB_NAME },
    version: {
      type: "string",
      pattern:
        "^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$",
      "x-help": "a semantic version such as 1.2.0",
    },
    title: TEXT,
    publisher: TEXT,
    description: TEXT,
    categories: { type: "array", items: TEXT, uniqueItems: true },
    license: TEXT,
    homepage: { type: "string", format: "uri" },
    settings: SCHEMA,
    hosts: { type: "array", items: TEXT, uniqueItems: true },
    auth: { type: "object", propertyNames: { pattern: "^[A-Za-z][A-Za-z0-9-]*$" }, additionalProperties: AUTH_SCHEMA },
    budgets: { type: "object", propertyNames: CAMEL_NAME, additionalProperties: BUDGET_SCHEMA },
    operations: { type: "object", minProperties: 1, propertyNames: CAMEL_NAME, additionalProperties: OPERATION_SCHEMA },
    interfaces: {
      type: "array",
      items: {
        type: "string",
        pattern: "^[a-z][a-z0-9.-]*@[1-9]\\d*$",
        "x-help": "a name and major version such as messaging@1",
      },
      uniqueItems: true,
    },
  },
} as const satisfies JsonSchemaObject;
