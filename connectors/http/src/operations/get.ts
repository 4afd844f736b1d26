import { get as httpGet, operation, t } from "@mortise/sdk";
import { answer, toAnswer } from "../answer.ts";
import { headersField, queryField, urlField } from "../fields.ts";
import { httpSettings } from "../settings.ts";
import { targetUrl } from "../target-url.ts";

/** Reads with GET (RFC 9110 §9.3.1). */
export const get = operation(
  {
    title: "GET",
    description: "Reads something from any HTTP service.",
    effect: "read",
    budget: "api",
    settings: httpSettings,
    input: t.Object({ url: urlField, query: queryField, headers: headersField }),
    output: answer,
    examples: [
      {
        input: { url: "/airports/SFO" },
        output: { status: 200, headers: { "content-type": "application/json" }, body: { code: "SFO" } },
      },
    ],
  },
  httpGet(() => targetUrl, { query: ($) => $.input.query, headers: ($) => $.input.headers, output: toAnswer }),
);
