import type { JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { computed } from "../nodes/core-node.ts";
import { SIGNATURE_SCHEMES } from "./signature-schemes.ts";

/** Ways to start a workflow that need no connector. */
export type CoreTrigger = "manual" | "webhook" | "schedule" | "files" | "form" | "workflow";

/** A way to start a workflow as the catalogue, the checker and the builder know it. */
export interface TriggerKind {
  readonly use: CoreTrigger;
  readonly title: string;
  readonly description: string;
  /** What `with` holds. */
  readonly params: JsonSchemaObject;
}

const DURATION = "^[1-9][0-9]{0,6}(ms|s|m|h|d)$";
const PATH = "^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$";

const payload = (description: string): JsonSchema => ({
  type: ["object", "boolean"],
  title: "Payload schema",
  "x-widget": "json",
  description,
});

const signature: JsonSchema = {
  title: "Signature",
  description: "How a delivery proves where it is from: the name of a scheme, or a scheme of its own. Absent: it need not.",
  anyOf: [
    { type: "string", enum: Object.keys(SIGNATURE_SCHEMES) },
    {
      type: "object",
      required: ["algorithm", "header", "encoding"],
      additionalProperties: false,
      properties: {
        algorithm: { type: "string", enum: ["hmac-sha256", "hmac-sha1", "hmac-sha512", "ed25519", "token"] },
        header: { type: "string", minLength: 1 },
        encoding: { type: "string", enum: ["hex", "base64", "base64url", "text"] },
        prefix: { type: "string" },
        content: { type: "string", pattern: "\\{(body|form)\\}" },
        secret: {
          type: "object",
          required: ["encoding"],
          additionalProperties: false,
          properties: { encoding: { type: "string", enum: ["text", "hex", "base64"] }, prefix: { type: "string" } },
        },
        timestamp: {
          type: "object",
          required: ["header", "as"],
          additionalProperties: false,
          properties: {
            header: { type: "string", minLength: 1 },
            as: { type: "string", enum: ["epoch_s", "epoch_ms", "date_time"] },
            prefix: { type: "string" },
          },
        },
        idHeader: { type: "string", minLength: 1 },
        tolerance: { type: "string", pattern: DURATION },
      },
    },
  ],
};

/** Every way to start a workflow that needs no connector, in the order in which they are offered. */
export const TRIGGER_KINDS: readonly TriggerKind[] = Object.freeze<TriggerKind[]>([
  {
    use: "manual",
    title: "Manual",
    description: "A person or a program starts it.",
    params: {
      type: "object",
      properties: { schema: payload("A JSON Schema. Its fields are asked for before a run.") },
      additionalProperties: false,
    },
  },
  {
    use: "webhook",
    title: "Webhook",
    description: "Another system sends a request.",
    params: {
      type: "object",
      properties: {
        path: {
          type: "string",
          title: "Path",
          pattern: PATH,
          "x-placeholder": "orders",
          description: "Below /hooks/. Absent: chosen by the server.",
        },
        secretPath: { type: "boolean", title: "Secret address", description: "It ends with a long random word instead." },
        methods: {
          type: "array",
          title: "Methods",
          items: { type: "string", enum: ["POST", "PUT", "PATCH", "GET"] },
          minItems: 1,
          uniqueItems: true,
          description: "Absent: POST.",
        },
        signature,
        eventId: computed({
          type: "string",
          title: "Event id",
          description:
            "Computed from the delivery; one id starts one run in 7 days. Absent: the id that the sender gives in a header.",
        }),
        schema: payload("A JSON Schema that every payload must fit."),
        maxBytes: {
          type: "integer",
          title: "Largest payload, bytes",
          minimum: 1,
          maximum: 10_485_760,
          description: "Absent: 1,048,576.",
        },
        respondWithin: {
          type: "string",
          title: "Answer within",
          pattern: DURATION,
          "x-placeholder": "10s",
          description: "Waits as long for the run's own answer, up to 25s. Absent: it is accepted at once.",
        },
      },
      additionalProperties: false,
    },
  },
  {
    use: "schedule",
    title: "Schedule",
    description: "At times of the clock.",
    params: {
      type: "object",
      properties: {
        cron: {
          type: "string",
          title: "Schedule (cron)",
          "x-placeholder": "0 6 * * 1-5",
          description: "Five fields, or six with seconds first: minute, hour, day of month, month, day of week.",
        },
        timeZone: {
          type: "string",
          title: "Time zone",
          "x-placeholder": "Europe/Berlin",
          description: "IANA time zone. Absent: UTC.",
        },
        missed: {
          type: "string",
          title: "Missed while off",
          enum: ["skip", "latest", "all"],
          description: "What becomes of times at which nothing was running: none, the last of them, or each. Absent: skip.",
        },
        missedLimit: {
          type: "integer",
          title: "Missed runs at most",
          minimum: 1,
          maximum: 1_000,
          description: "The last of them, with all. Absent: 100.",
        },
      },
      required: ["cron"],
      additionalProperties: false,
    },
  },
  {
    use: "files",
    title: "Files in a folder",
    description: "A file appears in a folder, or changes there.",
    params: {
      type: "object",
      properties: {
        folder: { type: "string", minLength: 1, title: "Folder", description: "One that this deployment may read." },
        match: {
          type: "string",
          minLength: 1,
          title: "Names",
          "x-placeholder": "*.csv",
          description: "A pattern with *, ** and ?. Absent: every file of the folder itself.",
        },
        settle: {
          type: "string",
          pattern: DURATION,
          title: "Settle time",
          "x-placeholder": "5s",
          description: "How long a file must stay as it is. Absent: 5s.",
        },
        every: { type: "string", pattern: DURATION, title: "Look every", "x-placeholder": "10s", description: "Absent: 10s." },
        firstRun: {
          type: "string",
          enum: ["skip", "all"],
          title: "Files that are there already",
          description: "Whether they count. Absent: skip.",
        },
      },
      required: ["folder"],
      additionalProperties: false,
    },
  },
  {
    use: "form",
    title: "Form",
    description: "Somebody fills in a page.",
    params: {
      type: "object",
      properties: {
        path: {
          type: "string",
          title: "Path",
          pattern: PATH,
          "x-placeholder": "contact",
          description: "Below /forms/. Absent: chosen by the server.",
        },
        title: { type: "string", title: "Title", description: "Absent: the workflow's name." },
        text: { type: "string", title: "Text above the fields" },
        schema: {
          type: "object",
          title: "Fields",
          "x-widget": "json",
          description: "A JSON Schema: an object whose fields are texts, numbers, yes or no, dates, or choices.",
        },
        thanks: { type: "string", title: "Text afterwards", description: "Absent: a short thank you." },
      },
      required: ["schema"],
      additionalProperties: false,
    },
  },
  {
    use: "workflow",
    title: "Another workflow",
    description: "Another workflow's run has ended.",
    params: {
      type: "object",
      properties: {
        workflow: { type: "string", minLength: 1, title: "Workflow", description: "Its name or id. Absent: any other one." },
        on: {
          type: "string",
          title: "When its run",
          enum: ["succeeded", "failed", "ended"],
          description: "Absent: succeeded.",
        },
      },
      additionalProperties: false,
    },
  },
]);

/** How many runs a trigger starts at once, how many wait, and in which order: beside `use` and `with` of any trigger. */
export const TRIGGER_FLOW = Object.freeze<{ readonly [name: string]: JsonSchema }>({
  concurrency: {
    type: "integer",
    minimum: 1,
    maximum: 10_000,
    title: "Runs at once",
    description: "The others wait their turn. Absent: as many as there are events.",
  },
  queue: {
    type: "integer",
    minimum: 1,
    maximum: 1_000_000,
    title: "Waiting events at most",
    description: "Beyond, senders are told to come back later, and nothing more is read. Absent: 10,000.",
  },
  order: {
    type: "object",
    title: "Order",
    required: ["by"],
    additionalProperties: false,
    description: "Events with the same key run one after the other, in the order in which they came.",
    properties: {
      by: computed({ type: ["string", "number", "boolean"], title: "Key", description: "Computed from the trigger." }),
      limit: {
        type: "integer",
        minimum: 1,
        maximum: 100_000,
        title: "Waiting events a key, at most",
        description: "Absent: 1,000.",
      },
      patience: {
        type: "string",
        pattern: DURATION,
        title: "Patience",
        description: "How long a run may hold up those behind it. Absent: until it ends.",
      },
    },
  },
});
