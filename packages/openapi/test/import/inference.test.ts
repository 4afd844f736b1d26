// Pins: a guess that is wrong where the document tells, and one that nobody is asked about where it does not.
import { describe, expect, test } from "vitest";
import { answers, importPaths, importSwagger, OK } from "./import-paths.ts";

describe("effects", () => {
  test.each([
    ["get", "listPets", "read", false],
    ["get", "deletePet", "read", true],
    ["put", "replacePet", "update", false],
    ["put", "createPet", "create", false],
    ["patch", "changePet", "update", false],
    ["delete", "removePet", "delete", false],
    ["post", "createPet", "create", false],
    ["post", "searchPets", "read", true],
    ["post", "chat_postMessage", "send", false],
    ["post", "cancelOrder", "execute", false],
    ["post", "archivePet", "update", false],
    ["post", "pets", "create", true],
  ])("%s %s is %s", (method, operationId, effect, isGuess) => {
    const { contract } = importPaths({ "/pets": { [method]: { operationId, responses: OK } } });
    const [operation] = Object.values(contract.operations);
    expect(operation?.effect).toBe(effect);
    expect(operation?.review?.some(({ about }) => about === "effect") ?? false).toBe(isGuess);
  });

  test("the first word of the summary says more than the id", () => {
    const { operation } = importPaths({ "/x": { post: { operationId: "xDo", summary: "Sends a letter.", responses: OK } } });
    expect(operation("xDo").effect).toBe("send");
  });
});

describe("repeats", () => {
  test("an idempotency key is the runtime's to fill in", () => {
    const { operation } = importPaths({
      "/pay": {
        post: {
          operationId: "createPayment",
          parameters: [{ name: "Idempotency-Key", in: "header", required: true, schema: { type: "string" } }],
          responses: OK,
        },
      },
    });
    expect(operation("createPayment")).toMatchObject({
      idempotency: { key: "header", name: "Idempotency-Key" },
      input: { properties: {} },
    });
    expect(operation("createPayment").request?.headers).toBeUndefined();
  });

  test("also under another name that is described as one", () => {
    const { operation } = importPaths({
      "/pay": {
        post: {
          operationId: "createPayment",
          parameters: [
            { name: "Acme-Request-Id", in: "header", description: "Makes the request idempotent.", schema: { type: "string" } },
          ],
          responses: OK,
        },
      },
    });
    expect(operation("createPayment").idempotency).toEqual({ key: "header", name: "Acme-Request-Id" });
  });

  test("PUT and DELETE are natural, POST is never repeated", () => {
    const { operation } = importPaths({
      "/a": {
        put: { operationId: "setA", responses: OK },
        delete: { operationId: "deleteA", responses: OK },
        post: { operationId: "createA", responses: OK },
      },
    });
    expect(["setA", "deleteA", "createA"].map((name) => operation(name).idempotency)).toEqual(["natural", "natural", "none"]);
  });
});

