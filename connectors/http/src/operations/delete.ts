import { del, operation, t } from "@mortise/sdk";
import { answer, toAnswer } from "../answer.ts";
import { headersField, queryField, urlField } from "../fields.ts";
import { httpSettings } from "../settings.ts";
import { targetUrl } from "../target-url.ts";

/** Deletes with DELETE (RFC 9110 §9.3.5), which may be repeated. */
export const remove = operation(
  {
    title: "DELETE",
    description: "Deletes something in any HTTP service.",
    effect: "delete",
    reversible: false,
    idempotency: "natural",
    budget: "api",
    settings: httpSettings,
    input: t.Object({ url: urlField, query: queryField, headers: headersField }),
    output: answer,
    examples: [{ input: { url: "/contacts/c1" }, output: { status: 204, headers: {}, body: null } }],
  },
  del(() => targetUrl, { query: ($) => $.input.query, headers: ($) => $.input.headers, output: toAnswer }),
);
