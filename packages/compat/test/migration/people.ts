import type { Contract } from "@mortise/contract";
import { contract, object, operation } from "../contracts.ts";

const text = { type: "string" } as const;

/** People by one name; `note` can be left out. */
export const people1: Contract = contract({
  version: "1.4.0",
  settings: object({ region: { enum: ["eu", "us"] } }),
  auth: { key: { kind: "bearer" } },
  operations: {
    createPerson: operation({
      effect: "create",
      idempotency: "none",
      request: { method: "POST", url: "/people" },
      input: {
        ...object({ name: text, age: { type: "integer", minimum: 0 }, note: text }, ["name"]),
        additionalProperties: false,
      },
      output: object({ id: text, name: text }, ["id", "name"]),
    }),
    oldReport: operation(),
    listPeople: operation({ input: object({ limit: { type: "integer", minimum: 1, maximum: 100 } }) }),
  },
});

/** People by two names, under another operation; settings and auth have other names. */
export const people2: Contract = contract({
  version: "2.0.0",
  settings: object({ host: { enum: ["eu.acme.example", "us.acme.example", "acme.example"] } }),
  auth: { token: { kind: "bearer" } },
  operations: {
    addPerson: operation({
      effect: "create",
      idempotency: "none",
      request: { method: "POST", url: "/people" },
      input: { ...object({ fullName: text, years: { type: "integer" }, memo: text }, ["fullName"]), additionalProperties: false },
      output: object({ person: object({ id: text, fullName: text }, ["id", "fullName"]) }, ["person"]),
    }),
    listPeople: operation({ input: object({ limit: { type: "integer", minimum: 1, maximum: 100 } }) }),
  },
  migrations: [
    {
      from: 1,
      to: 2,
      settings: { host: { $cel: "has(settings.region) ? settings.region + '.acme.example' : 'acme.example'" } },
      auth: { key: "token" },
      operations: {
        createPerson: {
          operation: "addPerson",
          input: { fullName: { $cel: "input.name" }, years: { $cel: "input.?age" }, memo: { $cel: "input.?note" } },
          output: { id: { $cel: "output.person.id" }, name: { $cel: "output.person.fullName" } },
        },
        oldReport: { removed: "Use listPeople and count the answer." },
      },
    },
  ],
});

/** `fullName` is called `displayName`. */
export const people3: Contract = {
  ...people2,
  version: "3.1.0",
  operations: {
    ...people2.operations,
    addPerson: operation({
      ...people2.operations.addPerson,
      input: {
        ...object({ displayName: text, years: { type: "integer" }, memo: text }, ["displayName"]),
        additionalProperties: false,
      },
      output: object({ person: object({ id: text, displayName: text }, ["id", "displayName"]) }, ["person"]),
    }),
  },
  migrations: [
    ...(people2.migrations ?? []),
    {
      from: 2,
      to: 3,
      operations: {
        addPerson: {
          input: { displayName: { $cel: "input.fullName" }, years: { $cel: "input.?years" }, memo: { $cel: "input.?memo" } },
          output: { person: { id: { $cel: "output.person.id" }, fullName: { $cel: "output.person.displayName" } } },
        },
      },
    },
  ],
};