describe("pages", () => {
  const item = { type: "object", properties: { id: { type: "string" }, name: { type: "string" } } };
  const list = (parameters: readonly (readonly [string, string])[], output: object, headers: object = {}) =>
    importPaths({
      "/pets": {
        get: {
          operationId: "listPets",
          parameters: parameters.map(([name, type]) => ({ name, in: "query", schema: { type } })),
          responses: { 200: { description: "", headers, content: { "application/json": { schema: output } } } },
        },
      },
    }).operation("listPets");
  const wrapped = (more: object) => ({ type: "object", properties: { data: { type: "array", items: item }, ...more } });
  const text = { type: "string" };

  test.each([
    [
      "a cursor",
      [
        ["cursor", "string"],
        ["limit", "integer"],
      ],
      wrapped({ meta: { type: "object", properties: { next_cursor: text } } }),
      { kind: "cursor", cursor: "/meta/next_cursor", param: "cursor", sizeParam: "limit" },
      false,
    ],
    [
      "a page token",
      [["pageToken", "string"]],
      wrapped({ nextPageToken: text }),
      { kind: "cursor", cursor: "/nextPageToken", param: "pageToken" },
      false,
    ],
    [
      "the last item",
      [["starting_after", "string"]],
      wrapped({ has_more: { type: "boolean" } }),
      { kind: "cursor", cursor: "/id", from: "lastItem", param: "starting_after", more: "/has_more" },
      false,
    ],
    [
      "the last item, without a word about the end",
      [["after", "string"]],
      wrapped({}),
      { kind: "cursor", cursor: "/id", from: "lastItem", param: "after" },
      true,
    ],
    [
      "a URL in the body",
      [["page[cursor]", "string"]],
      wrapped({ links: { type: "object", properties: { next: text } } }),
      { kind: "nextUrl", url: "/links/next" },
      false,
    ],
    [
      "a URL in HAL",
      [],
      wrapped({ _links: { type: "object", properties: { next: { type: "object", properties: { href: text } } } } }),
      { kind: "nextUrl", url: "/_links/next/href" },
      false,
    ],
    [
      "page numbers",
      [
        ["page", "integer"],
        ["per_page", "integer"],
      ],
      wrapped({ total_pages: { type: "integer" } }),
      { kind: "page", param: "page", sizeParam: "per_page", total: "/total_pages" },
      false,
    ],
    ["page numbers without an end", [["page", "integer"]], wrapped({}), { kind: "page", param: "page" }, true],
    [
      "an offset",
      [
        ["startAt", "integer"],
        ["maxResults", "integer"],
      ],
      wrapped({ total: { type: "integer" } }),
      { kind: "offset", param: "startAt", sizeParam: "maxResults", total: "/total" },
      false,
    ],
  ] as const)("by %s", (_, parameters, output, pagination, isGuess) => {
    const operation = list(parameters, output);
    expect(operation.pagination).toEqual(pagination);
    expect(operation.stream).toEqual({ items: "/data", resume: "cursor" });
    expect(operation.identity).toEqual(["/id"]);
    expect(operation.review?.some(({ about }) => about === "pagination") ?? false).toBe(isGuess);
  });

  test("by the Link header, where the output is the list itself", () => {
    const operation = list([["page", "integer"]], { type: "array", items: item }, { Link: { schema: text } });
    expect(operation).toMatchObject({ pagination: { kind: "link" }, stream: { items: "" } });
  });

  test("the first page is 0 and pages have the size that the document says", () => {
    const { operation } = importPaths({
      "/pets": {
        get: {
          operationId: "listPets",
          parameters: [
            { name: "page", in: "query", schema: { type: "integer", default: 0 } },
            { name: "size", in: "query", schema: { type: "integer", maximum: 200 } },
          ],
          responses: answers({ type: "array", items: item }),
        },
      },
    });
    expect(operation("listPets").pagination).toEqual({ kind: "page", param: "page", first: 0, sizeParam: "size", size: 200 });
  });

  test("of a search by POST stand in the body", () => {
    const { operation } = importPaths({
      "/pets/search": {
        post: {
          operationId: "searchPets",
          requestBody: { content: { "application/json": { schema: { type: "object", properties: { cursor: text } } } } },
          responses: answers(wrapped({ next_cursor: text })),
        },
      },
    });
    expect(operation("searchPets").pagination).toEqual({ kind: "cursor", cursor: "/next_cursor", param: "cursor", in: "body" });
  });

  test("a list without any sign of pages has none", () => {
    expect(list([], wrapped({}))).not.toHaveProperty("pagination");
  });
});

describe("limits and failures", () => {
  const header = (description = "") => ({ description, schema: { type: "integer" } });

  test("rate-limit headers are a budget; what is not said about them is to review", () => {
    const { contract, operation } = importPaths({
      "/a": {
        get: {
          operationId: "a",
          responses: {
            200: {
              description: "",
              headers: { "X-RateLimit-Limit": header(), "X-RateLimit-Remaining": header(), "X-RateLimit-Reset": header() },
            },
          },
        },
      },
    });
    expect(contract.budgets).toMatchObject({
      api: {
        scope: "connection",
        limit: { header: "X-RateLimit-Limit" },
        remaining: { header: "X-RateLimit-Remaining" },
        reset: { header: "X-RateLimit-Reset", as: "epoch_s" },
      },
    });
    expect(operation("a").review).toEqual([{ about: "budget", message: expect.stringContaining("1970") }]);
  });

  test("an extension tells the rate", () => {
    const { contract, operation } = importPaths({
      "/a": { get: { operationId: "a", "x-acme-ratelimit": { burst: "10/s", steady: "150/m" }, responses: OK } },
    });
    expect(contract.budgets).toEqual({ limit150Per1m: { rate: 150, per: "1m", scope: "connection" } });
    expect(operation("a").budget).toBe("limit150Per1m");
  });

  test("errors keep their message, 429 its header, and a false ok is no success", () => {
    const error = { type: "object", properties: { error: { type: "object", properties: { message: { type: "string" } } } } };
    const { operation } = importPaths({
      "/a": {
        get: {
          operationId: "a",
          responses: {
            ...answers({ type: "object", properties: { ok: { type: "boolean", enum: [true] }, error: { type: "string" } } }),
            ...answers(error, "404"),
            ...answers(error, "422"),
            429: { description: "", headers: { "Retry-After": header() } },
          },
        },
      },
    });
    expect(operation("a").outcomes).toEqual([
      { when: { status: "2xx", cel: "has(body.ok) && body.ok == false" }, as: "rejected", messageFrom: "/error" },
      { when: { status: 404 }, as: "notFound", messageFrom: "/error/message" },
      { when: { status: 422 }, as: "invalidInput", messageFrom: "/error/message" },
      { when: { status: 429 }, as: "throttled", retryAfter: { header: "Retry-After", as: "auto" } },
    ]);
  });
});

