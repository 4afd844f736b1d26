import { type Contract, type JsonSchemaObject, nearest, type Operation } from "@mortise/contract";
import type { OperationCatalogue } from "../checker/catalogue.ts";

function record(properties: JsonSchemaObject["properties"], required = Object.keys(properties ?? {})): JsonSchemaObject {
  return { type: "object", properties: properties ?? {}, required, additionalProperties: false };
}

function operation(title: string, more: Partial<Operation> & Pick<Operation, "input" | "output">): Operation {
  const request = { method: "POST", url: "/" } as const;
  return {
    title,
    effect: "read",
    idempotency: "natural",
    scopes: [],
    identity: [],
    request,
    outcomes: [],
    examples: [],
    ...more,
  };
}

const text = { type: "string" } as const;
const email = { type: "string", format: "email", "x-data-class": "personal" } as const;
const contact = record({ id: text, email, city: { type: "string", "x-data-class": "public" } });
const id = record({ id: text });

const CRM: Contract["operations"] = {
  findContact: operation("Find contact", { input: id, output: contact, scopes: ["contacts.read"], budget: "api" }),
  listContacts: operation("List contacts", {
    input: record({}),
    output: record({ contacts: { type: "array", items: contact } }),
    stream: { items: "/contacts", resume: "cursor" },
    pagination: { kind: "page", param: "page", size: 100 },
    budget: "api",
  }),
  createContact: operation("Create contact", {
    effect: "create",
    idempotency: { key: "header", name: "Idempotency-Key" },
    input: record({ email, stage: { type: "string", enum: ["lead", "customer"] }, fax: { type: "string", deprecated: true } }, [
      "email",
    ]),
    output: id,
    scopes: ["contacts.write"],
    budget: "api",
  }),
  addContact: operation("Add contact (old)", {
    effect: "create",
    input: record({ email }),
    output: id,
    deprecated: "It keeps no history.",
    lifecycle: { stage: "deprecated", sunset: "2027-06-30", replacement: "createContact" },
  }),
  pay: operation("Pay", {
    effect: "execute",
    idempotency: "none",
    input: record({ amount: { type: "number", "x-data-class": "payment" } }),
    output: record({ receipt: text }),
  }),
  status: operation("Status", { auth: [], input: record({}), output: record({ ok: { type: "boolean" } }) }),
  ping: operation("Ping with a token", { auth: ["token"], input: record({}), output: record({ ok: { type: "boolean" } }) }),
};

const CHAT: Contract["operations"] = {
  post: operation("Post", {
    effect: "send",
    idempotency: { key: "header", name: "Idempotency-Key" },
    input: record({ text }),
    output: id,
  }),
};

function contract(name: string, title: string, operations: Contract["operations"]): Contract {
  return {
    format: "mortise.contract/1",
    name,
    version: "1.0.0",
    title,
    publisher: "acme",
    hosts: [`${name}.example`],
    auth: { token: { kind: "bearer" }, password: { kind: "basic" } },
    budgets: { api: { rate: 60, per: "1m", scope: "connection" } },
    operations,
  };
}

const CONTRACTS = [contract("crm", "CRM", CRM), contract("chat", "Chat", CHAT)];
const USES = CONTRACTS.flatMap(({ name, operations }) => Object.keys(operations).map((each) => `${name}@1/${each}`));

/** The connectors that the examples use: `crm@1` and `chat@1`, which need a connection. */
export const exampleConnector: OperationCatalogue = Object.freeze({
  operation: (use: string) => {
    const owner = CONTRACTS.find(({ name }) => use.startsWith(`${name}@1/`));
    const name = use.slice(use.indexOf("/") + 1);
    const found = owner && Object.hasOwn(owner.operations, name) ? owner.operations[name] : undefined;
    return owner && found && { contract: owner, operation: found, name };
  },
  nearest: (use: string) => nearest(use, USES),
  removed: (use: string) => (use === "crm@1/mergeContacts" ? 'Use "crm@1/createContact": it merges by itself.' : undefined),
});
