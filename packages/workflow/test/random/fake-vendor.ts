import { type CallResult, type Contract, type Json, type JsonSchemaObject, nearest, type Operation } from "@mortise/contract";
import { sampleOf } from "@mortise/contract/samples";
import type { OperationCall, OperationCatalogue, OperationFacts, OperationPort, StreamPage } from "../../src/index.ts";
import { checkJson } from "../../src/schema/check-json.ts";

function record(properties: JsonSchemaObject["properties"], optional: readonly string[] = []): JsonSchemaObject {
  const required = Object.keys(properties ?? {}).filter((name) => !optional.includes(name));
  return { type: "object", properties: properties ?? {}, required, additionalProperties: false };
}

const text = { type: "string", "x-data-class": "public" } as const;
const secretText = { type: "string", "x-data-class": "personal" } as const;
const whole = { type: "integer", minimum: 0, maximum: 99, "x-data-class": "public" } as const;
const flag = { type: "boolean" } as const;

export const PERSON = record(
  {
    id: text,
    name: text,
    email: secretText,
    age: whole,
    tags: { type: "array", items: text, maxItems: 3 },
    nick: text,
    home: record({ city: text, zip: text }, ["zip"]),
  },
  ["nick"],
);
export const ROW = record({ n: whole, s: text, ok: flag, maybe: { type: ["string", "null"], "x-data-class": "public" } });

function operation(
  effect: Operation["effect"],
  input: JsonSchemaObject,
  output: JsonSchemaObject,
  more: Partial<Operation> = {},
): Operation {
  const request = { method: "POST", url: "/" } as const;
  return {
    title: effect,
    effect,
    idempotency: "natural",
    scopes: [],
    identity: [],
    request,
    outcomes: [],
    examples: [],
    input,
    output,
    ...more,
  };
}

const OPERATIONS: { readonly [name: string]: Operation } = {
  person: operation("read", record({ id: text }), PERSON),
  people: operation(
    "read",
    record({ limit: whole }, ["limit"]),
    record({ people: { type: "array", items: PERSON, maxItems: 4 } }),
  ),
  rows: operation("read", record({}), record({ rows: { type: "array", items: ROW } }), {
    stream: { items: "/rows", resume: "cursor" },
  }),
  flags: operation("read", record({}), record({ ok: flag, reason: { type: ["string", "null"] } })),
  save: operation(
    "create",
    record(
      {
        name: text,
        amount: { type: "number" },
        stage: { type: "string", enum: ["lead", "customer"] },
        tags: { type: "array", items: text },
      },
      ["stage", "tags"],
    ),
    record({ id: text }),
  ),
  note: operation("send", record({ text, person: record({ id: text, age: whole }) }, ["person"]), record({})),
};

const CONTRACT: Contract = {
  format: "mortise.contract/1",
  name: "acme",
  version: "1.0.0",
  title: "Acme",
  publisher: "acme",
  hosts: ["acme.example"],
  auth: {},
  budgets: {},
  operations: OPERATIONS,
};

/** The operations of the fake vendor, `acme@1/…`. */
export const vendorUses: readonly string[] = Object.keys(OPERATIONS).map((name) => `acme@1/${name}`);

export const vendorCatalogue: OperationCatalogue = {
  operation: (use) => {
    const name = use.slice("acme@1/".length);
    const found = use.startsWith("acme@1/") && Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    return found && { contract: CONTRACT, operation: found, name };
  },
  nearest: (use) => nearest(use, vendorUses),
};

const META = { attempts: 1, waitMs: 0, durationMs: 0 };
/** A value that is found again wherever it goes. */
export const CANARY = "canary-of-somebody";

const samples = new Map<string, readonly Json[]>();

/** Values that fit a schema, always the same. */
export function samplesOf(name: string, schema: JsonSchemaObject): readonly Json[] {
  const known = samples.get(name);
  if (known) return known;
  const made = Array.from({ length: 8 }, (_, seed) =>
    sampleOf(schema, { seed: `${name}-${seed}`, mode: seed < 2 ? "minimal" : "typical" }),
  );
  const kept = made.map((each) => withCanary(each ?? {}, schema));
  samples.set(name, kept);
  return kept;
}

/** Personal texts become the canary. */
function withCanary(value: Json, schema: JsonSchemaObject): Json {
  if (schema["x-data-class"] === "personal" && typeof value === "string") return CANARY;
  if (Array.isArray(value))
    return (value as readonly Json[]).map((each) => withCanary(each, (schema.items ?? {}) as JsonSchemaObject));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      withCanary(each as Json, (schema.properties?.[key] ?? {}) as JsonSchemaObject),
    ]),
  );
}

/** A vendor that answers as its contract says, and keeps what it should never have been sent. */
export class FakeVendor implements OperationPort {
  /** Inputs that break the contract. */
  readonly refused: { readonly stepPath: string; readonly why: string }[] = [];
  /** Steps that sent the canary. */
  readonly leaks = new Set<string>();
  #calls = 0;

  async call({ use, input, stepPath }: OperationCall): Promise<CallResult> {
    this.#look(use, input, stepPath);
    const name = use.slice("acme@1/".length);
    const operation = OPERATIONS[name];
    if (operation === undefined) return { outcome: "poison", error: { code: "UNKNOWN_OPERATION", message: use }, meta: META };
    const answers = samplesOf(name, operation.output);
    return { outcome: "success", output: answers[this.#calls++ % answers.length] ?? {}, meta: META };
  }

  async readPage({ use, input, stepPath, cursor }: OperationCall & { readonly cursor: Json }): Promise<CallResult<StreamPage>> {
    this.#look(use, input, stepPath);
    const rows = samplesOf("row", ROW);
    const at = typeof cursor === "number" ? cursor : 0;
    const items = rows.slice(at, at + 3);
    return { outcome: "success", output: { items, next: at + 3 < 6 ? at + 3 : null }, meta: META };
  }

  describe(use: string): OperationFacts | undefined {
    const operation = OPERATIONS[use.slice("acme@1/".length)];
    if (operation === undefined) return undefined;
    const { effect, stream } = operation;
    return { effect, repeatable: true, ...(stream && { streamItems: stream.items }) };
  }

  #look(use: string, input: Json, stepPath: string): void {
    const [fault] = checkJson(input, OPERATIONS[use.slice("acme@1/".length)]?.input ?? true);
    if (fault) this.refused.push({ stepPath, why: `${fault.path} ${fault.message}` });
    if (JSON.stringify(input).includes(CANARY))
      this.leaks.add(
        stepPath
          .replaceAll(/\[[^\]]*\]/g, "")
          .split("/")
          .at(-1) ?? "",
      );
  }
}
