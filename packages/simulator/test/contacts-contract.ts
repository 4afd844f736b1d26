import type { Contract, Json, Operation } from "@mortise/contract";
import { checkContract } from "@mortise/contract/validation";
import { type CallRequest, createRuntime, type Runtime, type RuntimeOptions } from "@mortise/runtime";
import { expect } from "vitest";
import { createSimulator, type Simulator, type SimulatorOptions } from "../src/index.ts";

const CONTACT = {
  type: "object",
  required: ["id", "email", "name"],
  additionalProperties: false,
  properties: {
    id: { type: "string", minLength: 1 },
    email: { type: "string", format: "email" },
    name: { type: "string", minLength: 1 },
    plan: { enum: ["free", "paid"] },
    age: { type: "integer", minimum: 0, maximum: 120 },
  },
} as const;

const byId = {
  type: "object",
  required: ["id"],
  additionalProperties: false,
  properties: { id: { type: "string", minLength: 1 } },
} as const;

const operation = (parts: Partial<Operation>): Operation => ({
  title: "Sample",
  effect: "read",
  idempotency: "natural",
  scopes: [],
  identity: [],
  outcomes: [],
  examples: [],
  input: { type: "object", additionalProperties: false },
  output: { $ref: "#/schemas/Contact" },
  ...parts,
});

const item = { method: "GET", url: "/contacts/{id}", path: { id: { $cel: "input.id" } } } as const;

const operations: Contract["operations"] = {
  createContact: operation({
    effect: "create",
    idempotency: { key: "header", name: "Idempotency-Key", windowMs: 3_600_000 },
    budget: "api",
    identity: ["/id"],
    input: {
      type: "object",
      required: ["email", "name"],
      additionalProperties: false,
      properties: {
        email: { type: "string", format: "email" },
        name: { type: "string" },
        plan: { enum: ["free", "paid"] },
        password: { type: "string" },
      },
    },
    outcomes: [
      { when: { status: 409 }, as: "conflict" },
      { when: { cel: "has(body.error) && status == 200" }, as: "rejected", messageFrom: "/error/message" },
    ],
    request: {
      method: "POST",
      url: "/contacts",
      body: {
        email: { $cel: "input.email" },
        full_name: { $cel: "input.name" },
        plan: { $cel: "input.?plan.orValue(null)" },
        password: { $cel: "input.?password.orValue(null)" },
      },
    },
    compensate: { operation: "deleteContact", with: { id: { $cel: "output.id" } } },
  }),
  getContact: operation({ input: byId, identity: ["/id"], budget: "api", request: item }),
  updateContact: operation({
    effect: "update",
    identity: ["/id"],
    input: {
      type: "object",
      required: ["id"],
      additionalProperties: false,
      properties: {
        id: { type: "string" },
        name: { type: "string" },
        age: { type: "integer" },
        ifMatch: { type: "string" },
      },
    },
    request: {
      ...item,
      method: "PATCH",
      headers: { "If-Match": { $cel: "input.?ifMatch.orValue(null)" } },
      body: { name: { $cel: "input.?name.orValue(null)" }, age: { $cel: "input.?age.orValue(null)" } },
    },
  }),
  deleteContact: operation({
    effect: "delete",
    input: byId,
    output: { type: "null" },
    request: { ...item, method: "DELETE", decode: "none", output: null },
  }),
  listContacts: operation({
    identity: ["/id"],
    input: {
      type: "object",
      additionalProperties: false,
      properties: { plan: { enum: ["free", "paid"] }, email: { type: "string" } },
    },
    output: {
      type: "object",
      required: ["items"],
      additionalProperties: false,
      properties: { items: { type: "array", items: { $ref: "#/schemas/Contact" } }, next: { type: ["string", "null"] } },
    },
    stream: { items: "/items", resume: "cursor" },
    pagination: { kind: "cursor", cursor: "/next", param: "after", sizeParam: "limit", size: 2 },
    request: {
      method: "GET",
      url: "/contacts",
      query: { plan: { $cel: "input.?plan.orValue(null)" }, email: { $cel: "input.?email.orValue(null)" } },
    },
  }),
  exportContacts: operation({
    effect: "execute",
    idempotency: "none",
    output: { type: "object", required: ["rows"], properties: { rows: { type: "integer", minimum: 1 } } },
    request: { method: "POST", url: "/exports", body: {} },
    wait: {
      poll: { operation: "getExport", with: { id: { $cel: "output.id" } } },
      done: 'polled.state == "done"',
      failed: 'polled.state == "failed"',
      every: "2s",
      timeout: "10m",
    },
  }),
  getExport: operation({
    input: byId,
    output: {
      type: "object",
      required: ["state", "rows"],
      properties: { state: { enum: ["running", "done", "failed"] }, rows: { type: "integer", minimum: 1 } },
    },
    request: { method: "GET", url: "/exports/{id}", path: { id: { $cel: "input.id" } } },
  }),
  subscribe: operation({
    effect: "create",
    idempotency: "none",
    identity: ["/hook"],
    input: {
      type: "object",
      required: ["url", "key"],
      additionalProperties: false,
      properties: { url: { type: "string" }, key: { type: "string" } },
    },
    output: { type: "object", required: ["hook"], properties: { hook: { type: "string", minLength: 4 } } },
    request: { method: "POST", url: "/hooks", body: { url: { $cel: "input.url" }, key: { $cel: "input.key" } } },
  }),
  unsubscribe: operation({
    effect: "delete",
    input: {
      type: "object",
      required: ["hook"],
      additionalProperties: false,
      properties: { hook: { type: "string" } },
    },
    output: { type: "null" },
    request: {
      method: "DELETE",
      url: "/hooks/{hook}",
      path: { hook: { $cel: "input.hook" } },
      decode: "none",
      output: null,
    },
  }),
};

