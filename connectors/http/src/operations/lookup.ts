import { cel, get as httpGet, on, operation, t } from "@mortise/sdk";
import { headersField, queryField, urlField } from "../fields.ts";
import { httpSettings } from "../settings.ts";
import { targetUrl } from "../target-url.ts";

/** Reads reference data with GET and keeps the answer for five minutes. */
export const lookup = operation(
  {
    title: "Look up",
    description:
      "Reads reference data and keeps each answer for five minutes. What is not there is an answer too, not a failure.",
    effect: "read",
    budget: "api",
    settings: httpSettings,
    input: t.Object({ url: urlField, query: queryField, headers: headersField }),
    output: t.Object({
      found: t.Boolean({ title: "Found" }),
      body: t.Unknown({ title: "Body", description: "Null where nothing was found." }),
    }),
    outcomes: [on([404, 410]).success()],
    cache: { ttlMs: 300_000, maxEntries: 10_000 },
    examples: [
      { input: { url: "/airports/SFO" }, output: { found: true, body: { code: "SFO", city: "San Francisco" } } },
      { title: "Nothing there", input: { url: "/airports/ZZZ" }, output: { found: false, body: null } },
    ],
  },
  httpGet(() => targetUrl, {
    query: ($) => $.input.query,
    headers: ($) => $.input.headers,
    output: {
      found: cel("response.status < 300"),
      body: cel("response.status < 300 ? response.body : null"),
    },
  }),
);
