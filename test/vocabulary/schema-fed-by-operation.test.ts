// Pins: an object whose shape only the vendor knows, and that is not checked, or checked against the shape of something else.
import type { Json, Operation } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";
import { type Answer, at, connect, contractOf, openVendor, type Seen } from "./vendor.ts";

const describeTable: Partial<Operation> = {
  input: { type: "object", required: ["table"], properties: { table: { type: "string" } } },
  request: { method: "GET", url: at("/tables/${input.table}") },
  output: { type: "object" },
};
const columns: Json = { $cel: "output.columns.map(c, {'key': c.name, 'type': c.kind, 'required': c.needed})" };
const tableSchema: Json = { $cel: "output.schema" };
const withTable: Json = { table: { $cel: "input.table" } };
const insert: Partial<Operation> = {
  effect: "create",
  idempotency: "natural",
  request: { method: "POST", url: at("/rows"), body: { $cel: "input" } },
  input: {
    type: "object",
    properties: {
      table: { type: "string" },
      row: { type: "object", title: "Row", "x-fields": { operation: "describeTable", with: withTable, schema: columns } },
      rows: {
        type: "array",
        items: { type: "object", "x-fields": { operation: "describeTable", with: withTable, schema: columns } },
      },
      raw: { type: "object", "x-fields": { operation: "describeTable", with: withTable, schema: tableSchema } },
    },
  },
};
const contract = contractOf({ describeTable, insert });

const people = [
  { name: "email", kind: "string", needed: true },
  { name: "age", kind: "integer", needed: false },
];

function answer({ path }: Seen): Answer {
  if (path === "/tables/people")
    return { body: { columns: people, schema: { type: "object", properties: { id: { type: "integer" } } } } };
  if (path === "/tables/broken")
    return { body: { columns: [{ name: "", kind: "string", needed: false }], schema: { type: "objekt" } } };
  return path.startsWith("/tables/") ? { body: { columns: [], schema: {} } } : { body: { ok: true } };
}

async function setUp() {
  const vendor = await openVendor(answer);
  onTestFinished(vendor.close);
  const { runtime, connection } = connect(contract, vendor);
  onTestFinished(() => runtime.close());
  return {
    vendor,
    shape: (input: Json, field = "row") =>
      runtime.fields({ operation: "vendor/insert", connection, field: `/properties/${field}`, input }),
    insert: (input: Json) => runtime.call("vendor/insert", { connection, input }),
  };
}

const table = { table: "people" };

test("what an operation says about fields becomes a schema, kept by what it depends on", async () => {
  const { shape, vendor } = await setUp();
  const expected = {
    type: "object",
    properties: { email: { type: "string", "x-order": 0 }, age: { type: "integer", "x-order": 1 } },
    required: ["email"],
  };
  expect(await shape(table)).toEqual(expected);
  expect(await shape(table)).toEqual(expected);
  expect(await shape(table, "rows/items")).toEqual(expected);
  expect(vendor.seen.map(({ path }) => path)).toEqual(["/tables/people"]);
  expect(await shape({ table: "pets" })).toEqual({ type: "object", properties: {} });
});

test("a source may give a JSON Schema itself", async () => {
  const { shape } = await setUp();
  expect(await shape(table, "raw")).toEqual({ type: "object", properties: { id: { type: "integer" } } });
});

test("without what it depends on, the error names the field to fill in first", async () => {
  const { shape, vendor } = await setUp();
  await expect(shape({})).rejects.toMatchObject({
    code: "INVALID_INPUT",
    message: '"Row" depends on "table", which has no value yet.',
    data: { path: "/table" },
  });
  expect(vendor.seen).toHaveLength(0);
});

test("an answer that is neither fields nor a schema is the vendor's drift", async () => {
  const { shape } = await setUp();
  for (const field of ["row", "raw"]) {
    await expect(shape({ table: "broken" }, field)).rejects.toMatchObject({ code: "INVALID_OUTPUT" });
  }
});

test("a call is checked against the shape once that is known, and never waits for it", async () => {
  const { shape, insert: send, vendor } = await setUp();
  const bad = { ...table, row: { age: "old" }, rows: [{ email: "a@b.c" }, { email: 7 }] };
  expect((await send(bad)).outcome).toBe("success");
  expect(vendor.seen.map(({ path }) => path)).toEqual(["/rows"]);
  await shape(table);
  const refused = await send(bad);
  expect(refused).toMatchObject({ outcome: "poison", error: { code: "INVALID_INPUT" } });
  const paths = refused.outcome === "success" ? [] : refused.error.detail;
  expect(paths).toMatchObject([{ path: "/row/email" }, { path: "/row/age" }, { path: "/rows/1/email" }]);
  expect(vendor.seen.filter(({ path }) => path === "/rows")).toHaveLength(1);
  expect((await send({ ...table, row: { email: "a@b.c", more: 1 } })).outcome).toBe("success");
  expect((await send({ table: "pets", row: { age: "old" } })).outcome).toBe("success");
});
