// Pins: a document that one reader refuses, a fault of one operation that costs the others, and a reference that is fetched.
import { describe, expect, test } from "vitest";
import { importOpenApi } from "../../src/index.ts";
import { importPaths, OK, sound } from "./import-paths.ts";

const HEAD = `openapi: 3.0.3
info: { title: Pets, version: "1" }
servers: [{ url: "https://api.pets.test" }]
`;

describe("YAML", () => {
  test("is read with anchors, merge keys and flow lines that other readers refuse", () => {
    const { operation } = sound(
      importOpenApi({
        text: `${HEAD}x-common: &common
  description: Shared.
paths:
  /a:
    get:
      <<: *common
      operationId: a
      responses:
        200:
          description: fine
          content:
            application/json:
              schema: { type: object, example: { "80/tcp": {},
                "443/tcp": {} } }
`,
      }),
    );
    expect(operation("a").description).toBe("Shared.");
  });

  test("with a fault of its syntax still gives what could be read, and the line of the fault", () => {
    const { contract, diagnostics } = importOpenApi({
      text: `${HEAD}paths:\n  /a:\n    get: { operationId: a, responses: { 200: { description: "" } } }\n  /b: [unclosed\n`,
      file: "pets.yaml",
    });
    expect(Object.keys(contract?.operations ?? {})).toEqual(["a"]);
    const place = { severity: "error", file: "pets.yaml", line: expect.any(Number) };
    expect(diagnostics[0]).toMatchObject({ code: "INVALID_DOCUMENT", ...place });
  });

  test("that refers to itself, or repeats itself beyond measure, ends", () => {
    const bomb = [
      "a: &a [x, x, x, x, x, x, x, x, x, x]",
      ...[..."bcdefghi"].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${"abcdefgh"[index]}`).join(", ")}]`),
    ].join("\n");
    expect(importOpenApi({ text: `${HEAD}${bomb}\npaths: {}\n` }).contract).toBeUndefined();
    expect(importOpenApi({ text: `${HEAD}paths: &p\n  /a: *p\n` }).contract).toBeUndefined();
  });
});

describe("several files", () => {
  const files: { readonly [path: string]: string } = {
    "api/common/schemas.yaml":
      "Pet:\n  type: object\n  properties:\n    owner: { $ref: 'people.json#/Owner' }\n    parent: { $ref: '#/Pet' }\n",
    "api/common/people.json": '{"Owner": {"type": "object", "properties": {"name": {"type": "string"}}}}',
    "api/paths/pets.yaml":
      "get:\n  operationId: listPets\n  responses:\n    200:\n      description: ''\n      content:\n        application/json:\n          schema: { type: array, items: { $ref: '../common/schemas.yaml#/Pet' } }\n",
  };
  const text = `${HEAD}paths:\n  /pets: { $ref: 'paths/pets.yaml' }\n`;

  test("are one document, each found from where the reference stands", () => {
    const { operation, contract, warnings } = sound(
      importOpenApi({ text, file: "api/main.yaml", readFile: (path) => files[path] }),
    );
    expect(operation("listPets").output).toEqual({ type: "array", items: { $ref: "#/schemas/Pet" } });
    expect(contract.schemas).toEqual({
      Owner: { type: "object", properties: { name: { type: "string" } } },
      Pet: { type: "object", properties: { owner: { $ref: "#/schemas/Owner" }, parent: { $ref: "#/schemas/Pet" } } },
    });
    expect(warnings).toEqual([]);
  });

  test("that are missing are findings, and what they would say is open", () => {
    const { operation, warnings } = sound(
      importOpenApi({
        text: `${text}  /a: { get: { operationId: a, responses: { 200: { description: '' } } } }\n`,
        file: "api/main.yaml",
      }),
    );
    expect(operation("a").effect).toBe("read");
    expect(warnings).toMatchObject([{ code: "UNKNOWN_REFERENCE", file: "api/main.yaml", path: "/paths/~1pets", line: 5 }]);
  });

  test("a reader that throws is one that has no such file", () => {
    const readFile = () => {
      throw new Error("disk on fire");
    };
    expect(importOpenApi({ text, readFile }).diagnostics.map(({ code }) => code)).toEqual([
      "UNKNOWN_REFERENCE",
      "INVALID_DOCUMENT",
    ]);
  });
});

describe("names", () => {
  test("are camelCase and unique, from the id or from method and path", () => {
    const get = (operationId?: string) => ({ get: { ...(operationId ? { operationId } : {}), responses: OK } });
    const { contract, warnings } = importPaths({
      "/a": get("repos/list-for-org"),
      "/b": get("repos/list-for-org"),
      "/c/{id}/d": get(),
      "/e": get("GetURLInfo"),
      "/f": get("3d"),
      "/g": get("constructor"),
    });
    expect(Object.keys(contract.operations)).toEqual(["reposListForOrg", "getB", "getCByIdD", "getURLInfo", "op3d", "getG"]);
    expect(warnings[0]).toMatchObject({ code: "DUPLICATE_NAME", path: "/paths/~1b/get" });
  });
});

