import { post as httpPost, operation, t } from "@mortise/sdk";
import { answer, toAnswer } from "../answer.ts";
import { bodyField, bodyTypeField, headersField, idempotencyHeaderField, queryField, urlField } from "../fields.ts";
import { httpSettings } from "../settings.ts";
import { targetUrl } from "../target-url.ts";

/** Creates with POST (RFC 9110 §9.3.3). Repeated only where the service takes an idempotency key. */
export const post = operation(
  {
    title: "POST",
    description: "Sends something to any HTTP service, mostly to create it.",
    effect: "create",
    reversible: false,
    idempotency: { key: "header", name: { $cel: "input.?idempotencyHeader" } },
    budget: "api",
    settings: httpSettings,
    input: t.Object({
      url: urlField,
      query: queryField,
      headers: headersField,
      body: bodyField,
      bodyType: bodyTypeField,
      idempotencyHeader: idempotencyHeaderField,
    }),
    output: answer,
    examples: [
      {
        input: { url: "/contacts", body: { email: "ada@example.com" } },
        output: { status: 201, headers: { location: "/contacts/c1" }, body: { id: "c1" } },
      },
    ],
  },
  httpPost(() => targetUrl, {
    query: ($) => $.input.query,
    headers: ($) => $.input.headers,
    body: ($) => $.input.body,
    bodyType: ($) => $.input.bodyType,
    output: toAnswer,
  }),
);
