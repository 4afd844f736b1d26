// Pins: a fake vendor that answers what no vendor would (wrong shape, no end of a list), takes what a vendor would refuse, or changes from run to run.
import type { Contract, Json, Operation } from "@mortise/contract";
import { checkContract } from "@mortise/contract/validation";
import { createRuntime, type Runtime } from "@mortise/runtime";
import { afterEach, describe, expect, test } from "vitest";
import { createSimulator, type Simulator, type SimulatorOptions } from "../src/index.ts";

const CONTACT = {
  type: "object",
  required: ["id", "email"],
  additionalProperties: false,
  properties: { id: { type: "string" }, email: { type: "string", format: "email" }, boss: { $ref: "#/schemas/Contact" } },
} as const;

const OPERATION: Operation = {
  title: "Sample",
  effect: "read",
  idempotency: "natural",
  scopes: [],
  identity: [],
  outcomes: [],
  examples: [],
  input: { type: "object", additionalProperties: false },
  output: { type: "object" },
};

const id = {
  type: "object",
  required: ["id"],
  additionalProperties: false,
  properties: { id: { type: "integer", minimum: 1 } },
} as const;

function contractOf(operations: { readonly [name: string]: Partial<Operation> }, parts: Partial<Contract> = {}): Contract {
  const contract: Contract = {
    format: "mortise.contract/1",
    name: "acme",
    version: "1.0.0",
    title: "Acme",
    publisher: "acme",
    hosts: ["api.acme.example"],
    auth: { key: { kind: "apiKey", in: "header", name: "X-Api-Key" } },
    budgets: {},
    schemas: { Contact: CONTACT },
    operations: Object.fromEntries(Object.entries(operations).map(([name, each]) => [name, { ...OPERATION, ...each }])),
    ...parts,
  };
  expect(checkContract(contract).filter(({ severity }) => severity === "error")).toEqual([]);
  return contract;
}

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).toReversed()) await each.close();
});

interface World {
  readonly simulator: Simulator;
  readonly runtime: Runtime;
  call(operation: string, input: Json): ReturnType<Runtime["call"]>;
  fetch(path: string, init?: RequestInit): Promise<{ readonly status: number; readonly headers: Headers; readonly body: Json }>;
}

async function open(contract: Contract, options?: SimulatorOptions): Promise<World> {
  const simulator = await createSimulator(contract, options);
  const runtime = createRuntime({ connectors: [{ contract, natives: {} }], unsafeOrigins: simulator.unsafeOrigins });
  closing.push(simulator, runtime);
  return {
    simulator,
    runtime,
    call: (operation, input) => runtime.call(`acme/${operation}`, { input, connection: simulator.connectionFor() }),
    fetch: async (path, init) => {
      const response = await fetch(`${simulator.origin}${path}`, init);
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === "" ? null : (JSON.parse(text) as Json) };
    },
  };
}

const get: Partial<Operation> = {
  input: id,
  output: { $ref: "#/schemas/Contact" },
  request: { method: "GET", url: "/contacts/{id}", path: { id: { $cel: "input.id" } } },
};