describe("examples", () => {
  test("of the document are pairs of input and output; those that break their schemas are dropped", () => {
    const { operation, diagnostics } = importPaths({
      "/a/{id}": {
        post: {
          operationId: "createA",
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" }, example: "a1" }],
          requestBody: {
            required: true,
            content: {
              "application/json": {
                schema: { type: "object", required: ["n"], properties: { n: { type: "integer" } } },
                examples: { good: { summary: "Good", value: { n: 1 } }, bad: { value: { n: "x" } } },
              },
            },
          },
          responses: {
            200: {
              description: "",
              content: {
                "application/json": {
                  schema: { type: "object", properties: { n: { type: "integer" } } },
                  examples: { good: { value: { n: 2 } } },
                },
              },
            },
          },
        },
      },
    });
    expect(operation("createA").examples).toEqual([{ title: "Good", input: { id: "a1", body: { n: 1 } }, output: { n: 2 } }]);
    expect(diagnostics.map(({ code }) => code)).toContain("INVALID_EXAMPLE");
  });

  test("without any, the least that the schemas ask for", () => {
    const { operation } = importPaths({
      "/a/{id}": {
        post: {
          operationId: "createA",
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "string", pattern: "^AC[0-9a-f]{4}$" } }],
          requestBody: {
            required: true,
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  required: ["when", "size"],
                  properties: {
                    when: { type: "string", format: "date" },
                    size: { type: "string", enum: ["s", "m"] },
                    more: { type: "string" },
                  },
                },
              },
            },
          },
          responses: OK,
        },
      },
    });
    expect(operation("createA").examples).toEqual([{ input: { id: "ACaaaa", body: { when: "2026-01-31", size: "s" } } }]);
  });
});

test("choices and shapes that an operation gives are read from it", () => {
  const { operation } = importSwagger({
    "/teams": {
      get: {
        operationId: "ListTeams",
        parameters: [{ name: "org", in: "query", type: "string" }],
        responses: {
          200: {
            description: "",
            schema: {
              type: "object",
              properties: { value: { type: "array", items: { type: "object", properties: { id: { type: "string" } } } } },
            },
          },
        },
      },
    },
    "/shape": {
      get: {
        operationId: "GetShape",
        responses: { 200: { description: "", schema: { type: "object", properties: { schema: { type: "object" } } } } },
      },
    },
    "/tasks": {
      post: {
        operationId: "CreateTask",
        parameters: [
          { name: "org", in: "query", type: "string" },
          {
            name: "team",
            in: "query",
            type: "string",
            "x-ms-summary": "Team",
            "x-ms-dynamic-values": {
              operationId: "ListTeams",
              parameters: { org: { parameter: "org" } },
              "value-collection": "value",
              "value-path": "id",
              "value-title": "name",
            },
          },
          {
            name: "body",
            in: "body",
            schema: { type: "object", "x-ms-dynamic-schema": { operationId: "GetShape", "value-path": "schema" } },
          },
        ],
        responses: { 200: { description: "" } },
      },
    },
  });
  const { properties } = operation("createTask").input;
  expect(properties?.team).toMatchObject({
    title: "Team",
    "x-options": { operation: "listTeams", with: { org: { $cel: 'input[?"org"].orValue(null)' } }, value: "/id", label: "/name" },
  });
  expect(properties?.body).toMatchObject({
    "x-fields": { operation: "getShape", schema: { $cel: 'output[?"schema"].orValue(null)' } },
  });
  expect(operation("listTeams").identity).toEqual(["/id"]);
  expect(operation("listTeams").stream).toEqual({ items: "/value", resume: "none" });
});
