import { put as httpPut, operation, t } from "@mortise/sdk";
import { answer, toAnswer } from "../answer.ts";
import { headersField, queryField, urlField } from "../fields.ts";
import { httpSettings } from "../settings.ts";
import { targetUrl } from "../target-url.ts";

const HOUR_MS = 3_600_000;

/** Puts a file (RFC 9110 §9.3.4) of any size, which may be repeated. */
export const upload = operation(
  {
    title: "Upload",
    description: "Sends a file from one of the deployment's folders to any HTTP service with PUT, whatever its size.",
    effect: "update",
    reversible: false,
    idempotency: "natural",
    budget: "api",
    settings: httpSettings,
    input: t.Object({
      url: urlField,
      query: queryField,
      path: t.String({
        title: "File",
        description: "Where the file is, in a folder that this deployment allows. It is read while it is sent.",
        minLength: 1,
        "x-placeholder": "reports/2026-11.csv",
        "x-order": 3,
      }),
      contentType: t.Optional(
        t.String({
          title: "Content type",
          description: "What kind of file it is, for the service.",
          default: "application/octet-stream",
          minLength: 1,
          "x-placeholder": "text/csv",
          "x-order": 4,
        }),
      ),
      headers: headersField,
    }),
    output: answer,
    attemptTimeoutMs: HOUR_MS,
    operationTimeoutMs: HOUR_MS,
    examples: [
      {
        input: { url: "/reports/2026-11.csv", path: "reports/2026-11.csv", contentType: "text/csv" },
        output: { status: 201, headers: { location: "/reports/2026-11.csv" }, body: null },
      },
    ],
  },
  httpPut(() => targetUrl, {
    query: ($) => $.input.query,
    headers: ($) => $.input.headers,
    body: ($) => $.input.path,
    bodyType: "binary",
    contentType: ($) => $.input.contentType,
    fromFiles: true,
    output: toAnswer,
  }),
);
