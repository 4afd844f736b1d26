import type { Contract, JsonSchema, JsonSchemaObject, Operation, Trigger } from "@mortise/contract";

/** An operation that reads, with what a test says otherwise. */
export function operation(over: Partial<Operation> = {}): Operation {
  return {
    title: "Get a contact",
    effect: "read",
    idempotency: "natural",
    scopes: [],
    input: { type: "object", properties: { id: { type: "string" } } },
    output: { type: "object", required: ["id"], properties: { id: { type: "string" } } },
    identity: [],
    request: { method: "GET", url: "/contacts" },
    outcomes: [],
    examples: [],
    ...over,
  };
}

/** A trigger that polls, with what a test says otherwise. */
export function trigger(over: Partial<Trigger> = {}): Trigger {
  return {
    title: "New contact",
    kind: "poll",
    source: { operation: "get", with: {} },
    firstRun: "skip",
    scopes: [],
    input: { type: "object" },
    output: { type: "object" },
    identity: ["/id"],
    examples: [],
    ...over,
  } as Trigger;
}

/** A small contract, with what a test says otherwise. */
export function contract(over: Partial<Contract> = {}): Contract {
  return {
    format: "mortise.contract/1",
    name: "acme",
    version: "1.0.0",
    title: "Acme",
    publisher: "acme",
    hosts: ["api.acme.example"],
    auth: {},
    budgets: {},
    operations: { get: operation() },
    ...over,
  };
}

/** A contract whose one operation has this input field. */
export function withInput(schema: JsonSchema, required: readonly string[] = []): Contract {
  return contract({ operations: { get: operation({ input: object({ field: schema }, required) }) } });
}

/** A contract whose one operation has this output field. */
export function withOutput(schema: JsonSchema, required: readonly string[] = []): Contract {
  return contract({ operations: { get: operation({ output: object({ field: schema }, required) }) } });
}

/** An object with these fields. */
export function object(properties: { readonly [key: string]: JsonSchema }, required: readonly string[] = []): JsonSchemaObject {
  return { type: "object", properties, ...(required.length > 0 ? { required } : {}) };
}
