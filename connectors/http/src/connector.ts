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
  icon: "icon.svg",
  support: "https://mortise.dev/support",
  settings: httpSettings,
  hosts: ["*"],
  auth: {
    none: none({ title: "No credential", test: "check" }),
    apiKey: apiKey({
      title: "API key in a header",
      help: "A key is made on a page of the service, mostly under settings or developers, e.g. https://api.example.com/settings/keys.",
      in: "header",
      name: "{settings.apiKeyHeader}",
      test: "check",
      requires: ["baseUrl"],
    }),
    basic: basic({
      title: "User name and password",
      help: "Those that the service gave for its API, which may differ from those of its pages.",
      test: "check",
      requires: ["baseUrl"],
    }),
    bearer: bearer({
      title: "Bearer token",
      help: "A token is made on a page of the service, mostly under settings or developers, e.g. https://api.example.com/settings/tokens.",
      test: "check",
      requires: ["baseUrl"],
    }),
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
  waivers: [
    {
      check: "MC015",
      reason:
        "The input is the URL that is called: calling any of them is what this connector is for, and a base URL keeps it in bounds.",
      owner: "mortise",
      expires: "2027-11-30",
    },
    {
      check: "MC043",
      path: "/privacy",
      reason: "The service is whichever the connection names; what it does with data is for its operator to say.",
      owner: "mortise",
      expires: "2027-11-30",
    },
  ],
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
