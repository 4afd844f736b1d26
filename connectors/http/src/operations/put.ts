import { put as httpPut, operation, t } from "@mortise/sdk";
import { answer, toAnswer } from "../answer.ts";
import { bodyField, bodyTypeField, headersField, queryField, urlField } from "../fields.ts";
import { httpSettings } from "../settings.ts";
import { targetUrl } from "../target-url.ts";

/** Replaces with PUT (RFC 9110 §9.3.4), which may be repeated. */
export const put = operation(
  {
    title: "PUT",
    description: "Replaces something as a whole in any HTTP service.",
    effect: "update",
    reversible: false,
    idempotency: "natural",
    budget: "api",
    settings: httpSettings,
    input: t.Object({ url: urlField, query: queryField, headers: headersField, body: bodyField, bodyType: bodyTypeField }),
    output: answer,
    examples: [
      {
        input: { url: "/contacts/c1", body: { email: "ada@example.com" } },
        output: { status: 200, headers: {}, body: { id: "c1" } },
      },
    ],
  },
  httpPut(() => targetUrl, {
    query: ($) => $.input.query,
    headers: ($) => $.input.headers,
    body: ($) => $.input.body,
    bodyType: ($) => $.input.bodyType,
    output: toAnswer,
  }),
);