describe("an answer", () => {
  test("is true to the output's schema, the same for the same seed and input, and another for another", async () => {
    const { call } = await open(contractOf({ get }), { seed: 7 });
    const first = await call("get", { id: 1 });
    expect(first).toMatchObject({ outcome: "success", output: { id: expect.any(String), email: expect.stringContaining("@") } });
    const again = await open(contractOf({ get }), { seed: 7 });
    const output = (result: Awaited<typeof first>) => (result.outcome === "success" ? result.output : undefined);
    expect(output(await again.call("get", { id: 1 }))).toEqual(output(first));
    expect(output(await again.call("get", { id: 2 }))).not.toEqual(output(first));
    const other = await open(contractOf({ get }), { seed: 8 });
    expect(output(await other.call("get", { id: 1 }))).not.toEqual(output(first));
  });

  test("is an example's where the input is the example's", async () => {
    const output = { id: "c9", email: "ada@example.com" };
    const { call } = await open(contractOf({ get: { ...get, examples: [{ input: { id: 9 }, output }] } }));
    expect(await call("get", { id: 9 })).toMatchObject({ output });
    const mapped = await open(
      contractOf({
        get: {
          ...get,
          request: {
            method: "GET",
            url: "/contacts/{id}",
            path: { id: { $cel: "input.id" } },
            output: { $cel: "response.body.items.filter(i, true)[0]" },
          },
          examples: [{ input: { id: 9 }, response: { status: 200, body: { items: [output] } }, output }],
        },
      }),
    );
    expect(await mapped.call("get", { id: 9 })).toMatchObject({ output });
    expect(await mapped.call("get", { id: 3 })).toMatchObject({ output });
  });

  test("is what the contract's mapping makes a fitting output of", async () => {
    const { call, simulator } = await open(
      contractOf({
        get: {
          ...get,
          output: {
            type: "object",
            required: ["key", "status", "names", "etag"],
            additionalProperties: false,
            properties: {
              key: { type: "string", pattern: "^k[0-9]{3}$" },
              status: { type: "integer" },
              etag: { type: "string", minLength: 4 },
              names: {
                type: "array",
                minItems: 1,
                items: { type: "object", required: ["label"], properties: { label: { type: "string" } } },
              },
            },
          },
          request: {
            method: "GET",
            url: "/contacts/{id}",
            path: { id: { $cel: "input.id" } },
            output: {
              key: { $cel: "response.body.data.?key.orValue(null)" },
              status: { $cel: "response.status" },
              etag: { $cel: 'response.headers["etag"]' },
              names: { $map: [{ from: { $cel: "response.body.list" } }, { rename: { fields: { title: "label" } } }] },
            },
          },
        },
      }),
    );
    expect(simulator.gaps()).toEqual([]);
    expect(await call("get", { id: 1 })).toMatchObject({
      outcome: "success",
      output: { key: expect.stringMatching(/^k\d{3}$/) },
    });
  });

  test("that cannot be made is said to be a gap", async () => {
    const request = {
      ...get.request,
      output: { id: { $cel: "string(response.body.a + 1)" }, email: "a@b.example" },
    } as Operation["request"];
    const { simulator, fetch } = await open(contractOf({ get: { ...get, request } }));
    expect(simulator.gaps()).toEqual([{ operation: "get", reason: expect.stringContaining("mapping") }]);
    expect((await fetch("/contacts/1", { headers: { "x-api-key": "simulated-apiKey" } })).status).toBe(501);
  });

  test("that would go to a file is a gap: nothing made up takes the place of a file that is there", async () => {
    const request = { ...get.request, decode: { file: { path: "kept.csv" } } } as Operation["request"];
    const { simulator, fetch } = await open(contractOf({ get: { ...get, request, effect: "update", reversible: false } }));
    expect(simulator.gaps()).toEqual([{ operation: "get", reason: expect.stringContaining("encoding") }]);
    expect((await fetch("/contacts/1", { headers: { "x-api-key": "simulated-apiKey" } })).status).toBe(501);
  });

  test("never is one that the outcome table calls a failure", async () => {
    const { call } = await open(
      contractOf({
        post: {
          effect: "create",
          output: { type: "object", required: ["ok"], properties: { ok: { type: "boolean" } } },
          outcomes: [{ when: { cel: "!body.ok" }, as: "rejected" }],
          request: { method: "POST", url: "/post", body: {} },
        },
      }),
    );
    for (let round = 0; round < 3; round += 1)
      expect(await call("post", {})).toMatchObject({ outcome: "success", output: { ok: true } });
  });

  test.each([
    ["jsonl", { type: "array", items: { type: "object", required: ["a"], properties: { a: { type: "integer" } } } }],
    [
      "csv",
      {
        type: "array",
        items: { type: "object", required: ["a"], additionalProperties: false, properties: { a: { type: "string" } } },
      },
    ],
    [
      "xml",
      {
        type: "object",
        required: ["a", "b"],
        additionalProperties: false,
        properties: {
          a: { type: "integer" },
          b: { type: "array", items: { type: "string", minLength: 1, pattern: "^[a-z]+$" } },
        },
      },
    ],
    ["text", { type: "string" }],
    ["binary", { type: "string", contentEncoding: "base64", pattern: "^(?:[A-Za-z0-9+/]{4})*$" }],
  ] as const)("is written as %s where the contract decodes that", async (decode, output) => {
    const { call } = await open(
      contractOf({
        get: { ...get, output, request: { method: "GET", url: "/contacts/{id}", path: { id: { $cel: "input.id" } }, decode } },
      }),
    );
    expect(await call("get", { id: 1 })).toMatchObject({ outcome: "success" });
  });
});

