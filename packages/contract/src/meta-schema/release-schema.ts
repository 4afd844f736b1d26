import type { JsonSchemaObject } from "../json.ts";
import { DATE, POINTER, SEMVER, TEXT, VALUE } from "./parts.ts";

/** What one version changed. */
export const CHANGELOG_ENTRY_SCHEMA = {
  type: "object",
  required: ["version", "date", "changes"],
  additionalProperties: false,
  properties: { version: SEMVER, date: DATE, changes: { type: "array", minItems: 1, items: TEXT } },
} as const satisfies JsonSchemaObject;

const OPERATION_MIGRATION_SCHEMA = {
  type: "object",
  additionalProperties: false,
  properties: { operation: TEXT, input: VALUE, output: VALUE, removed: TEXT },
} as const satisfies JsonSchemaObject;

const MIGRATIONS = { type: "object", additionalProperties: OPERATION_MIGRATION_SCHEMA } as const satisfies JsonSchemaObject;

/** How something made for one major version works with the next. */
export const MIGRATION_SCHEMA = {
  type: "object",
  required: ["from", "to"],
  additionalProperties: false,
  properties: {
    from: { type: "integer", minimum: 0 },
    to: { type: "integer", minimum: 1 },
    settings: VALUE,
    auth: { type: "object", additionalProperties: TEXT },
    operations: MIGRATIONS,
    triggers: MIGRATIONS,
  },
} as const satisfies JsonSchemaObject;

/** A finding that someone answers for. */
export const WAIVER_SCHEMA = {
  type: "object",
  required: ["check", "reason", "owner", "expires"],
  additionalProperties: false,
  properties: { check: TEXT, path: POINTER, reason: TEXT, owner: TEXT, expires: DATE },
} as const satisfies JsonSchemaObject;

/** Where an operation or trigger stands between its first and its last day. */
export const LIFECYCLE_SCHEMA = {
  type: "object",
  required: ["stage"],
  additionalProperties: false,
  properties: {
    stage: { enum: ["experimental", "beta", "stable", "deprecated", "retired"] },
    since: SEMVER,
    sunset: DATE,
    replacement: TEXT,
  },
} as const satisfies JsonSchemaObject;
