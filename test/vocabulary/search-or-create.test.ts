// Pins: a second item where there is one already, or none where there is none.
import { expect, it } from "vitest";
import { closeAfter } from "./lists.ts";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

const contract = contractOf({
  findOrCreateContact: {
    effect: "create",
    idempotency: "none",
    input: { type: "object", required: ["email"], properties: { email: { type: "string" } } },
    searchOrCreate: {
      search: {
        operation: "searchContacts",
        with: { email: { $cel: "input.email" } },
        item: { $cel: "output.results.size() > 0 ? output.results[0] : null" },
      },
      create: { operation: "createContact", with: { email: { $cel: "input.email" } } },
    },
  },
  searchContacts: {
    request: { method: "POST", url: at("/contacts/search"), body: { email: { $cel: "input.email" } } },
  },
  createContact: {
    effect: "create",
    idempotency: "none",
    request: { method: "POST", url: at("/contacts"), body: { email: { $cel: "input.email" } } },
  },
});

it("gives the item that is there, and creates it once where there is none", async () => {
  const contacts: { id: number; email: string }[] = [];
  const vendor = await openVendor(({ path, body }) => {
    const { email } = JSON.parse(body.toString());
    if (path === "/contacts/search") return { body: { results: contacts.filter((each) => each.email === email) } };
    contacts.push({ id: contacts.length + 1, email });
    return { status: 201, body: contacts.at(-1) ?? null };
  });
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  const call = (email: string) => runtime.call("vendor/findOrCreateContact", { connection, input: { email } });
  expect(await call("ada@example.com")).toMatchObject({ output: { item: { id: 1 }, created: true } });
  expect(await call("ada@example.com")).toMatchObject({ output: { item: { id: 1 }, created: false } });
  expect(await call("alan@example.com")).toMatchObject({ output: { item: { id: 2 }, created: true } });
  expect(vendor.seen.map(({ path }) => path)).toEqual([
    "/contacts/search",
    "/contacts",
    "/contacts/search",
    "/contacts/search",
    "/contacts",
  ]);
});
