import { t } from "@mortise/sdk";

/** Where a call goes. */
export const urlField = t.String({
  title: "URL or path",
  description: "A path below the connection's base URL, or a whole URL where the connection has none.",
  minLength: 1,
  "x-placeholder": "/contacts/42",
  "x-order": 1,
});

const plainValue = t.Union([t.String(), t.Number(), t.Boolean(), t.Null()]);

/** Parameters behind the `?`. */
export const queryField = t.Optional(
  t.Record(t.String(), t.Union([plainValue, t.Array(plainValue)]), {
    title: "Query",
    description: "Parameters behind the question mark; a list repeats its parameter, null leaves it out.",
    "x-order": 2,
  }),
);

/** Headers besides those that the connection gives. */
export const headersField = t.Optional(
  t.Record(t.String(), t.String(), {
    title: "Headers",
    description: "Besides those that the connection sends, such as Accept-Language.",
    "x-order": 3,
    "x-advanced": true,
  }),
);

/** What is sent. */
export const bodyField = t.Optional(
  t.Unknown({ title: "Body", description: "An object, a list or text.", "x-widget": "json", "x-order": 4 }),
);

/** How the body is written. */
export const bodyTypeField = t.Optional(
  t.Union([t.Literal("json"), t.Literal("form"), t.Literal("text")], {
    title: "Body type",
    description: "How the body is written: JSON, form fields, or plain text.",
    default: "json",
    "x-order": 5,
    "x-advanced": true,
  }),
);

/** Makes a write safe to repeat. */
export const idempotencyHeaderField = t.Optional(
  t.String({
    title: "Idempotency header",
    description:
      "The header in which this service takes an idempotency key. Empty: it takes none, and the call is never repeated.",
    "x-placeholder": "Idempotency-Key",
    "x-order": 6,
    "x-advanced": true,
  }),
);
