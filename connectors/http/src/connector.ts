import { apiKey, awsSigV4, basic, bearer, cel, defineConnector, digest, mtls, none, oauth2 } from "@mortise/sdk";
import { check } from "./operations/check.ts";
import { remove } from "./operations/delete.ts";
import { download } from "./operations/download.ts";
import { get } from "./operations/get.ts";
import { head } from "./operations/head.ts";
import { lookup } from "./operations/lookup.ts";
import { patch } from "./operations/patch.ts";
import { post } from "./operations/post.ts";
import { put } from "./operations/put.ts";
import { upload } from "./operations/upload.ts";
import { httpSettings } from "./settings.ts";

/** Any HTTP service that has no connector of its own. Declarative throughout. */
export default defineConnector({
  name: "http",
  version: "1.3.0",
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
    digest: digest({
      title: "User name and password, as a digest",
      help: "Those that the service gave for its API; the password itself is never sent.",
      test: "check",
      requires: ["baseUrl"],
    }),
    certificate: mtls({
      title: "Client certificate",
      help: "A certificate and its private key as PEM texts, from whoever runs the service; its own authority where it has one.",
      test: "check",
      requires: ["baseUrl"],
    }),
    aws: awsSigV4({
      title: "AWS keys (Signature Version 4)",
      help: "An access key is made in the console, e.g. https://console.aws.amazon.com/iam; better one with few rights.",
      service: "{settings.awsService}",
      region: "{settings.awsRegion}",
      test: "check",
      requires: ["baseUrl", "awsService", "awsRegion"],
    }),
    client: oauth2({
      title: "OAuth 2.0, as an application",
      help: "A client is registered on a page of the service, mostly under developers, e.g. https://api.example.com/settings/apps.",
      grant: "client_credentials",
      tokenUrl: "{settings.tokenUrl}",
      tokenParams: { scope: "{settings.scopes}" },
      omitEmpty: true,
      expiry: { from: "expires_in" },
      test: "check",
      requires: ["baseUrl", "tokenUrl"],
    }),
    person: oauth2({
      title: "OAuth 2.0, as a person",
      help: "A client is registered on a page of the service, mostly under developers, e.g. https://api.example.com/settings/apps.",
      grant: "authorization_code",
      authorizeUrl: "{settings.authorizeUrl}",
      tokenUrl: "{settings.tokenUrl}",
      authorizeParams: { scope: "{settings.scopes}" },
      omitEmpty: true,
      expiry: { from: "expires_in" },
      test: "check",
      revoke: { none: "Where a service takes tokens back differs; people do it on its page of connected apps." },
      requires: ["baseUrl", "authorizeUrl", "tokenUrl"],
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
  operations: { get, head, post, put, patch, delete: remove, lookup, download, upload, check },
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
    { version: "1.3.0", date: "2026-11-22", changes: ["Upload: a file of any size is read while it is sent."] },
    { version: "1.2.0", date: "2026-11-21", changes: ["Download: a file of any size goes to a folder as it comes."] },
    {
      version: "1.1.0",
      date: "2026-11-21",
      changes: [
        "Five more ways to sign in: digest, client certificate, AWS Signature Version 4, OAuth 2.0 as an application and as a person.",
      ],
    },
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
