/** Writes so many contracts, of 3 to 20 operations each, and their index into a folder; returns the index's path. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Contract, JsonSchemaObject, Operation } from "@mortise/contract";
import type { ConnectorIndex, IndexedContract } from "@mortise/registry";

const NOUNS = ["contact", "invoice", "ticket", "order", "message", "event", "file", "user", "project", "payment"];

/** The contract with that number: the same one each time, and no two alike. Its calls go to `settings.baseUrl`. */
export function contractOf(number: number): Contract {
  const noun = NOUNS[number % NOUNS.length] ?? "thing";
  const names = Array.from({ length: 3 + (number % 18) }, (_, index) => `get${noun}${index === 0 ? "" : index}`);
  return {
    format: "mortise.contract/1",
    name: nameOf(number),
    version: `1.${number % 7}.0`,
    title: `${noun} service ${number}`,
    publisher: "mortise",
    settings: { type: "object", properties: { baseUrl: { type: "string", title: "Base URL" } }, additionalProperties: false },
    hosts: ["*"],
    auth: {},
    budgets: { api: { rate: 1_000, per: "1s", scope: "connection" } },
    operations: Object.fromEntries(names.map((name, index) => [name, operationOf(noun, number + index)])),
  };
}

/** The name of the connector with that number. */
export const nameOf = (number: number): string => `service-${number}`;
/** Its first operation. */
export const operationNameOf = (number: number): string => `get${NOUNS[number % NOUNS.length] ?? "thing"}`;

function fieldsOf(seed: number, count: number): JsonSchemaObject {
  const fields = Array.from({ length: count }, (_, index): [string, JsonSchemaObject] => [
    `field${index}`,
    [
      { type: "string" as const, title: `Field ${index}`, description: "What the vendor calls it.", maxLength: 10 + seed },
      { type: "integer" as const, title: `Number ${index}`, minimum: 0 },
      { type: "array" as const, items: { type: "string" as const, enum: ["new", "open", "closed", `state-${seed}`] } },
    ][(seed + index) % 3] ?? {},
  ]);
  return { type: "object", properties: Object.fromEntries(fields), additionalProperties: false };
}

function operationOf(noun: string, seed: number): Operation {
  return {
    title: `Get ${noun} ${seed}`,
    description: `Reads one ${noun} with everything that belongs to it.`,
    effect: "read",
    idempotency: "natural",
    scopes: [`${noun}s.read`],
    budget: "api",
    input: {
      type: "object",
      required: ["id"],
      properties: { id: { type: "string" }, ...fieldsOf(seed, 4).properties },
      additionalProperties: false,
    },
    output: {
      type: "object",
      properties: { id: { type: "integer" }, name: { type: "string" }, more: fieldsOf(seed, 12) },
    },
    identity: ["/id"],
    request: { method: "GET", url: { $text: "${settings.baseUrl}/things/${input.id}" } },
    outcomes: [],
    examples: [{ input: { id: "7" }, output: { id: 7, name: "Ada" } }],
  };
}

export function generateContracts(folder: string, count: number): string {
  mkdirSync(folder, { recursive: true });
  const contracts = Array.from({ length: count }, (_, number): IndexedContract => {
    const contract = contractOf(number);
    const text = JSON.stringify(contract);
    const file = `${contract.name}.json`;
    writeFileSync(join(folder, file), text);
    const sha256 = createHash("sha256").update(text).digest("hex");
    return { name: contract.name, version: contract.version, title: contract.title, sha256, file };
  });
  const index: ConnectorIndex = { format: "mortise.index/1", contracts };
  const path = join(folder, "index.json");
  writeFileSync(path, JSON.stringify(index));
  return path;
}