test("what the document says about itself is in the contract", () => {
  const { contract } = importPaths(
    { "/a": { get: { operationId: "a", responses: OK } } },
    {
      info: {
        title: "The Acme CRM API v2.1",
        version: "7",
        description: "All of it.",
        contact: { name: "Acme", email: "help@acme.test" },
      },
      tags: [{ name: "people" }, { name: "deals" }],
      externalDocs: { url: "https://docs.acme.test" },
    },
  );
  expect(contract).toMatchObject({
    name: "the-acme-crm",
    title: "The Acme CRM API v2.1",
    version: "1.0.0",
    publisher: "Acme",
    description: "All of it.",
    categories: ["people", "deals"],
    homepage: "https://docs.acme.test",
    support: "help@acme.test",
  });
});

test("webhooks and callbacks are reported", () => {
  const { report } = importPaths(
    { "/a": { post: { operationId: "createA", callbacks: { done: {} }, responses: OK } } },
    { openapi: "3.1.0", webhooks: { petBorn: { post: { responses: OK } } } },
  );
  expect(report.webhooks).toEqual(["petBorn", "done (callback of /paths/~1a/post)"]);
});

test.each([
  ["nothing", ""],
  ["a word", "hello"],
  ["a list", "[1, 2]"],
  ["another document", '{"asyncapi": "2.0.0"}'],
  ["half a document", '{"openapi": "3.0.0", "paths": {'],
  ["no operations", '{"openapi": "3.0.0", "paths": {}}'],
  ["nulls", '{"openapi": null, "paths": null, "components": null, "servers": null}'],
  ["depth", `{"openapi": "3.0.0", "paths": ${"[".repeat(50_000)}${"]".repeat(50_000)}}`],
])("%s is told to be no document that can be imported", (_, text) => {
  const { contract, diagnostics } = importOpenApi({ text });
  expect(contract).toBeUndefined();
  expect(diagnostics.some(({ severity }) => severity === "error")).toBe(true);
});

test.each([
  ["an empty file", "", "is empty"],
  ["a page to sign in", "<!DOCTYPE html>\n<html><body>Please: sign in</body></html>", "HTML"],
  ["bytes", "openapi: \u0000\u0001\uFFFD", "UTF-8"],
  ["Swagger 1.2", '{"swaggerVersion": "1.2", "apis": []}', "Swagger 1.2"],
  ["AsyncAPI", '{"asyncapi": "3.0.0", "info": {}, "channels": {}}', "AsyncAPI"],
  ["a Postman collection", '{"info": {"name": "x"}, "item": []}', "Postman"],
  ["a list", "[1, 2]", "a list"],
])("%s is called what it is, with what to do", (_, text, words) => {
  const [first] = importOpenApi({ text }).diagnostics;
  expect(first).toMatchObject({ severity: "error", message: expect.stringContaining(words), fix: { title: expect.any(String) } });
});

test.each([
  ["3.2.0", "OpenAPI 3.2.0 is read as 3.1"],
  ["4.0.0", "OpenAPI 4.0.0 is read as 3.1"],
  ["latest", 'says the OpenAPI version "latest", which there is not'],
])("a document of the version %s is told how it is read", (openapi, words) => {
  const { contract, diagnostics } = importOpenApi({
    text: JSON.stringify({
      openapi,
      info: { title: "x" },
      paths: { "/a": { get: { responses: OK }, additionalOperations: { COPY: {} } } },
    }),
  });
  expect(Object.keys(contract?.operations ?? {})).toEqual(["getA"]);
  expect(diagnostics).toContainEqual(expect.objectContaining({ severity: "warning", message: expect.stringContaining(words) }));
  expect(diagnostics).toContainEqual(expect.objectContaining({ severity: "warning", path: "/paths/~1a/additionalOperations" }));
});

test("keys that every object seems to have are keys like others", () => {
  const { contract } = sound(
    importOpenApi({
      text: '{"openapi":"3.0.0","info":{"title":"x"},"paths":{"/__proto__":{"get":{"operationId":"__proto__","parameters":[{"in":"query","name":"__proto__","schema":{"type":"constructor"}}],"responses":{"200":{"content":{"application/json":{"schema":{"properties":{"__proto__":{"type":"string"},"toString":{"type":"string"}}}}}}}}}}}',
    }),
  );
  expect(Object.keys(contract.operations)).toEqual(["proto"]);
  expect(Object.prototype).not.toHaveProperty("type");
});