describe("a request", () => {
  const create: Partial<Operation> = {
    effect: "create",
    idempotency: { key: "body", name: "requestId" },
    input: {
      type: "object",
      required: ["email"],
      additionalProperties: false,
      properties: {
        email: { type: "string", format: "email" },
        tags: { type: "array", items: { type: "string" } },
        size: { type: "integer" },
      },
    },
    outcomes: [{ when: { status: 422 }, as: "invalidInput", messageFrom: "/errors/0/message" }],
    request: {
      method: "POST",
      url: "/contacts",
      query: { size: { $cel: "input.?size.orValue(null)" } },
      body: { mail: { $cel: "input.email" }, tags: { $cel: "input.?tags.orValue(null)" } },
    },
  };
  const post = (body: Json, headers = {}) => ({
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", "x-api-key": "simulated-apiKey", ...headers },
  });

  test("that the runtime makes is taken", async () => {
    const { call, simulator } = await open(contractOf({ get, create }));
    expect(await call("create", { email: "ada@example.com", tags: ["a"], size: 3 })).toMatchObject({ outcome: "success" });
    expect(simulator.requests).toEqual([
      { method: "POST", host: "api.acme.example", path: "/contacts", operation: "create", status: 200 },
    ]);
  });

  test("is refused as its outcome table reads it: without a credential, without what is required, with what does not fit", async () => {
    const { fetch } = await open(contractOf({ get, create }));
    expect(await fetch("/contacts", post({ mail: "ada@example.com" }, { "x-api-key": "" }))).toMatchObject({ status: 401 });
    expect(await fetch("/contacts", post({ mail: "ada@example.com" }, { "x-api-key": "k" }))).toMatchObject({ status: 401 });
    expect(await fetch("/contacts", post({}))).toMatchObject({
      status: 422,
      body: { errors: [{ message: expect.stringContaining("email") }] },
    });
    expect(await fetch("/contacts", post({ mail: "no address" }))).toMatchObject({ status: 422 });
    expect(await fetch("/contacts", post({ mail: "ada@example.com", tags: [1] }))).toMatchObject({ status: 422 });
    expect(await fetch("/contacts?size=many", post({ mail: "ada@example.com" }))).toMatchObject({ status: 422 });
    expect(await fetch("/contacts", { ...post({}), body: "{" })).toMatchObject({ status: 422 });
    expect(await fetch("/contacts/0", { headers: { "x-api-key": "simulated-apiKey" } })).toMatchObject({ status: 400 });
  });

  test("to no path, with no method or to no host of the contract is refused", async () => {
    const { fetch } = await open(contractOf({ get, create }));
    expect(await fetch("/nowhere")).toMatchObject({ status: 404 });
    const wrong = await fetch("/contacts/1", { method: "DELETE" });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get("allow")).toBe("GET");
  });

  test("goes to the closest of several operations, by path, by literal parameters, by input", async () => {
    const me = { ...get, input: OPERATION.input, request: { method: "GET", url: "/contacts/me" } as const };
    const form = (kind: string): Partial<Operation> => ({ ...me, request: { method: "GET", url: "/search", query: { kind } } });
    const { simulator, fetch } = await open(contractOf({ get, me, people: form("people"), firms: form("firms") }));
    for (const path of ["/contacts/me", "/contacts/1", "/search?kind=firms", "/search?kind=people"])
      await fetch(path, { headers: { "x-api-key": "simulated-apiKey" } });
    expect(simulator.requests.map(({ operation }) => operation)).toEqual(["me", "get", "firms", "people"]);
  });
});

