import type { ErrorCode, Json, JsonObject, JsonSchemaObject } from "@mortise/contract";

/** Tests of one workflow, kept beside it: `lead.test.json` beside `lead.json`. Format `mortise.workflow-test/1`. */
export interface WorkflowTestFile {
  readonly format: "mortise.workflow-test/1";
  /** Path of the workflow from the folder of this file. Absent: its own name without `.test`. */
  readonly workflow?: string;
  /** By what they show, in words. */
  readonly tests: { readonly [title: string]: WorkflowTest };
}

/** One run of the workflow with its systems played by the test. */
export interface WorkflowTest {
  /** The trigger's payload, `trigger.body`. Absent: `{}`. */
  readonly input?: Json;
  /** More of the trigger, such as `headers` of a webhook. */
  readonly trigger?: JsonObject;
  /** When the run starts, RFC 3339; waits pass at once. Absent: 2026-01-01T00:00:00Z. */
  readonly startedAt?: string;
  /** What calls come to, by step: its name, or its place such as `load[3]/upsert`, which goes before. */
  readonly mocks?: { readonly [step: string]: Mock | readonly Mock[] };
  readonly expect: Expectation;
}

/** What one call comes to. Of a list, each call takes the next one; the last stays. */
export type Mock =
  | { readonly output: Json }
  | { readonly rows: readonly Json[] }
  | {
      readonly error: { readonly code: ErrorCode; readonly message?: string; readonly retryAtMs?: number };
      /** Absent: `poison`. */
      readonly outcome?: "poison" | "sick" | "fault" | "unknown";
    };

/** What must have come of the run. What is not named is not compared. */
export interface Expectation {
  /** Absent: `succeeded`, or `failed` where an error is named. */
  readonly status?: "succeeded" | "failed" | "cancelled";
  readonly output?: Json;
  readonly error?: { readonly code?: string; readonly message?: string };
  /** Inputs of the calls of a step in their order, or how many there were; `[]` and 0: none. */
  readonly calls?: { readonly [step: string]: readonly Json[] | number };
  /** By place. */
  readonly steps?: { readonly [place: string]: "succeeded" | "failed" | "skipped" };
}

const outcome = { type: "string", enum: ["poison", "sick", "fault", "unknown"] } as const;
const mock = {
  type: "object",
  properties: {
    output: {},
    rows: { type: "array" },
    error: {
      type: "object",
      properties: { code: { type: "string" }, message: { type: "string" }, retryAtMs: { type: "integer" } },
      required: ["code"],
      additionalProperties: false,
    },
    outcome,
  },
  additionalProperties: false,
  minProperties: 1,
} as const;

/** The shape of a test file, JSON Schema 2020-12. */
export const WORKFLOW_TEST_SCHEMA: JsonSchemaObject = Object.freeze({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "https://mortise.dev/schema/workflow-test-1.json",
  title: "Tests of a Mortise workflow",
  type: "object",
  properties: {
    format: { const: "mortise.workflow-test/1" },
    workflow: { type: "string", minLength: 1 },
    tests: {
      type: "object",
      minProperties: 1,
      additionalProperties: {
        type: "object",
        properties: {
          input: {},
          trigger: { type: "object" },
          startedAt: { type: "string", format: "date-time" },
          mocks: { type: "object", additionalProperties: { anyOf: [mock, { type: "array", items: mock, minItems: 1 }] } },
          expect: {
            type: "object",
            properties: {
              status: { type: "string", enum: ["succeeded", "failed", "cancelled"] },
              output: {},
              error: {
                type: "object",
                properties: { code: { type: "string" }, message: { type: "string" } },
                additionalProperties: false,
              },
              calls: {
                type: "object",
                additionalProperties: { anyOf: [{ type: "array" }, { type: "integer", minimum: 0 }] },
              },
              steps: {
                type: "object",
                additionalProperties: { type: "string", enum: ["succeeded", "failed", "skipped"] },
              },
            },
            additionalProperties: false,
          },
        },
        required: ["expect"],
        additionalProperties: false,
      },
    },
  },
  required: ["format", "tests"],
  additionalProperties: false,
} as unknown as JsonSchemaObject);
