import { head as httpHead, operation, t } from "@mortise/sdk";
import { answer } from "../answer.ts";
import { headersField, queryField, urlField } from "../fields.ts";
import { httpSettings } from "../settings.ts";
import { targetUrl } from "../target-url.ts";

/** Reads status and headers alone with HEAD (RFC 9110 §9.3.2). */
export const head = operation(
  {
    title: "HEAD",
    description: "Asks for status and headers of something without reading it.",
    effect: "read",
    budget: "api",
    settings: httpSettings,
    input: t.Object({ url: urlField, query: queryField, headers: headersField }),
    output: t.Object({ status: answer.properties.status, headers: answer.properties.headers }),
    examples: [{ input: { url: "/airports/SFO" }, output: { status: 200, headers: { etag: '"1"' } } }],
  },
  httpHead(() => targetUrl, {
    query: ($) => $.input.query,
    headers: ($) => $.input.headers,
    decode: "none",
    output: ($) => ({ status: $.response.status, headers: $.response.headers }),
  }),
);
