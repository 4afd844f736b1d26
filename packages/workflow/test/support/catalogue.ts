import { type Contract, type JsonSchemaObject, nearest, type Operation } from "@mortise/contract";
import type { OperationCatalogue } from "../../src/index.ts";

function operation(title: string, input: JsonSchemaObject, output: JsonSchemaObject, more: Partial<Operation> = {}): Operation {
  return {
    title,
    effect: "update",
    idempotency: "natural",
    scopes: [],
    input,
    output,
    identity: [],
    request: { method: "GET", url: "/" },
    outcomes: [],
    examples: [],
    ...more,
  };
}

const company: JsonSchemaObject = {
  type: "object",
  properties: { id: { type: "string" }, size: { type: "integer" }, since: { type: "string", format: "date" } },
  required: ["id", "size"],
  additionalProperties: false,
};

const OPERATIONS: { readonly [name: string]: Operation } = {
  findCompany: operation(
    "Find company",
    {
      type: "object",
      properties: { domain: { type: "string", minLength: 3 }, limit: { type: "integer", minimum: 1, maximum: 10, default: 5 } },
      required: ["domain", "limit"],
      additionalProperties: false,
    },
    company,
    { effect: "read" },
  ),
  createContact: operation(
    "Create contact",
    {
      type: "object",
      properties: {
        email: { type: "string", format: "email" },
        stage: { type: "string", enum: ["lead", "customer"] },
        tags: { type: "array", items: { type: "string" } },
      },
      required: ["email"],
      additionalProperties: false,
    },
    { type: "object", properties: { id: { type: "string" } }, required: ["id"], additionalProperties: false },
  ),
  sendMail: operation("Send mail", { type: "object" }, { type: "object" }, { effect: "send", idempotency: "none" }),
  readRows: operation(
    "Read rows",
    { type: "object", properties: { path: { type: "string" } }, required: ["path"], additionalProperties: false },
    {
      type: "object",
      properties: {
        rows: {
          type: "array",
          items: {
            type: "object",
            properties: { city: { type: "string" }, cost: { type: ["number", "null"] } },
            required: ["city", "cost"],
            additionalProperties: false,
          },
        },
        columns: { type: "array", items: { type: "string" } },
      },
      required: ["rows", "columns"],
      additionalProperties: false,
    },
    { effect: "read", stream: { items: "/rows", resume: "cursor" } },
  ),
};

const contract: Contract = {
  format: "mortise.contract/1",
  name: "acme",
  version: "1.0.0",
  title: "Acme CRM",
  publisher: "acme",
  hosts: ["acme.example"],
  auth: { token: { kind: "bearer" } },
  budgets: {},
  operations: OPERATIONS,
};

/** A catalogue with one connector, `acme@1`, which needs a connection. */
export const catalogue: OperationCatalogue = {
  operation: (use) => {
    const name = use.startsWith("acme@1/") ? use.slice(7) : "";
    const found = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    return found && { contract, operation: found, name };
  },
  nearest: (use) =>
    nearest(
      use,
      Object.keys(OPERATIONS).map((name) => `acme@1/${name}`),
    ),
};

const anything: JsonSchemaObject = { type: "object" };

/** A catalogue with the operations of the test world, `test/…`: they take and give any record, and need no connection. */
export const openCatalogue: OperationCatalogue = {
  operation: (use) => {
    const name = use.startsWith("test/") ? use.slice(5) : undefined;
    if (name === undefined) return undefined;
    const effect = name === "read" ? { effect: "read" as const } : {};
    return { contract: { ...contract, name: "test", auth: {} }, operation: operation(name, anything, anything, effect), name };
  },
  nearest: () => undefined,
};
