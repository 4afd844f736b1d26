// Pins: a part of a check that can never fail, or that fails on what is right. Each row is a change of the example connector.
import type { Json } from "@mortise/contract";
import { describe, expect, test } from "vitest";
import { exampleSubject, lintConnector } from "../src/index.ts";

type Patch = { readonly [key: string]: Json };
type Row = readonly [what: string, patch: Patch, found: readonly string[]];

function found(patch: Patch): readonly string[] {
  const { diagnostics } = lintConnector({ ...exampleSubject({ contract: patch }), today: "2026-06-01" });
  return diagnostics.map(({ check, severity, path }) => `${check} ${severity} ${path}`).toSorted();
}

const operation = (name: string, patch: Patch): Patch => ({ operations: { [name]: patch } });
const field = (name: string, schema: Patch): Patch => operation("createContact", { input: { properties: { [name]: schema } } });
const FIELD = "/operations/createContact/input/properties";
const text = { type: "string", title: "Field", description: "What to fill in." };

const ROWS: { readonly [check: string]: readonly Row[] } = {
  MC002: [
    ["a trigger and an operation may share a name", { triggers: { contactCreated: { title: "Contact created" } } }, []],
    [
      "two operations that differ by case",
      { operations: { whoami: { ...WHO_AM_I(), title: "Who", request: { method: "GET", url: "/self" } } } },
      ["MC002 error /operations/whoami"],
    ],
  ],
  MC003: [
    [
      "an expression that cannot be parsed",
      operation("createContact", { request: { body: { email: { $cel: "input." } } } }),
      ["MC003 error /operations/createContact/request/body/email/$cel"],
    ],
    [
      "an outcome rule that reads what there is not",
      operation("whoAmI", { outcomes: [{ when: { cel: "answer.ok" }, as: "rejected" }] }),
      ["MC003 error /operations/whoAmI/outcomes/0/when/cel"],
    ],
    [
      "a migration to an operation that is gone, and one of two steps",
      {
        version: "2.0.0",
        changelog: [{ version: "2.0.0", date: "2026-02-01", changes: ["x"] }],
        migrations: [{ from: 0, to: 2, operations: { old: { operation: "nope" } } }],
      },
      ["MC003 error /migrations/0/operations/old/operation", "MC003 error /migrations/0/to"],
    ],
    [
      "a migration of an operation that nothing replaces",
      {
        version: "2.0.0",
        changelog: [{ version: "2.0.0", date: "2026-02-01", changes: ["x"] }],
        migrations: [{ from: 1, to: 2, operations: { old: { removed: "Use the list." } } }],
      },
      [],
    ],
    [
      "settings where there is no such setting",
      operation("whoAmI", { request: { url: { $text: "/me/${settings.regon}" } } }),
      ["MC003 error /operations/whoAmI/request/url/$text"],
    ],
  ],
  MC005: [
    [
      "operations that read their parts from each other",
      operation("listContacts", { partition: { parent: { operation: "listContacts", with: {} } } }),
      ["MC005 error /operations/listContacts"],
    ],
  ],
  MC006: [
    [
      "another dialect",
      operation("whoAmI", { output: { $schema: "http://json-schema.org/draft-07/schema#" } }),
      ["MC006 error /operations/whoAmI/output/$schema"],
    ],
    ["a keyword that does not exist", field("name", { titel: "x" }), [`MC006 error ${FIELD}/name/titel`]],
    ["schemas 70 deep", { schemas: { Deep: deep(70) } }, ["MC006 error /schemas/Deep"]],
    ["schemas 60 deep", { schemas: { Deep: deep(60) } }, ["MC006 warning /schemas/Deep"]],
    ["schemas 40 deep", { schemas: { Deep: deep(40) } }, []],
  ],
  MC007: [
    [
      "a default that breaks its schema",
      field("age", { ...text, type: "integer", default: "x" }),
      [`MC007 error ${FIELD}/age/default`],
    ],
    [
      "a sample that breaks its schema",
      field("age", { ...text, type: "integer", "x-sample": "x" }),
      [`MC007 warning ${FIELD}/age/x-sample`],
    ],
    [
      "a constant that breaks its schema",
      field("age", { ...text, type: "integer", const: "x" }),
      [`MC007 error ${FIELD}/age/const`],
    ],
  ],
  MC008: [
    ["a hidden field", field("age", { type: "integer", "x-widget": "hidden" }), []],
    [
      "a field inside of a list",
      field("tags", { ...text, type: "array", items: { type: "object", properties: { key: { type: "string", title: "Key" } } } }),
      [`MC008 warning ${FIELD}/tags/items/properties/key/description`],
    ],
    ["a setting", { settings: { properties: { region: { title: null } } } }, ["MC008 warning /settings/properties/region/title"]],
  ],
  MC009: [
    [
      "a list of identifiers",
      field("groupIds", { ...text, type: "array", items: { type: "string" } }),
      [`MC009 warning ${FIELD}/groupIds/x-options`],
    ],
    ["an identifier of a few", field("planId", { ...text, enum: ["a", "b"] }), []],
    ["a word that ends like one", field("paid", { ...text, type: "boolean" }), []],
  ],
  MC010: [
    [
      "a source that gives no list",
      field("owner", { ...text, "x-options": { operation: "whoAmI", value: "/id", label: "/name" } }),
      [`MC010 error ${FIELD}/owner/x-options/operation`],
    ],
    [
      "a search that is not said",
      operation("deleteContact", { input: { properties: { contactId: { "x-options": { searchable: null } } } } }),
      ["MC010 error /operations/deleteContact/input/properties/contactId/x-options/searchable"],
    ],
    [
      "a search that is said and not done",
      operation("deleteContact", { input: { properties: { contactId: { "x-options": { with: null } } } } }),
      ["MC010 error /operations/deleteContact/input/properties/contactId/x-options/searchable"],
    ],
    [
      "pages without a search",
      operation("deleteContact", { input: { properties: { contactId: { "x-options": { with: null, searchable: null } } } } }),
      ["MC010 warning /operations/deleteContact/input/properties/contactId/x-options"],
    ],
  ],
  MC011: [["names that differ by case", field("Name", text), [`MC011 warning ${FIELD}/Name`]]],
  MC013: [
    ...["apiKey", "client_secret", "accessToken", "password", "signingKey"].map(
      (name): Row => [name, field(name, text), [`MC013 error ${FIELD}/${name}`]],
    ),
    ...["pageToken", "nextToken", "passwordless", "secretary", "publicKey", "tokenCount"].map(
      (name): Row => [name, field(name, text), []],
    ),
    ["what is said to be none", field("token", { ...text, "x-secret": false }), []],
  ],
  MC014: [
    ["any host, with a credential", { hosts: ["*"] }, ["MC014 warning /auth/oauth", "MC014 warning /auth/token"]],
    [
      "a setting in the host of an absolute URL",
      {
        settings: { properties: { shop: text } },
        ...operation("whoAmI", { request: { url: { $text: "https://${settings.shop}.acme.example/me" } } }),
      },
      ["MC014 warning /operations/whoAmI/request/url"],
    ],
  ],
  MC015: [
    [
      "a hole that an optional field fills",
      operation("deleteContact", { input: { required: [] } }),
      ["MC015 error /operations/deleteContact/request/path/id"],
    ],
    [
      "an input as the host",
      operation("deleteContact", { request: { path: null, url: { $text: "https://${input.contactId}.acme.example/" } } }),
      ["MC015 error /operations/deleteContact/request/url"],
    ],
    [
      "a narrowed input as the host",
      {
        ...operation("deleteContact", {
          input: { properties: { contactId: { pattern: "^[a-z]+$" } } },
          examples: [{ input: { contactId: "c" } }],
          request: { path: null, url: { $text: "https://${input.contactId}.acme.example/" } },
        }),
      },
      [],
    ],
    [
      "a hole that nothing fills",
      operation("deleteContact", { request: { path: null, url: "/contacts/{id}" } }),
      ["MC015 error /operations/deleteContact/request/url"],
    ],
  ],
  MC016: [
    [
      "a form that is a text",
      operation("createContact", { request: { body: "x", bodyType: "form" } }),
      ["MC016 error /operations/createContact/request/body"],
    ],
    [
      "two bodies",
      operation("createContact", { native: { reason: "Why not.", uses: [] } }),
      ["MC016 error /operations/createContact/native"],
    ],
  ],
  MC017: [
    [
      "a trigger",
      { triggers: { contactCreated: { output: { properties: null, required: null }, identity: [] } } },
      ["MC017 warning /triggers/contactCreated/output"],
    ],
  ],
  MC018: [
    [
      "an event that breaks its schema",
      { triggers: { contactCreated: { examples: [{ input: {}, output: { id: "c1", email: 7 } }] } } },
      ["MC018 error /triggers/contactCreated/examples/0/output/email"],
    ],
    ["an operation without examples", operation("whoAmI", { examples: [] }), ["MC018 warning /operations/whoAmI/examples"]],
    [
      "a counter-example that is accepted",
      operation("whoAmI", { counterExamples: [{ input: {} }] }),
      ["MC018 error /operations/whoAmI/counterExamples/0/input"],
    ],
  ],
  MC019: [
    [
      "a recorded answer without a key of the sample",
      operation("createContact", {
        examples: [
          { input: { email: "a@example.com" }, output: { id: "c1", createdAt: "2026-01-01T00:00:00Z" } },
          { input: { email: "a@example.com" }, response: { status: 201, body: { id: "c2" } } },
        ],
      }),
      ["MC019 warning /operations/createContact/examples/1/response/body"],
    ],
  ],
  MC020: [
    [
      "a sample without a zone",
      operation("whoAmI", { examples: [{ input: {}, output: { id: "u1", name: "2026-01-01T10:00:00" } }] }),
      ["MC020 warning /operations/whoAmI/examples/0/output/name"],
    ],
  ],
  MC021: [
    [
      "a list of anything",
      operation("listContacts", {
        output: { properties: { contacts: { items: { type: null, required: null, properties: null } } } },
      }),
      ["MC021 warning /operations/listContacts/output"],
    ],
  ],
  MC022: [
    [
      "an event that names no such field",
      { triggers: { contactCreated: { identity: ["/uid"] } } },
      ["MC022 error /triggers/contactCreated/examples/0/output", "MC022 error /triggers/contactCreated/identity/0"],
    ],
    [
      "items with an id that nothing names",
      operation("listContacts", { identity: [] }),
      ["MC022 warning /operations/listContacts/identity"],
    ],
  ],
  MC023: [
    [
      "a source without a cursor",
      operation("listContacts", { incremental: null }),
      ["MC023 warning /triggers/contactChanged/source/operation"],
    ],
  ],
  MC024: [
    [
      "an end without a beginning",
      { triggers: { contactCreated: { subscribe: null } } },
      ["MC024 error /triggers/contactCreated/subscribe"],
    ],
    [
      "neither, and no directions",
      { triggers: { contactCreated: { subscribe: null, unsubscribe: null, manual: "By hand." } } },
      ["MC024 error /triggers/contactCreated/manual"],
    ],
  ],
  MC025: [
    [
      "no signature, and no reason",
      { triggers: { contactCreated: { signature: noSignature("Because.") } } },
      ["MC025 warning /triggers/contactCreated/signature/none"],
    ],
    [
      "no signature, and a reason",
      { triggers: { contactCreated: { signature: noSignature("Acme signs nothing; the address is secret.") } } },
      [],
    ],
    [
      "SHA-1",
      { triggers: { contactCreated: { signature: { algorithm: "hmac-sha1" } } } },
      ["MC025 warning /triggers/contactCreated/signature/algorithm"],
    ],
    [
      "a time that is not signed",
      { triggers: { contactCreated: { signature: { content: "{body}" } } } },
      ["MC025 warning /triggers/contactCreated/signature/timestamp"],
    ],
  ],
  MC026: [
    [
      "one event in two shapes",
      { triggers: { contactCreated: { title: "Contact changed" } } },
      ["MC026 warning /triggers/contactCreated/output"],
    ],
  ],
  MC028: [
    ...["localhost", "127.0.0.1", "10.1.2.3", "192.168.0.7:8080", "172.20.0.1", "printer.local"].map(
      (host): Row => [host, { hosts: ["{settings.region}.acme.example", host] }, ["MC028 error /hosts/1"]],
    ),
    ["172.32.0.1 is public", { hosts: ["{settings.region}.acme.example", "172.32.0.1"] }, []],
    [
      "a token over plain http",
      { auth: { oauth: { tokenUrl: "http://acme.example/token" } } },
      ["MC028 error /auth/oauth/tokenUrl"],
    ],
    ["a link over plain http", { homepage: "http://acme.example" }, ["MC028 warning /homepage"]],
    ["a script as a default", field("note", { ...text, default: "javascript:alert(1)" }), [`MC028 error ${FIELD}/note/default`]],
    [
      "a script in the help of a scheme",
      { auth: { token: { help: "See javascript:alert(1) or https://acme.example/keys." } } },
      ["MC028 error /auth/token/help"],
    ],
    ["a sentence about data: that is none", field("note", { ...text, description: "What data: names hold." }), []],
  ],
  MC029: [
    [
      "sending that is said to be natural",
      operation("subscribe", { effect: "send", idempotency: "natural" }),
      ["MC029 error /operations/subscribe/idempotency"],
    ],
    [
      "creating that is said to be natural",
      operation("subscribe", { idempotency: "natural" }),
      ["MC029 warning /operations/subscribe/idempotency"],
    ],
    [
      "a call shorter than an attempt",
      operation("whoAmI", { operationTimeoutMs: 5000 }),
      ["MC029 error /operations/whoAmI/operationTimeoutMs"],
    ],
  ],
  MC030: [
    [
      "a guess that nobody confirmed",
      operation("whoAmI", { review: [{ about: "effect", message: "Its method is POST, its name sounds like a read." }] }),
      ["MC030 warning /operations/whoAmI/review/0"],
    ],
    [
      "a read by POST",
      operation("listContacts", { request: { method: "POST" } }),
      ["MC030 warning /operations/listContacts/request/method"],
    ],
    [
      "a write that says nothing of being undone",
      operation("deleteContact", { reversible: null }),
      ["MC030 warning /operations/deleteContact/reversible"],
    ],
  ],
  MC031: [
    ["calls without a budget", operation("whoAmI", { budget: null }), ["MC031 warning /operations/whoAmI/budget"]],
    [
      "what is left, and not when it is more",
      { budgets: { api: { reset: null, remaining: { header: "X-Left" } } } },
      ["MC031 warning /budgets/api/reset"],
    ],
    ["Retry-After by its grammar", { budgets: { api: { reset: { header: "Retry-After", as: "auto" } } } }, []],
  ],
  MC032: [
    [
      "an answer that tells of errors, and nobody looks",
      operation("whoAmI", { output: { properties: { ok: { type: "boolean" } } } }),
      ["MC032 warning /operations/whoAmI/outcomes"],
    ],
    [
      "the same, and somebody looks",
      operation("whoAmI", {
        output: { properties: { ok: { type: "boolean" } } },
        outcomes: [{ when: { status: "2xx", cel: "body.ok == false" }, as: "rejected" }],
      }),
      [],
    ],
  ],
  MC033: [
    [
      "a bound that bounds nothing",
      operation("listContacts", { pagination: { maxPages: 1_000_000 } }),
      ["MC033 warning /operations/listContacts/pagination/maxPages"],
    ],
  ],
  MC034: [
    [
      "no test, and no read that would do",
      {
        auth: { token: { test: null, label: null } },
        operations: { whoAmI: { input: { required: ["x"], properties: { x: text } }, examples: [{ input: { x: "1" } }] } },
      },
      ["MC034 warning /auth/token/test"],
    ],
  ],
  MC035: [
    [
      "a secret of the answer",
      {
        auth: { token: { label: { $text: "${output.apiToken}" } } },
        ...operation("whoAmI", { output: { properties: { apiToken: { type: "string", "x-secret": true } } } }),
      },
      ["MC035 error /auth/token/label"],
    ],
  ],
  MC036: [
    [
      "a scope that nobody describes",
      operation("createContact", { scopes: ["contacts.admin"] }),
      ["MC036 warning /operations/createContact/scopes/0"],
    ],
  ],
  MC037: [
    [
      "a fixed state",
      { auth: { oauth: { authorizeParams: { state: "x", access_type: "offline" } } } },
      ["MC037 error /auth/oauth/authorizeParams/state"],
    ],
    ["an implicit grant", { auth: { oauth: { grant: "implicit" } } }, ["MC037 warning /auth/oauth/grant"]],
  ],
  MC039: [["a reason that is none", { auth: { oauth: { revoke: { none: "n/a" } } } }, ["MC039 warning /auth/oauth/revoke"]]],
  MC040: [["no help", { auth: { token: { help: null } } }, ["MC040 warning /auth/token/help"]]],
  MC042: [
    [
      "a key in a header",
      operation("whoAmI", { request: { headers: { "x-key": "AKIAZ7QJ4XW2NLPR5TKV" } } }),
      ["MC042 error /operations/whoAmI/request/headers/x-key"],
    ],
    [
      "a cookie",
      operation("whoAmI", {
        examples: [
          { input: {}, response: { status: 200, headers: { "Set-Cookie": "sid=8f3b2a9c1d" }, body: { id: "u", name: "n" } } },
        ],
      }),
      ["MC042 error /operations/whoAmI/examples/0/response/headers/Set-Cookie"],
    ],
    [
      "an address of a person",
      operation("whoAmI", { examples: [{ input: {}, output: { id: "u1", name: "ada@lovelace.uk" } }] }),
      ["MC042 warning /operations/whoAmI/examples/0/output/name"],
    ],
    [
      "a random text under a telling name",
      field("apiKey", { ...text, "x-secret": true, "x-sample": "q7Zr9TfW2mKx8BvL4nPd" }),
      [`MC042 warning ${FIELD}/apiKey/x-sample`],
    ],
    ["a made-up one", field("apiKey", { ...text, "x-secret": true, "x-sample": "your-api-key-goes-here" }), []],
  ],
  MC043: [
    ["no entry for this version", { version: "1.2.1" }, ["MC043 warning /changelog"]],
    ["no category", { categories: [] }, ["MC043 warning /categories"]],
  ],
};

describe.each(Object.entries(ROWS))("%s", (_, rows) => {
  test.each(rows.map(([what, patch, expected]) => ({ what, patch, expected })))("$what", ({ patch, expected }) => {
    expect(found(patch)).toEqual(expected.toSorted());
  });
});

function WHO_AM_I(): Patch {
  const { operations } = exampleSubject({}).contract as { readonly operations: { readonly whoAmI: Patch } };
  return operations.whoAmI;
}

function deep(levels: number): Patch {
  return levels <= 1 ? { type: "string" } : { type: "array", items: deep(levels - 1) };
}

/** Replaces the signature as a whole, which a merge alone would not. */
function noSignature(reason: string): Patch {
  return { none: reason, algorithm: null, header: null, encoding: null, content: null, timestamp: null, tolerance: null };
}
