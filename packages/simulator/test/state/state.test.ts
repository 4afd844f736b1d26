// Pins: a fake vendor that forgets what it was told, tells two stories about one thing, or carries out a repeat.
import type { Contract, Json, JsonSchemaObject } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { afterEach, describe, expect, test } from "vitest";
import type { SimulatorOptions } from "../../src/index.ts";
import { virtualClock } from "../../src/index.ts";
import { CONTACTS, openWorld, type World } from "../contacts-contract.ts";

const open: World[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
const world = async (options?: SimulatorOptions): Promise<World> => {
  const made = await openWorld(options);
  open.push(made);
  return made;
};
const ADA = { email: "ada@example.com", name: "Ada" };

describe("what is created", () => {
  test("is read, listed, changed and deleted under the key that its creation answered (P1)", async () => {
    const { call, output, listed } = await world();
    const created = await output("createContact", { ...ADA, plan: "paid", password: "secret-1" });
    expect(created).toMatchObject({ ...ADA, plan: "paid" });
    expect(await output("getContact", { id: created.id })).toMatchObject({ id: created.id, ...ADA, plan: "paid" });
    expect(await listed()).toContainEqual(expect.objectContaining({ id: created.id, ...ADA }));
    expect(await output("updateContact", { id: created.id, name: "Ada L.", age: 36 })).toMatchObject({
      name: "Ada L.",
      age: 36,
    });
    expect(await output("getContact", { id: created.id })).toMatchObject({ name: "Ada L.", email: ADA.email, age: 36 });
    expect(await call("deleteContact", { id: created.id })).toMatchObject({ outcome: "success" });
    expect(await call("getContact", { id: created.id })).toMatchObject({
      outcome: "poison",
      error: { code: "NOT_FOUND" },
    });
    expect(await call("deleteContact", { id: created.id })).toMatchObject({ error: { code: "NOT_FOUND" } });
    expect(await listed()).not.toContainEqual(expect.objectContaining({ id: created.id }));
  });

  test("is another thing each time, and listed after what was there, in pages of the contract's kind", async () => {
    const { output, listed, simulator } = await world({ scenario: "empty" });
    expect(await listed()).toEqual([]);
    const ids: Json[] = [];
    for (let count = 0; count < 7; count += 1) ids.push((await output("createContact", { ...ADA, name: `Ada ${count}` })).id);
    expect(new Set(ids).size).toBe(7);
    expect((await listed()).map((each) => (each as { id: Json }).id)).toEqual(ids);
    expect(simulator.requests.filter(({ operation, method }) => operation === "listContacts" && method === "GET")).toHaveLength(
      5,
    );
    expect(simulator.state.collections).toEqual(["/contacts"]);
    expect(simulator.state.list("/contacts")).toHaveLength(7);
  });

  test("shows nothing that the schema of an answer does not have", async () => {
    const { output } = await world();
    const created = await output("createContact", { ...ADA, password: "secret-1" });
    expect(JSON.stringify([created, await output("getContact", { id: created.id })])).not.toContain("secret-1");
  });

  test("is found by a filter that names one of its fields, and by no other", async () => {
    const { output, listed } = await world({ scenario: "empty" });
    const { id } = await output("createContact", { ...ADA, plan: "paid" });
    await output("createContact", { email: "bob@example.com", name: "Bob", plan: "free" });
    expect(await listed({ email: ADA.email })).toMatchObject([{ id }]);
    expect(await listed({ plan: "paid" })).toMatchObject([{ id }]);
    expect(await listed({ email: "eve@example.com" })).toEqual([]);
  });
});

describe("what nobody created", () => {
  test("is made up: a list begins with five, each of which is read as it was listed", async () => {
    const { output, listed } = await world();
    const items = (await listed()) as readonly { readonly id: Json }[];
    expect(items).toHaveLength(5);
    for (const item of items) expect(await output("getContact", { id: item.id })).toEqual(item);
    expect(await output("getContact", { id: "never-seen" })).toMatchObject({ email: expect.stringContaining("@") });
    expect(await listed()).toEqual(items);
  });

  test("is not found in the scenario `empty`", async () => {
    const { call } = await world({ scenario: "empty" });
    for (const name of ["getContact", "updateContact", "deleteContact"])
      expect(await call(name, { id: "c1" }), name).toMatchObject({ error: { code: "NOT_FOUND", status: 404 } });
  });

  test("is there once it was changed", async () => {
    const { output, listed } = await world();
    await output("updateContact", { id: "c77", name: "Changed" });
    expect(await output("getContact", { id: "c77" })).toMatchObject({ id: "c77", name: "Changed" });
    expect(await listed()).toContainEqual(expect.objectContaining({ id: "c77", name: "Changed" }));
  });
});

describe("a repeat with the same idempotency key", () => {
  test("is answered with the same answer and carried out once, inside of the vendor's window (K1)", async () => {
    const clock = virtualClock();
    const { output, listed } = await world({ scenario: "empty", clock });
    const first = await output("createContact", ADA, { idempotencyKey: "k-1" });
    expect(await output("createContact", ADA, { idempotencyKey: "k-1" })).toEqual(first);
    expect(await listed()).toHaveLength(1);
    await clock.advance(3_600_001);
    expect((await output("createContact", ADA, { idempotencyKey: "k-1" })).id).not.toBe(first.id);
  });

  test("and another body is refused (K2)", async () => {
    const { call, output } = await world();
    await output("createContact", ADA, { idempotencyKey: "k-1" });
    const other = await call("createContact", { ...ADA, name: "Bob" }, { idempotencyKey: "k-1" });
    expect(other).toMatchObject({ outcome: "poison", error: { status: 422 } });
  });

  test("of a request that the vendor failed is carried out (K3)", async () => {
    const { output, listed } = await world({ scenario: ["error-500", "empty"] });
    await output("createContact", ADA, { idempotencyKey: "k-1" });
    expect(await listed()).toHaveLength(1);
  });
});

test("a change that is meant for another version is refused, a reader that has the present one is told so (RFC 9110 §13.1)", async () => {
  const { output, call, simulator } = await world();
  const { id } = await output("createContact", ADA);
  const headers = { authorization: `Bearer ${simulator.connectionFor().credential?.accessToken}` };
  const read = (more: { readonly [name: string]: string } = {}) =>
    fetch(`${simulator.origin}/contacts/${id}`, { headers: { ...headers, ...more } });
  const etag = (await read()).headers.get("etag") ?? "";
  expect(etag).toMatch(/^"1-/);
  expect((await read({ "if-none-match": etag })).status).toBe(304);
  expect(await call("updateContact", { id: id, name: "B", ifMatch: etag })).toMatchObject({ outcome: "success" });
  const late = await call("updateContact", { id: id, name: "C", ifMatch: etag });
  expect(late).toMatchObject({ error: { status: 412 } });
  expect(await output("getContact", { id: id })).toMatchObject({ name: "B" });
  expect((await read({ "if-none-match": etag })).status).toBe(200);
});

test("what is new or was changed is found by an incremental read, and nothing else", async () => {
  const { Contact = true } = CONTACTS.schemas ?? {};
  const { listContacts, ...others } = CONTACTS.operations;
  const plain = Contact as JsonSchemaObject;
  const properties = { ...plain.properties, at: { type: "string", format: "date-time" } };
  const timed = { ...plain, required: [...(plain.required ?? []), "at"], properties };
  const incremental = { cursor: "/at", as: "date-time", param: "since" } as const;
  const contract = {
    ...CONTACTS,
    schemas: { Contact: timed },
    operations: { ...others, listContacts: { ...listContacts, incremental } },
  } as unknown as Contract;
  const clock = virtualClock({ start: "2027-01-01T00:00:00Z" });
  const made = await openWorld({ clock }, { contract, clock });
  open.push(made);
  const connection = made.simulator.connectionFor();
  const read = async (state: Json) => {
    const result = await made.runtime.call("acme/listContacts", { input: {}, connection, state });
    if (result.outcome !== "success") throw new Error(result.error.message);
    return { items: (result.output as { readonly items: readonly Json[] }).items, state: result.meta.state ?? null };
  };
  const first = await read(null);
  expect(first.items).toHaveLength(5);
  await clock.advance(60_000);
  const { id } = await made.output("createContact", ADA);
  await clock.advance(60_000);
  const second = await read(first.state);
  expect(second.items).toMatchObject([{ id, at: "2027-01-01T00:01:00.000Z" }]);
  await made.output("updateContact", { id: (first.items[0] as { readonly id: string }).id, age: 50 });
  expect((await read(second.state)).items).toMatchObject([{ age: 50, at: "2027-01-01T00:02:00.000Z" }]);
});

test("a state is put in, taken out and put back (E3); one that breaks its form is refused with every fault", async () => {
  const state = {
    format: "mortise.simulator-state/1",
    collections: { "/contacts": [{ id: "c1", name: "Seeded", email: "s@example.com" }] },
  };
  const { output, listed, simulator } = await world({ state });
  expect(await output("getContact", { id: "c1" })).toMatchObject({ name: "Seeded" });
  expect(await listed()).toHaveLength(1);
  const before = simulator.state.snapshot();
  await output("createContact", ADA);
  expect(simulator.state.put("/contacts", { id: "c9", name: "Nine", email: "n@example.com" })).toBe("c9");
  expect(await listed()).toHaveLength(3);
  simulator.state.restore(before);
  expect(await listed()).toHaveLength(1);
  simulator.state.reset();
  expect(await listed()).toHaveLength(5);
  const broken = { format: "mortise.simulator-state/1", collections: { "/contacts": [{ name: "No id" }], "/x": 7 } };
  await expect(openWorld({ state: broken })).rejects.toMatchObject({
    code: "INVALID_DOCUMENT",
    data: { detail: [{ code: "MISSING_KEY", path: "/collections/~1contacts/0/id" }, { code: "WRONG_TYPE" }] },
  });
});

test("the same seed and the same calls give the same bytes, by a clock that stands (S1)", async () => {
  const run = async (seed: number): Promise<string> => {
    const { output, listed, simulator } = await world({
      seed,
      clock: virtualClock({ movedBy: "sleep" }),
      scenario: ["flaky", "slow"],
    });
    const headers = {
      authorization: `Bearer ${simulator.connectionFor().credential?.accessToken}`,
      "content-type": "application/json",
    };
    const seen: unknown[] = [];
    for (const [method, path, body] of [
      ["POST", "/contacts", { email: "ada@example.com", full_name: "Ada" }],
      ["GET", "/contacts", undefined],
      ["GET", "/contacts/c1", undefined],
      ["PATCH", "/contacts/c1", { name: "B" }],
      ["DELETE", "/contacts/c1", undefined],
      ["GET", "/contacts?limit=50", undefined],
    ] as const) {
      const answer = await fetch(`${simulator.origin}${path}`, {
        method,
        headers,
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const { port } = new URL(simulator.origin);
      seen.push([answer.status, [...answer.headers], (await answer.text()).replaceAll(port, "PORT")]);
    }
    expect(output).toBeTypeOf("function");
    expect(listed).toBeTypeOf("function");
    return JSON.stringify([seen, simulator.state.snapshot()]);
  };
  const first = await run(3);
  expect(await run(3)).toBe(first);
  expect(await run(4)).not.toBe(first);
});

test("every answer is true to its schema, however the state came about (S2)", async () => {
  const { call, output, listed, simulator } = await world({ seed: 11 });
  const { Contact } = CONTACTS.schemas ?? {};
  const validate = compileSchema(Contact ?? true);
  const ids: string[] = [];
  for (let round = 0; round < 12; round += 1) {
    const created = await output("createContact", { ...ADA, name: `N${round}`, ...(round % 2 ? { plan: "free" } : {}) });
    ids.push(created.id);
    if (round % 3 === 0) await output("updateContact", { id: ids[round >> 1] ?? "x", age: round });
    if (round % 4 === 3) await call("deleteContact", { id: ids[round - 2] ?? "x" });
    for (const item of await listed()) expect(validate(item).diagnostics).toEqual([]);
  }
  simulator.state.put("/contacts", { id: "odd", name: 7, age: "old", more: true });
  expect(validate((await output("getContact", { id: "odd" })) as unknown as Json).diagnostics).toEqual([]);
});