/** Contacts in a vendor with a token, a budget, a job, and webhooks that are signed. */
export const CONTACTS: Contract = {
  format: "mortise.contract/1",
  name: "acme",
  version: "1.0.0",
  title: "Acme",
  publisher: "acme",
  hosts: ["api.acme.example"],
  auth: {
    oauth: {
      kind: "oauth2",
      grant: "authorization_code",
      authorizeUrl: "https://login.acme.example/authorize",
      tokenUrl: "https://login.acme.example/token",
    },
  },
  budgets: { api: { rate: 10_000, per: "1s", scope: "connection", reset: { header: "X-RateLimit-Reset", as: "epoch_s" } } },
  schemas: { Contact: CONTACT },
  operations,
  triggers: {
    contactCreated: {
      kind: "webhook",
      title: "Contact created",
      scopes: [],
      input: { type: "object", additionalProperties: false },
      output: { $ref: "#/schemas/Contact" },
      identity: ["/id"],
      examples: [],
      subscribe: { operation: "subscribe", with: { url: { $cel: "webhook.url" }, key: { $cel: "webhook.secret" } } },
      unsubscribe: { operation: "unsubscribe", with: { hook: { $cel: "subscription.hook" } } },
      when: 'body.type == "contact.created"',
      event: { $cel: "body.data" },
      signature: {
        algorithm: "hmac-sha256",
        header: "X-Signature",
        encoding: "hex",
        prefix: "v1=",
        content: "{timestamp}.{body}",
        timestamp: { header: "X-Signature", as: "epoch_s", prefix: "t=" },
        idHeader: "X-Delivery",
      },
    },
  },
};

/** A simulator and a runtime that calls it. */
export interface World {
  readonly simulator: Simulator;
  readonly runtime: Runtime;
  call(operation: string, input: Json, request?: Partial<CallRequest>): ReturnType<Runtime["call"]>;
  /** The output of a call that must succeed. */
  output(
    operation: string,
    input: Json,
    request?: Partial<CallRequest>,
  ): Promise<{ readonly id: string; readonly [key: string]: unknown }>;
  /** All items of the list. */
  listed(input?: Json): Promise<readonly Json[]>;
  close(): Promise<void>;
}

export async function openWorld(
  options: SimulatorOptions = {},
  { contract = CONTACTS, ...runtimeOptions }: Partial<RuntimeOptions> & { readonly contract?: Contract } = {},
): Promise<World> {
  expect(checkContract(contract).filter(({ severity }) => severity === "error")).toEqual([]);
  const simulator = await createSimulator(contract, options);
  const runtime = createRuntime({
    connectors: [{ contract, natives: {} }],
    unsafeOrigins: simulator.unsafeOrigins,
    ...runtimeOptions,
  });
  const connection = simulator.connectionFor();
  const call: World["call"] = (name, input, request) => runtime.call(`acme/${name}`, { input, connection, ...request });
  return {
    simulator,
    runtime,
    call,
    output: async (name, input, request) => {
      const result = await call(name, input, request);
      if (result.outcome !== "success") throw new Error(`${name}: ${JSON.stringify(result.error)}`);
      return result.output as { readonly id: string; readonly [key: string]: unknown };
    },
    listed: async (input = {}) => {
      const items: Json[] = [];
      for await (const page of runtime.stream("acme/listContacts", { input, connection })) items.push(...page.items);
      return items;
    },
    close: async () => {
      await runtime.close();
      await simulator.close();
    },
  };
}
