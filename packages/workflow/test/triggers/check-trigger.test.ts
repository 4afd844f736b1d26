// Pins: a trigger that is turned on and can never start anything, and a field of an event whose type nobody knows before the run.
import type { Contract } from "@mortise/contract";
import { expect, test } from "vitest";
import { checkWorkflow, type OperationCatalogue, type Workflow } from "../../src/index.ts";
import { workflowOf } from "../support/world.ts";

const contract = {
  name: "tickets",
  title: "Tickets",
  auth: { token: { kind: "apiKey" } },
  operations: {},
  triggers: {
    newTicket: {
      kind: "poll",
      title: "New ticket",
      scopes: [],
      input: { type: "object", required: ["queue"], properties: { queue: { type: "string" } }, additionalProperties: false },
      output: { type: "object", required: ["id"], properties: { id: { type: "integer" } }, additionalProperties: false },
      identity: ["/id"],
      examples: [],
      source: { operation: "list", with: {} },
      firstRun: "skip",
    },
  },
} as unknown as Contract;
const catalogue: OperationCatalogue = {
  operation: () => undefined,
  nearest: () => undefined,
  contract: (ref) => (ref === "tickets" || ref === "tickets@1" ? contract : undefined),
};
const check = (trigger: object, nodes: object = {}) =>
  checkWorkflow({ ...workflowOf(nodes as Workflow["nodes"]), trigger } as Workflow, catalogue, {
    connections: ["desk"],
  }).diagnostics.map(({ code, path, fix }) => [code, path, ...(fix?.patch ? [fix.patch[0]] : [])]);
const sound = { use: "tickets@1/newTicket", connection: "desk", with: { queue: "first" } };
const map = (value: string) => ({ one: { use: "core/map", with: { value: { $cel: value } } } });

test("a connector's trigger is checked as its contract says, and what it gives has a type", () => {
  expect(check(sound, map("trigger.body.id + 1"))).toEqual([]);
  expect(check(sound, map("trigger.body.name"))[0]?.[1]).toBe("/nodes/one/with/value/$cel");
  expect(check({ ...sound, with: {} })).toMatchObject([["MISSING_KEY", "/trigger/with"]]);
  expect(check({ ...sound, use: "tickets@1/newTickets" })).toEqual([
    ["UNKNOWN_REFERENCE", "/trigger/use", { op: "replace", path: "/trigger/use", value: "tickets@1/newTicket" }],
  ]);
  expect(check({ ...sound, use: "elsewhere/newTicket" })).toMatchObject([["UNKNOWN_REFERENCE", "/trigger/use"]]);
  expect(check({ use: "core/poll" })).toMatchObject([["UNKNOWN_REFERENCE", "/trigger/use"]]);
});

test("a connection that is missing, unknown or of no use is said", () => {
  expect(check({ use: sound.use, with: sound.with })).toMatchObject([["MISSING_CONNECTION", "/trigger"]]);
  expect(check({ ...sound, connection: "dsk" })).toEqual([
    ["CONNECTION_NOT_FOUND", "/trigger/connection", { op: "replace", path: "/trigger/connection", value: "desk" }],
  ]);
  expect(check({ use: "manual", connection: "desk" })).toMatchObject([
    ["INVALID_VALUE", "/trigger/connection", { op: "remove" }],
  ]);
});

test("what a trigger computes sees the event, has its type, and sees nothing of the run", () => {
  const queued = (by: string) => ({ ...sound, concurrency: 2, order: { by: { $cel: by } } });
  expect(check(queued("trigger.body.id"))).toEqual([]);
  expect(check(queued("trigger.body"))[0]?.[1]).toBe("/trigger/order/by");
  expect(check(queued("steps.one.output"))[0]?.[1]).toBe("/trigger/order/by");
  const hook = (params: object) => ({ use: "webhook", with: params });
  expect(check(hook({ eventId: { $cel: "trigger.headers.id" } }))).toEqual([]);
  expect(check(hook({ eventId: { $cel: "1" } }))[0]?.[1]).toBe("/trigger/with/eventId");
  expect(check(hook({ respondWithin: "30s" }))).toMatchObject([
    ["INVALID_VALUE", "/trigger/with/respondWithin", { value: "25s" }],
  ]);
  expect(check(hook({ path: "a", secretPath: true }))).toMatchObject([["INVALID_VALUE", "/trigger/with/path", { op: "remove" }]]);
});
