import type { Contract, JsonSchemaObject, Operation } from "@mortise/contract";
import type { Connector, NativeBinding } from "@mortise/sdk";
import type { Connection } from "../src/index.ts";

const ANY: JsonSchemaObject = {};

/** An operation with everything that a test does not care about filled in. */
export function operationOf(parts: Partial<Operation>): Operation {
  return {
    title: "Sample",
    effect: "read",
    idempotency: "natural",
    scopes: [],
    input: ANY,
    output: ANY,
    identity: [],
    outcomes: [],
    examples: [],
    ...parts,
  };
}

/** A connector of those operations, for any host. */
export function connectorOf(
  operations: { readonly [name: string]: Partial<Operation> },
  parts: Partial<Contract> = {},
  natives: { readonly [name: string]: NativeBinding } = {},
): Connector {
  const contract: Contract = {
    format: "mortise.contract/1",
    name: "sample",
    version: "1.0.0",
    title: "Sample",
    publisher: "mortise",
    settings: { type: "object", properties: { baseUrl: { type: "string" } } },
    hosts: ["*"],
    auth: {},
    budgets: {},
    operations: Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, operationOf(operation)])),
    ...parts,
  };
  return { contract, natives };
}

/** `{settings.baseUrl}` and a path. */
export const at = (path: string) => ({ $text: `\${settings.baseUrl}${path}` });

export function connectionTo(origin: string, parts: Partial<Connection> = {}): Connection {
  return { name: "main", connector: "sample", settings: { baseUrl: origin }, ...parts };
}
