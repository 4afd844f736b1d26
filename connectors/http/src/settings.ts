import { t } from "@mortise/sdk";

/** What a connection of the http connector is configured with. */
export const httpSettings = t.Object({
  baseUrl: t.Optional(
    t.String({
      title: "Base URL",
      description:
        "Where the paths of calls start. With it, calls of this connection, and its credential, go nowhere else. Required with a credential.",
      format: "uri",
      pattern: "^https?://[^?#]+$",
      "x-help": "a URL such as https://api.example.com/v1",
      "x-placeholder": "https://api.example.com/v1",
    }),
  ),
  ratePerSecond: t.Optional(
    t.Number({ title: "Calls per second", description: "At most. Empty: no limit.", exclusiveMinimum: 0 }),
  ),
  maxConcurrent: t.Optional(
    t.Integer({ title: "Calls at once", description: "At most. Empty: no limit.", minimum: 1, "x-advanced": true }),
  ),
  apiKeyHeader: t.Optional(
    t.String({
      title: "Header of the API key",
      description: "Used by the API key scheme alone.",
      pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
      "x-help": "a header name such as X-API-Key",
      default: "X-API-Key",
      "x-advanced": true,
    }),
  ),
  testPath: t.Optional(
    t.String({
      title: "Path of the test",
      description: "What the test button asks for. Best is a path that only answers with the right credential.",
      default: "/",
      "x-advanced": true,
    }),
  ),
});
