import type { Workflow } from "../../../src/index.ts";
import { Desk, type Meanwhile } from "../../support/desk.ts";
import { ok, poison, World, workflowOf } from "../../support/world.ts";
import type { CasesByNode, NodeCase } from "./node-case.ts";

const uses = (use: string, params: object, output = "steps.x.output"): Workflow =>
  workflowOf({ x: { use, with: params } }, { $cel: output });
const write = { use: "test/write", with: { n: 1 } };
const fail = { use: "core/fail", with: { message: "no" } };
const MISSING = { $cel: "trigger.body.missing" };

/** With stores that outlive the process; `meanwhile` is what happens at each of its parks, in whichever process. */
const atDesk =
  (meanwhile: readonly Meanwhile[] = [], newWorld = () => new World()) =>
  (workflow: Workflow) => {
    const desk = new Desk(newWorld());
    return { engine: desk.run(workflow, { meanwhile }), log: desk.log, calls: () => desk.world.paths };
  };
const coming = (
  workflow: Workflow,
  output: Extract<NodeCase["comesTo"], { output: unknown }>["output"],
  open = atDesk(),
): NodeCase => ({
  workflow,
  comesTo: { output },
  open,
});
const failing = (workflow: Workflow, code: string, open = atDesk()): NodeCase => ({ workflow, comesTo: { code }, open });

const vote =
  (by: string, approved: boolean): Meanwhile =>
  (desk) =>
    desk.vote(by, approved);
const answer =
  (payload: object): Meanwhile =>
  async (desk) =>
    await desk.waits.answer((await desk.open()).id, { answerId: "1", by: "ada", payload: payload as never });
const pay: Meanwhile = ({ waits }) => waits.deliver({ name: "paid", key: "7", payload: { amount: 3 } });

const approval = { title: "May it?", people: ["ada", "bob"], needed: 2 };
const schema = { type: "object", properties: { iban: { type: "string" } }, required: ["iban"], additionalProperties: false };
const form = { title: "Bank", schema };
const inLoop = (nodes: object, collect: string): Workflow =>
  uses("core/for-each", { items: [1, 2], concurrency: 2, nodes, collect: { $cel: collect } }, "steps.x.output.results");

/** Cases of the nodes that wait and remember. */
export const stateCases: CasesByNode = {
  "core/event": {
    success: coming(uses("core/event", { name: "paid", key: "7" }), { received: true, payload: { amount: 3 } }, atDesk([pay])),
    failure: failing(uses("core/event", { name: "paid", key: "" }), "WRONG_TYPE"),
    more: {
      "where nothing comes": coming(uses("core/event", { name: "paid", key: "7", expires: "40d" }), { received: false }),
      "in rounds beside each other": coming(
        inLoop({ e: { use: "core/event", with: { name: "paid", key: "7" } } }, "steps.e.output.received"),
        [true, true],
        atDesk([pay]),
      ),
    },
  },
  "core/callback": {
    success: coming(
      uses("core/callback", { nodes: { tell: { use: "test/write", with: { url: { $cel: "callback.url" } } } } }),
      { received: true, payload: { ok: true } },
      atDesk([answer({ ok: true })]),
    ),
    failure: failing(uses("core/callback", { nodes: { fail } }), "WORKFLOW_FAILED_ITSELF"),
    more: { "where nothing comes": coming(uses("core/callback", { nodes: { write }, expires: "40d" }), { received: false }) },
  },
  "core/approval": {
    success: coming(
      uses("core/approval", approval, "steps.x.output.decision"),
      "approved",
      atDesk([vote("ada", true), vote("bob", true)]),
    ),
    failure: failing(uses("core/approval", { ...approval, notify: { fail } }), "WORKFLOW_FAILED_ITSELF"),
    more: {
      "where it is rejected": coming(
        uses("core/approval", approval, "steps.x.output.decision"),
        "rejected",
        atDesk([vote("ada", false)]),
      ),
      "where nobody decides, with reminders": coming(
        uses("core/approval", { ...approval, expires: "3d", remindEvery: "1d", escalateTo: ["cid"], notify: { write } }),
        { decision: "expired", votes: [] },
      ),
    },
  },
  "core/form": {
    success: coming(
      uses("core/form", form),
      { submitted: true, data: { iban: "DE1" }, by: "ada" },
      atDesk([answer({ iban: "DE1" })]),
    ),
    failure: failing(uses("core/form", { ...form, notify: { fail } }), "WORKFLOW_FAILED_ITSELF"),
    more: { "where nobody fills it in": coming(uses("core/form", { ...form, expires: "40d" }), { submitted: false }) },
  },
  "core/throttle": {
    success: coming(uses("core/throttle", { rate: 1, per: "10s" }), { passed: true, waitedMs: 0 }),
    failure: failing(uses("core/throttle", { rate: 1, per: "10s", key: { $cel: "null" } }), "WRONG_TYPE"),
  },
  "core/debounce": {
    success: coming(uses("core/debounce", { quiet: "5m" }), { passed: true, count: 1 }),
    failure: failing(uses("core/debounce", { quiet: "5m", key: { $cel: "null" } }), "WRONG_TYPE"),
  },
  "core/deduplicate": {
    success: coming(uses("core/deduplicate", { key: "a", nodes: { write } }), { duplicate: false }),
    failure: failing(
      uses("core/deduplicate", { key: "a", nodes: { write, fail: { ...fail, after: ["write"] } } }),
      "WORKFLOW_FAILED_ITSELF",
    ),
  },
  "core/cache": {
    success: coming(uses("core/cache", { key: "a", nodes: { write }, value: { $cel: "steps.write.output.n" } }), {
      value: 1,
      hit: false,
    }),
    failure: failing(uses("core/cache", { key: "a", nodes: { fail }, value: 1 }), "WORKFLOW_FAILED_ITSELF"),
  },
  "core/collect": {
    success: coming(uses("core/collect", { item: 1, window: "1h" }), { complete: true, items: [1], count: 1 }),
    failure: failing(uses("core/collect", { item: 1, count: 2, key: { $cel: "null" } }), "WRONG_TYPE"),
    more: {
      "where it is one of many": coming(uses("core/collect", { item: 1, count: 2 }), { complete: false, items: [], count: 0 }),
    },
  },
  "core/dead-letter": {
    success: coming(uses("core/dead-letter", { item: { n: 1 }, reason: "no" }), { id: "1" }),
    failure: failing(uses("core/dead-letter", { item: MISSING, reason: "no" }), "EXPRESSION_FAILED"),
  },
  "core/saga": {
    success: coming(uses("core/saga", { nodes: { write } }), { steps: 1 }),
    failure: failing(
      uses("core/saga", {
        nodes: { write, bad: { use: "test/write", with: { bad: true }, after: ["write"] } },
        undo: { back: { use: "test/write", with: { back: { $cel: "done.output.n" } } } },
        undoBy: { write: "back" },
      }),
      "CALL_REJECTED",
      atDesk(
        [],
        () => new World({ "test/write": ({ input }) => (JSON.stringify(input).includes("bad") ? poison() : ok(input)) }),
      ),
    ),
  },
};
