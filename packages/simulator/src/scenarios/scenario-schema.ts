import type { JsonSchemaObject } from "@mortise/contract";

const RESET_FORMS = [
  "contract",
  "retry-after-seconds",
  "retry-after-date",
  "reset-delta",
  "reset-epoch",
  "reset-epoch-ms",
  "nothing",
] as const;
const CLASSES = [
  "invalidInput",
  "notFound",
  "conflict",
  "rejected",
  "throttled",
  "transient",
  "credential",
  "configuration",
] as const;

/** A length of time; `x-help` is what a message says. */
const LENGTH = {
  type: "string",
  pattern: "^([0-9]+([.][0-9]+)? ?(ms|s|m|h|d|w)|P[0-9.WDTHMS]+)$",
  "x-help": 'a length of time such as "250ms", "30s" or "5m"',
} as const;
const SHARE = { type: "number", minimum: 0, maximum: 1 } as const;
const COUNT = { type: "integer", minimum: 0, maximum: 1_000_000 } as const;
const FORM = { type: "string", enum: RESET_FORMS } as const;

function closed(properties: JsonSchemaObject["properties"] & object, required: readonly string[] = []): JsonSchemaObject {
  return { type: "object", additionalProperties: false, properties, ...(required.length === 0 ? {} : { required }) };
}

const LATENCY: JsonSchemaObject = {
  ...closed({
    fixed: LENGTH,
    uniform: { type: "array", minItems: 2, maxItems: 2, items: LENGTH },
    exponential: closed({ mean: LENGTH }, ["mean"]),
    normal: closed({ mean: LENGTH, deviation: LENGTH }, ["mean", "deviation"]),
    lognormal: closed({ median: LENGTH, p99: LENGTH }, ["median", "p99"]),
  }),
  minProperties: 1,
  maxProperties: 1,
};

const EFFECT: JsonSchemaObject = {
  ...closed({
    latency: LATENCY,
    answer: closed(
      {
        status: { type: "integer", minimum: 200, maximum: 599 },
        headers: { type: "object", additionalProperties: { type: "string", pattern: "^[\\x20-\\x7e]*$" } },
        body: {},
      },
      ["status"],
    ),
    fail: { type: "string", enum: CLASSES },
    throttle: closed({ after: LENGTH, tell: FORM }, ["after"]),
    reset: { type: "string", enum: ["before", "after", "body"] },
    truncate: closed({ at: SHARE, framing: { type: "string", enum: ["broken", "whole"] } }),
    drip: closed({ bytes: { type: "integer", minimum: 1, maximum: 1_000_000 }, every: LENGTH }, ["bytes", "every"]),
    token: { type: "string", enum: ["expired", "revoked"] },
    page: { type: "string", enum: ["lost", "repeated", "looping"] },
    falseSuccess: { type: "boolean", const: true },
    emit: { type: "string", minLength: 1 },
  }),
  minProperties: 1,
};

const RULE = closed(
  {
    on: closed({
      operations: { type: "array", minItems: 1, items: { type: "string" } },
      effects: {
        type: "array",
        minItems: 1,
        items: { type: "string", enum: ["read", "create", "update", "delete", "send", "execute"] },
      },
      methods: {
        type: "array",
        minItems: 1,
        items: { type: "string", enum: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] },
      },
      signIn: { type: "boolean" },
    }),
    when: closed({
      after: COUNT,
      every: { type: "integer", minimum: 1, maximum: 1_000_000 },
      rate: SHARE,
      times: { type: "integer", minimum: 1, maximum: 1_000_000 },
      from: LENGTH,
      for: LENGTH,
    }),
    do: EFFECT,
  },
  ["do"],
);

/** A scenario's document (JSON Schema 2020-12, closed). */
export const SCENARIO_SCHEMA: JsonSchemaObject = closed(
  {
    format: { type: "string", const: "mortise.scenario/1" },
    title: { type: "string" },
    unknown: { type: "string", enum: ["sample", "notFound"] },
    rules: { type: "array", maxItems: 200, items: RULE },
    limits: closed({ tell: FORM }),
    clock: closed(
      {
        skew: {
          type: "string",
          pattern: "^-?([0-9]+([.][0-9]+)? ?(ms|s|m|h|d|w)|P[0-9.WDTHMS]+)$",
          "x-help": 'a length of time such as "5m" or "-5m"',
        },
      },
      ["skew"],
    ),
    tokens: closed({ life: LENGTH }, ["life"]),
    jobs: closed({ polls: COUNT, takes: LENGTH, fail: SHARE }),
    webhooks: closed({
      lost: SHARE,
      duplicate: SHARE,
      late: closed({ rate: SHARE, by: LATENCY }, ["rate", "by"]),
      forged: SHARE,
      shuffle: { type: "integer", minimum: 2, maximum: 100 },
    }),
  },
  ["format"],
);
