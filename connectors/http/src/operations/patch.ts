import { patch as httpPatch, operation, t } from "@mortise/sdk";
import { answer, toAnswer } from "../answer.ts";
import { bodyField, bodyTypeField, headersField, idempotencyHeaderField, queryField, urlField } from "../fields.ts";
import { httpSettings } from "../settings.ts";
import { targetUrl } from "../target-url.ts";

/** Changes a part with PATCH (RFC 5789). Repeated only where the service takes an idempotency key. */
export const patch = operation(
  {
    title: "PATCH",
    description: "Changes a part of something in any HTTP service.",
    effect: "update",
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
        input: { url: "/contacts/c1", body: { name: "Ada" } },
        output: { status: 200, headers: {}, body: { id: "c1", name: "Ada" } },
      },
    ],
  },
  httpPatch(() => targetUrl, {
    query: ($) => $.input.query,
    headers: ($) => $.input.headers,
    body: ($) => $.input.body,
    bodyType: ($) => $.input.bodyType,
    output: toAnswer,
  }),
);
