// Pins: an exported document that an outside validator refuses, or that says something else than the contract.
import type { Contract, JsonObject } from "@mortise/contract";
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { exportOpenApi } from "../../src/index.ts";

const contract: Contract = {
  format: "mortise.contract/1",
  name: "acme-crm",
  version: "1.2.0",
  title: "Acme CRM",
  publisher: "acme",
  license: "Apache-2.0",
  support: "help@acme.example",
  categories: ["crm"],
  settings: {
    type: "object",
    required: ["region"],
    properties: { region: { type: "string", enum: ["eu", "us"], title: "Region" } },
  },
  hosts: ["{settings.region}.acme.example"],
  auth: {
    token: { kind: "apiKey", in: "header", name: "X-Api-Key" },
    both: { kind: "all", of: [{ kind: "basic" }, { kind: "apiKey", in: "query", name: "app" }] },
    user: {
      kind: "oauth2",
      grant: "authorization_code",
      authorizeUrl: "https://a.example/auth",
      tokenUrl: "https://a.example/token",
      scopes: { "contacts.read": "Read" },
    },
    body: { kind: "apiKey", in: "body", name: "key" },
  },
  budgets: {},
  schemas: {
    Contact: { type: "object", required: ["id"], properties: { id: { type: "string" }, boss: { $ref: "#/schemas/Contact" } } },
  },
  operations: {
    getContact: {
      title: "Get a contact",
      effect: "read",
      idempotency: "natural",
      scopes: ["contacts.read"],
      input: {
        type: "object",
        required: ["id"],
        properties: {
          id: { type: "string" },
          fields: { type: "array", items: { type: "string" } },
          filter: { $ref: "#/$defs/Filter" },
        },
        $defs: { Filter: { type: "object", properties: { name: { type: "string" } } } },
      },
      output: { $ref: "#/schemas/Contact" },
      identity: ["/id"],
      request: {
        method: "GET",
        url: { $text: "/contacts/${input.id}" },
        query: {
          fields: { $cel: "input.?fields.orValue(null)" },
          filter: { $cel: "input.?filter.orValue(null)" },
          expand: "boss",
        },
        styles: { query: { fields: { explode: false }, filter: { style: "deepObject" } } },
        headers: { "X-Version": "2" },
      },
      outcomes: [{ when: { status: 404 }, as: "notFound", message: "There is no such contact." }],
      pagination: { kind: "link" },
      examples: [],
    },
    createContact: {
      title: "Create a contact",
      effect: "create",
      idempotency: "none",
      scopes: [],
      auth: [],
      input: { type: "object", required: ["body"], properties: { body: { $ref: "#/schemas/Contact" } } },
      output: { $ref: "#/schemas/Contact" },
      identity: [],
      request: { method: "POST", url: "/contacts", body: { $cel: "input.body" }, contentType: "application/vnd.acme+json" },
      outcomes: [],
      examples: [],
    },
    sendFile: {
      title: "Send a file",
      effect: "create",
      idempotency: "none",
      scopes: [],
      input: {
        type: "object",
        required: ["file"],
        properties: { file: { type: "string", contentEncoding: "base64" }, note: { type: "string" } },
      },
      output: { type: "null" },
      identity: [],
      request: {
        method: "POST",
        url: "/files/{folder}",
        path: { folder: "inbox" },
        body: { file: { $cel: "input.file" }, note: { $cel: "input.?note.orValue(null)" } },
        bodyType: "multipart",
        styles: { body: { file: { file: true, contentType: "image/png" } } },
      },
      outcomes: [],
      examples: [],
    },
    speak: {
      title: "Speak",
      effect: "execute",
      idempotency: "none",
      scopes: [],
      input: { type: "object" },
      output: { type: "null" },
      identity: [],
      native: { reason: "A socket.", uses: ["network"] },
      outcomes: [],
      examples: [],
    },
  },
  triggers: {
    contactCreated: {
      kind: "webhook",
      title: "Contact created",
      scopes: [],
      input: { type: "object" },
      output: { $ref: "#/schemas/Contact" },
      identity: ["/id"],
      manual: "Settings, Webhooks",
      signature: { none: "The vendor has none." },
      examples: [],
    },
  },
};

test("an outside validator accepts the document, and it says what the contract says", async () => {
  const { document } = exportOpenApi(contract);
  const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));
  expect(result).toMatchObject({ valid: true });
  expect(document).toMatchObject({
    openapi: "3.1.0",
    servers: [{ url: "https://{region}.acme.example", variables: { region: { default: "eu", enum: ["eu", "us"] } } }],
    paths: {
      "/contacts/{id}": {
        get: {
          operationId: "getContact",
          security: [{ token: [] }, { "both.1": [], "both.2": [] }, { user: ["contacts.read"] }, {}],
          parameters: [
            { name: "id", in: "path", required: true, schema: { type: "string" } },
            { name: "fields", in: "query", explode: false, schema: { type: "array" } },
            { name: "filter", in: "query", style: "deepObject", schema: { $ref: "#/components/schemas/getContact.Filter" } },
            { name: "expand", in: "query", required: true, schema: { const: "boss" } },
            { name: "X-Version", in: "header", required: true },
          ],
          responses: { "2XX": {}, "404": { description: "There is no such contact." } },
          "x-mortise": { effect: "read", pagination: { kind: "link" } },
        },
      },
      "/contacts": {
        post: {
          security: [],
          requestBody: {
            required: true,
            content: { "application/vnd.acme+json": { schema: { $ref: "#/components/schemas/Contact" } } },
          },
        },
      },
      "/files/{folder}": {
        post: { requestBody: { content: { "multipart/form-data": { encoding: { file: { contentType: "image/png" } } } } } },
      },
    },
    webhooks: { contactCreated: { post: { summary: "Contact created" } } },
    components: { schemas: { Contact: { properties: { boss: { $ref: "#/components/schemas/Contact" } } } } },
  });
});

test("what OpenAPI cannot say is left out with a diagnostic that names the place", () => {
  const { document, diagnostics } = exportOpenApi(contract);
  expect(diagnostics.map(({ code, path }) => [code, path])).toEqual([
    ["NOT_EXPRESSIBLE", "/auth/body"],
    ["NOT_EXPRESSIBLE", "/operations/speak"],
  ]);
  expect(JSON.stringify(document)).not.toContain('"speak"');
});

test("a second operation on the same path and method is not lost silently", () => {
  const { getContact } = contract.operations;
  if (getContact === undefined) throw new Error("The contract has lost its operation.");
  const { document, diagnostics } = exportOpenApi({ ...contract, operations: { getContact, readContact: getContact } });
  expect(Object.keys(document.paths as JsonObject)).toEqual(["/contacts/{id}", "/contacts/{id}#readContact"]);
  expect(diagnostics.map(({ severity, path }) => [severity, path])).toContainEqual(["info", "/operations/readContact"]);
});
