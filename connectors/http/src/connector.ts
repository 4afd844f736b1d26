import { apiKey, basic, bearer, cel, defineConnector, none } from "@mortise/sdk";
import { check } from "./operations/check.ts";
import { remove } from "./operations/delete.ts";
import { get } from "./operations/get.ts";
import { head } from "./operations/head.ts";
import { lookup } from "./operations/lookup.ts";
import { patch } from "./operations/patch.ts";
import { post } from "./operations/post.ts";
import { put } from "./operations/put.ts";
import { httpSettings } from "./settings.ts";

/** Any HTTP service that has no connector of its own. Declarative throughout. */
export default defineConnector({
  name: "http",
  version: "1.0.0",
  title: "HTTP",
  publisher: "mortise",
  description: "Calls any HTTP service: read, create, replace, change, delete.",
  categories: ["developer tools"],
  license: "Apache-2.0",
  settings: httpSettings,
  hosts: ["*"],
  auth: {
    none: none({ title: "No credential", test: "check" }),
    apiKey: apiKey({
      title: "API key in a header",
      in: "header",
      name: "{settings.apiKeyHeader}",
      test: "check",
      requires: ["baseUrl"],
    }),
    basic: basic({ title: "User name and password", test: "check", requires: ["baseUrl"] }),
    bearer: bearer({ title: "Bearer token", test: "check", requires: ["baseUrl"] }),
  },
  budgets: {
    api: {
      rate: cel("settings.?ratePerSecond"),
      per: "1s",
      concurrency: cel("settings.?maxConcurrent"),
      scope: "connection",
    },
  },
  operations: { get, head, post, put, patch, delete: remove, lookup, check },
  changelog: [
    {
      version: "1.0.0",
      date: "2026-11-21",
      changes: [
        "Read, create, replace, change and delete on any HTTP service, with a base URL, four ways to sign in and limits of its own.",
        "Lookups that keep their answers for five minutes.",
      ],
    },
  ],
});
