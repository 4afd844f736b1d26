// Pins that a workflow made for version 1 stops, or sends what version 2 does not take, once only version 2 is installed.
import type { Contract } from "@mortise/contract";
import { createRegistry } from "@mortise/registry";
import { checkWorkflow } from "@mortise/workflow";
import { afterEach, expect, it } from "vitest";
import { type Answer, at, connect, contractOf, openVendor, type Vendor } from "./vendor.ts";

const text = { type: "string" } as const;

/** People have one name; the setting is `baseUrl`, the scheme `key`. What version 1 was can only be seen in the migration. */
const version2: Contract = contractOf(
  {
    addPerson: {
      effect: "create",
      idempotency: "none",
      input: {
        type: "object",
        required: ["fullName"],
        additionalProperties: false,
        properties: { fullName: text, tags: { type: "array", items: text } },
      },
      output: {
        type: "object",
        required: ["person"],
        properties: { person: { type: "object", required: ["id"], properties: { id: text, fullName: text } } },
      },
      request: { method: "POST", url: at("/people"), body: { $cel: "input" } },
    },
    listPeople: {
      output: {
        type: "object",
        properties: { people: { type: "array", items: { type: "object", properties: { fullName: text } } } },
      },
      stream: { items: "/people", resume: "none" },
      request: { method: "GET", url: at("/people") },
    },
  },
  {
    version: "2.3.0",
    auth: { token: { kind: "bearer" } },
    migrations: [
      {
        from: 1,
        to: 2,
        settings: { baseUrl: { $cel: "settings.address" } },
        auth: { key: "token" },
        operations: {
          createPerson: {
            operation: "addPerson",
            input: { fullName: { $text: "${input.first} ${input.last}" } },
            output: { id: { $cel: "output.person.id" }, first: { $cel: "output.person.fullName.split(' ')[0]" } },
          },
          listPeople: { output: { people: { $cel: "output.people.map(p, {'name': p.fullName})" } } },
          exportAll: { removed: "Use listPeople." },
        },
      },
    ],
  },
);

const open: Vendor[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((vendor) => vendor.close()));
});

async function start() {
  const created = { person: { id: "p1", fullName: "Ada Lovelace" } };
  const listed = { people: [{ fullName: "Ada" }, { fullName: "Grace" }] };
  const vendor = await openVendor(({ method }): Answer => ({ body: method === "POST" ? created : listed }));
  open.push(vendor);
  const old = { connector: "vendor@1", auth: "key", credential: { token: "t-1" }, settings: { address: vendor.origin } };
  return { vendor, ...connect(version2, vendor, { connection: old }) };
}

it("carries input, connection and output of version 1 over both ways", async () => {
  const { vendor, runtime, connection } = await start();
  const result = await runtime.call("vendor@1/createPerson", { connection, input: { first: "Ada", last: "Lovelace" } });
  expect(result).toMatchObject({ outcome: "success", output: { id: "p1", first: "Ada" } });
  expect(JSON.parse(String(vendor.seen[0]?.body))).toEqual({ fullName: "Ada Lovelace" });
  expect(vendor.seen[0]?.headers.authorization).toBe("Bearer t-1");
  await runtime.close();
});

it("carries every page of a stream back", async () => {
  const { runtime, connection } = await start();
  const items = [];
  for await (const page of runtime.stream("vendor@1.4/listPeople", { connection, input: {} })) items.push(...page.items);
  expect(items).toEqual([{ name: "Ada" }, { name: "Grace" }]);
  await runtime.close();
});

it("checks a workflow that was made for version 1, and says what is gone", async () => {
  const registry = createRegistry([{ contract: version2, natives: {} }]);
  const catalogue = { operation: registry.operation, nearest: registry.nearestOperation, removed: registry.removed };
  const workflow = {
    format: "mortise.workflow/1",
    name: "Old",
    trigger: { use: "manual" },
    nodes: {
      add: { use: "vendor@1/createPerson", connection: "main", with: { first: "Ada", last: "Lovelace" } },
      all: { use: "vendor@1/exportAll", connection: "main" },
    },
    output: { id: { $cel: "steps.add.output.id" } },
  } as const;
  const errors = checkWorkflow(workflow, catalogue).diagnostics.filter(({ severity }) => severity === "error");
  expect(errors).toEqual([
    expect.objectContaining({ code: "OPERATION_REMOVED", path: "/nodes/all/use", fix: { title: "Use listPeople." } }),
  ]);
});

it("describes the old operation, so that a workflow is checked before it runs", async () => {
  const { runtime } = await start();
  expect(runtime.describe("vendor@1/createPerson")).toMatchObject({
    effect: "create",
    input: { type: "object" },
    output: { type: "object" },
  });
  expect(runtime.describe("vendor@1/nothing")).toBeUndefined();
  await runtime.close();
});

it.each([
  ["vendor@1/exportAll", {}, "OPERATION_REMOVED", "Use listPeople."],
  ["vendor@1/createPerson", { first: "Ada" }, "MIGRATION_FAILED", undefined],
  [
    "vendor@0/createPerson",
    {},
    "CONNECTOR_NOT_FOUND",
    "Install vendor@0: vendor@2.3.0 is there, and no migration leads from vendor@0 to it.",
  ],
  ["vendor@1/ghost", {}, "UNKNOWN_OPERATION", undefined],
])("fails loudly for %s with %j", async (use, input, code, remedy) => {
  const { vendor, runtime, connection } = await start();
  const result = await runtime.call(use, { connection, input });
  expect(result).toMatchObject({ error: { code, ...(remedy === undefined ? {} : { remedy }) } });
  expect(vendor.seen).toEqual([]);
  await runtime.close();
});

it("tests a connection that was made for version 1", async () => {
  const { runtime, connection } = await start();
  expect(await runtime.testConnection(connection)).toMatchObject({ outcome: "success" });
  expect(await runtime.testConnection({ ...connection, connector: "vendor@0" })).toMatchObject({
    error: { code: "CONNECTOR_NOT_FOUND" },
  });
  await runtime.close();
});

it("says where a migration fails", async () => {
  const { runtime, connection } = await start();
  const result = await runtime.call("vendor@1/createPerson", { connection, input: { first: "Ada" } });
  expect(result).toMatchObject({
    outcome: "poison",
    error: { path: "/migrations/0/operations/createPerson/input", message: expect.stringContaining("last") },
  });
  await runtime.close();
});

it("refuses what the migration gives and version 2 does not take", async () => {
  const { vendor, runtime, connection } = await start();
  const bad = { ...connection, settings: { address: 5 } };
  const result = await runtime.call("vendor@1/createPerson", { connection: bad, input: { first: "A", last: "B" } });
  expect(result).toMatchObject({ error: { code: "MIGRATION_FAILED", path: "/baseUrl" } });
  expect(vendor.seen).toEqual([]);
  await runtime.close();
});