describe("a list ends", () => {
  const listed = {
    type: "object",
    required: ["items"],
    additionalProperties: false,
    properties: {
      items: { type: "array", items: CONTACT, minItems: 0 },
      next: { type: ["string", "null"] },
      more: { type: "boolean" },
      pages: { type: "integer" },
      count: { type: "integer" },
    },
  } as const;
  const stream = { items: "/items", resume: "cursor" } as const;
  const request = { method: "GET", url: "/contacts" } as const;

  test.each<readonly [string, Operation["pagination"]]>([
    ["cursor in the body", { kind: "cursor", cursor: "/next", param: "after" }],
    ["cursor in a header", { kind: "cursor", cursor: "x-next", from: "header", param: "after" }],
    ["cursor of the last item", { kind: "cursor", cursor: "/id", from: "lastItem", param: "after", size: 2 }],
    ["page", { kind: "page", param: "page", sizeParam: "size", size: 2 }],
    ["page of a number of pages", { kind: "page", param: "page", first: 0, total: "/pages" }],
    ["offset", { kind: "offset", param: "skip", sizeParam: "top", size: 2 }],
    ["offset of a count", { kind: "offset", param: "skip", total: "/count" }],
    ["link", { kind: "link" }],
    ["next URL", { kind: "nextUrl", url: "/next" }],
    ["more", { kind: "page", param: "page", more: "/more" }],
  ])("%s", async (_, pagination) => {
    const contract = contractOf({
      list: { output: listed, stream, request, ...(pagination === undefined ? {} : { pagination }) },
    });
    const { runtime, simulator } = await open(contract);
    const pages: number[] = [];
    for await (const page of runtime.stream("acme/list", { input: {}, connection: simulator.connectionFor() })) {
      pages.push(page.items.length);
      expect(pages.length).toBeLessThan(10);
    }
    expect(pages.reduce((sum, size) => sum + size, 0)).toBe(5);
    expect(pages.filter((size) => size > 0)).toEqual([2, 2, 1]);
  });
});

test("every kind of credential is given and taken", async () => {
  const auth: Contract["auth"] = {
    bearer: { kind: "bearer" },
    basic: { kind: "basic" },
    query: { kind: "apiKey", in: "query", name: "key" },
    cookie: { kind: "apiKey", in: "cookie", name: "sid" },
    oauth: { kind: "oauth2", grant: "client_credentials", tokenUrl: "https://login.acme.example/oauth/token" },
    code: {
      kind: "oauth2",
      grant: "authorization_code",
      authorizeUrl: "https://login.acme.example/authorize",
      tokenUrl: "https://login.acme.example/oauth/token",
    },
    session: {
      kind: "session",
      fields: { type: "object", required: ["user"], properties: { user: { type: "string" } } },
      login: { method: "POST", url: "https://api.acme.example/login", body: { user: { $cel: "credential.user" } } },
      token: { body: "/session/token" },
      apply: { in: "header", name: "X-Session" },
    },
    both: { kind: "all", of: [{ kind: "apiKey", in: "header", name: "X-App", field: "app" }, { kind: "bearer" }] },
  };
  const contract = contractOf({ get }, { auth });
  const { runtime, simulator, fetch } = await open(contract);
  expect((await fetch("/contacts/1")).status).toBe(401);
  for (const id of Object.keys(auth)) {
    const result = await runtime.call("acme/get", { input: { id: 1 }, connection: simulator.connectionFor(id) });
    expect(result, id).toMatchObject({ outcome: "success" });
  }
});

test("settings lead to the simulator: a base URL, a name of a host", async () => {
  const settings = {
    type: "object",
    required: ["baseUrl", "site"],
    properties: { baseUrl: { type: "string", format: "uri" }, site: { type: "string" } },
  } as const;
  const contract = contractOf(
    {
      based: { ...get, request: { method: "GET", url: { $text: "${settings.baseUrl}/v1/contacts/${input.id}" } } },
      hosted: {
        ...get,
        request: { method: "GET", url: { $text: "https://${settings.site}.acme.example/v2/contacts/${input.id}" } },
      },
    },
    { settings, hosts: ["{settings.baseUrl}", "{settings.site}.acme.example"] },
  );
  const { call, simulator } = await open(contract);
  expect(await call("based", { id: 1 })).toMatchObject({ outcome: "success" });
  expect(await call("hosted", { id: 1 })).toMatchObject({ outcome: "success" });
  expect(simulator.requests.map(({ operation }) => operation)).toEqual(["based", "hosted"]);
});
