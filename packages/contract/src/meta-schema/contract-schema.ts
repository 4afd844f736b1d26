import type { JsonSchemaObject } from "../json.ts";
import { AUTH_SCHEMA } from "./auth-schema.ts";
import { BUDGET_SCHEMA } from "./budget-schema.ts";
import { OPERATION_SCHEMA } from "./operation-schema.ts";
import { CAMEL_NAME, KEBAB_NAME, SCHEMA, SEMVER, TEXT } from "./parts.ts";
import { CHANGELOG_ENTRY_SCHEMA, MIGRATION_SCHEMA, WAIVER_SCHEMA } from "./release-schema.ts";
import { TRIGGER_SCHEMA } from "./trigger-schema.ts";

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
    version: SEMVER,
    title: TEXT,
    publisher: TEXT,
    description: TEXT,
    categories: { type: "array", items: TEXT, uniqueItems: true },
    license: TEXT,
    homepage: { type: "string", format: "uri" },
    icon: TEXT,
    support: TEXT,
    privacy: { type: "string", format: "uri" },
    settings: SCHEMA,
    hosts: { type: "array", items: TEXT, uniqueItems: true },
    auth: { type: "object", propertyNames: { pattern: "^[A-Za-z][A-Za-z0-9-]*$" }, additionalProperties: AUTH_SCHEMA },
    budgets: { type: "object", propertyNames: CAMEL_NAME, additionalProperties: BUDGET_SCHEMA },
    operations: { type: "object", minProperties: 1, propertyNames: CAMEL_NAME, additionalProperties: OPERATION_SCHEMA },
    triggers: { type: "object", propertyNames: CAMEL_NAME, additionalProperties: TRIGGER_SCHEMA },
    schemas: {
      type: "object",
      propertyNames: {
        pattern: "^[A-Za-z0-9_.-]+$",
        "x-help": "a name of letters, digits, dots, hyphens and underscores",
      },
      additionalProperties: { title: "a JSON Schema", type: ["object", "boolean"] },
    },
    interfaces: {
      type: "array",
      items: {
        type: "string",
        pattern: "^[a-z][a-z0-9.-]*@[1-9]\\d*$",
        "x-help": "a name and major version such as messaging@1",
      },
      uniqueItems: true,
    },
    changelog: { type: "array", items: CHANGELOG_ENTRY_SCHEMA },
    migrations: { type: "array", items: MIGRATION_SCHEMA },
    waivers: { type: "array", items: WAIVER_SCHEMA },
  },
} as const satisfies JsonSchemaObject;
