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
  tokenUrl: t.Optional(
    t.String({
      title: "Token URL",
      description: "Where OAuth 2.0 tokens come from.",
      format: "uri",
      pattern: "^https?://[^?#]+$",
      "x-help": "a URL such as https://auth.example.com/token",
      "x-placeholder": "https://auth.example.com/token",
      "x-advanced": true,
    }),
  ),
  authorizeUrl: t.Optional(
    t.String({
      title: "Authorize URL",
      description: "Where people grant access with OAuth 2.0.",
      format: "uri",
      pattern: "^https?://[^?#]+$",
      "x-help": "a URL such as https://auth.example.com/authorize",
      "x-placeholder": "https://auth.example.com/authorize",
      "x-advanced": true,
    }),
  ),
  scopes: t.Optional(
    t.String({
      title: "Scopes",
      description: "What OAuth 2.0 asks for, with spaces between. Empty: what the service gives by itself.",
      pattern: "^[\\x21\\x23-\\x5b\\x5d-\\x7e]+( [\\x21\\x23-\\x5b\\x5d-\\x7e]+)*$",
      "x-help": "scopes such as contacts.read contacts.write",
      "x-advanced": true,
    }),
  ),
  awsService: t.Optional(
    t.String({
      title: "AWS service",
      description: "Signing name of the service.",
      pattern: "^[a-z0-9-]+$",
      "x-help": "a name such as s3 or execute-api",
      "x-placeholder": "execute-api",
      "x-advanced": true,
    }),
  ),
  awsRegion: t.Optional(
    t.String({
      title: "AWS region",
      description: "Region that requests are signed for.",
      pattern: "^[a-z0-9-]+$",
      "x-help": "a region such as eu-west-1",
      "x-placeholder": "eu-west-1",
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
