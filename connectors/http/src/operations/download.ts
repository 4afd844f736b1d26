import { get as httpGet, operation, t } from "@mortise/sdk";
import { headersField, queryField, urlField } from "../fields.ts";
import { httpSettings } from "../settings.ts";
import { targetUrl } from "../target-url.ts";

const HOUR_MS = 3_600_000;

/** Reads with GET (RFC 9110 §9.3.1) into a file, of any size. */
export const download = operation(
  {
    title: "Download",
    description: "Reads a file from any HTTP service into one of the deployment's folders, whatever its size.",
    effect: "update",
    reversible: false,
    idempotency: "natural",
    budget: "api",
    settings: httpSettings,
    input: t.Object({
      url: urlField,
      query: queryField,
      path: t.String({
        title: "Save as",
        description: "Where the file goes, in a folder that this deployment allows. A file that is there is replaced as a whole.",
        minLength: 1,
        "x-placeholder": "reports/2026-11.csv",
        "x-order": 3,
      }),
      headers: headersField,
    }),
    output: t.Object({
      path: t.String({ title: "Path" }),
      bytes: t.Integer({ title: "Size in bytes" }),
      contentType: t.Union([t.String(), t.Null()], { title: "Content type" }),
      sha256: t.String({ title: "SHA-256", description: "Of the bytes, as hexadecimal digits." }),
    }),
    attemptTimeoutMs: HOUR_MS,
    operationTimeoutMs: HOUR_MS,
    examples: [
      {
        input: { url: "/reports/2026-11.csv", path: "reports/2026-11.csv" },
        output: {
          path: "reports/2026-11.csv",
          bytes: 6,
          contentType: "text/csv",
          sha256: "551cf7e87e04261c5fc4f1a58b2598b1ddf3b221711faf2ce212b1692b233988",
        },
      },
    ],
  },
  httpGet(() => targetUrl, {
    query: ($) => $.input.query,
    headers: ($) => $.input.headers,
    decode: { file: { path: ($) => $.input.path } },
  }),
);
