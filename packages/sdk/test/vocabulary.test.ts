// Pins: a part of the vocabulary that authors can write and that is lost, or changed, on the way into the contract.
import { checkContract } from "@mortise/contract/validation";
import { expect, test } from "vitest";
import { defineConnector, get, operation, post, searchOrCreate, t } from "../src/index.ts";

const contact = t.Object({ id: t.String(), email: t.String() });

const crm = defineConnector({
  name: "acme-crm",
  version: "2.0.0",
  title: "Acme CRM",
  publisher: "acme",
  support: "help@acme.example",
  hosts: ["api.acme.example"],
  operations: {
    listTeams: operation(
      {
        title: "List teams",
        effect: "read",
        input: t.Object({}),
        output: t.Array(t.Object({ id: t.String() })),
        stream: { items: "", resume: "none" },
      },
      get("/teams"),
    ),
    findContact: operation(
      { title: "Find", effect: "read", input: t.Object({ email: t.String() }), output: t.Object({ items: t.Array(contact) }) },
      get("/contacts", { query: ($) => ({ email: $.input.email }) }),
    ),
    createContact: operation(
      { title: "Create", effect: "create", input: t.Object({ email: t.String() }), output: contact, reversible: true, cost: 2 },
      post("/contacts", { body: ($) => ({ email: $.input.email }) }),
    ),
    findOrCreateContact: operation(
      {
        title: "Find or create",
        effect: "create",
        input: t.Object({ email: t.String() }),
        output: t.Object({ item: contact, created: t.Boolean() }),
      },
      searchOrCreate({
        search: { operation: "findContact", with: ($) => ({ email: $.input.email }), item: ($) => $.output.items?.[0] ?? null },
        create: { operation: "createContact", with: ($) => ({ email: $.input.email }) },
      }),
    ),
    jobState: operation(
      { title: "State", effect: "read", input: t.Object({ id: t.String() }), output: t.Object({ state: t.String() }) },
      get("/exports/{id}"),
    ),
    exportContacts: operation(
      {
        title: "Export",
        effect: "execute",
        input: t.Object({}),
        output: t.Object({ state: t.String() }),
        wait: {
          poll: { operation: "jobState", with: ($) => ({ id: $.output.id }) },
          done: "polled.state == 'done'",
          every: "2s",
          timeout: "10m",
        },
      },
      post("/exports"),
    ),
    listMembers: operation(
      {
        title: "List members",
        effect: "read",
        input: t.Object({}),
        output: t.Array(t.Object({ id: t.String() })),
        stream: { items: "", resume: "none" },
        partition: { parent: { operation: "listTeams", with: {} } },
      },
      get("/members"),
    ),
  },
});

test("a job, a partition and a search before a create are recorded as data", () => {
  const { exportContacts, listMembers, findOrCreateContact, createContact } = crm.contract.operations;
  expect(exportContacts?.wait).toEqual({
    poll: { operation: "jobState", with: { id: { $cel: "output.id" } } },
    done: "polled.state == 'done'",
    every: "2s",
    timeout: "10m",
  });
  expect(listMembers?.partition).toEqual({ parent: { operation: "listTeams", with: {} } });
  expect(findOrCreateContact?.searchOrCreate).toEqual({
    search: { operation: "findContact", with: { email: { $cel: "input.email" } }, item: { $cel: "output.items[0]" } },
    create: { operation: "createContact", with: { email: { $cel: "input.email" } } },
  });
  expect(createContact).toMatchObject({ reversible: true, cost: 2 });
});

test("what comes out passes the contract's checks", () => {
  expect(checkContract(JSON.parse(JSON.stringify(crm.contract))).filter(({ severity }) => severity === "error")).toEqual([]);
});
