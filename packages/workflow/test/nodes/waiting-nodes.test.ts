// Pins: a decision that is counted wrong or twice, an answer that comes too early or too late and decides all the same, a wait without an
// end, and an address that somebody could guess from the log.
import { expect, test } from "vitest";
import type { OperationCall } from "../../src/index.ts";
import { decide } from "../../src/nodes/approval-decision.ts";
import { Desk, type Meanwhile } from "../support/desk.ts";
import { workflowOf } from "../support/world.ts";

const HOUR_MS = 3_600_000;
const approval = (more: object = {}) =>
  workflowOf(
    { ok: { use: "core/approval", with: { title: "May it go on?", people: ["ada", "bob", "cid"], ...more } } },
    {
      $cel: "steps.ok.output",
    },
  );
const vote =
  (by: string, approved: boolean, reason?: string): Meanwhile =>
  (desk) =>
    desk.vote(by, approved, reason);

const ways = { yes: (by: string) => ({ by, approved: true, at: "" }), no: (by: string) => ({ by, approved: false, at: "" }) };
test.each([
  ["as many consents as are needed", [ways.yes("a"), ways.no("b"), ways.yes("c")], { needed: 2, veto: false, voters: 3 }, true],
  ["too many refusals to reach them", [ways.no("a"), ways.no("b")], { needed: 2, veto: false, voters: 3 }, false],
  ["one refusal where one is a veto", [ways.no("a")], { needed: 1, veto: true, voters: 3 }, false],
  ["as many refusals as consents where nobody knows who may vote", [ways.no("a")], { needed: 1, veto: false }, false],
  ["too few of either", [ways.yes("a"), ways.no("b")], { needed: 2, veto: false, voters: 3 }, undefined],
  ["nobody", [], { needed: 1, veto: true }, undefined],
] as const)("%s decide", (_, votes, rules, approved) => {
  expect(decide(votes, rules)?.approved).toBe(approved);
});

test("two of three approve, and the reasons are kept", async () => {
  const desk = new Desk();
  const meanwhile = [vote("ada", true, "fits"), vote("bob", false), vote("cid", true)];
  const output = await desk.run(approval({ needed: 2 }), { meanwhile }).run();
  expect(output).toMatchObject({
    decision: "approved",
    votes: [{ by: "ada", approved: true, reason: "fits" }, { by: "bob", approved: false }, { by: "cid" }],
  });
  expect((await desk.waits.list({ state: "closed" })).map(({ outcome }) => outcome)).toEqual(["approved"]);
});

test("a person decides once, an answer counts once, and none counts afterwards", async () => {
  const desk = new Desk();
  const verdicts: string[] = [];
  const meanwhile: Meanwhile[] = [
    async (all) => {
      const { id } = await all.open();
      const answer = (answerId: string, by: string) => all.waits.answer(id, { answerId, by, payload: { approved: false } });
      verdicts.push(await answer("1", "ada"), await answer("1", "ada"), await answer("2", "ada"), await answer("3", "bob"));
    },
  ];
  expect(await desk.run(approval({ needed: 2 }), { meanwhile }).run()).toMatchObject({ decision: "rejected" });
  const [closed] = await desk.waits.list({ state: "closed" });
  verdicts.push(await desk.waits.answer(closed?.id ?? "", { answerId: "4", by: "cid", payload: { approved: true } }));
  expect(verdicts).toEqual(["taken", "repeated", "decided", "taken", "closed"]);
});

test("people are reminded, more people are asked, and in the end it expires", async () => {
  const desk = new Desk();
  const params = { remindEvery: "10h", escalateAfter: "25h", escalateTo: ["role:lead"], expires: "2d" };
  expect(await desk.run(approval(params)).run()).toMatchObject({ decision: "expired", votes: [] });
  expect(desk.notices.map(({ kind, people }) => `${kind} ${people.length}`)).toEqual([
    "opened 3",
    "reminder 3",
    "reminder 3",
    "escalation 1",
    "reminder 4",
    "reminder 4",
  ]);
  expect(desk.nowMs - 1_700_000_000_000).toBe(48 * HOUR_MS);
});

test("steps of the workflow tell people where it has some, and their failure fails the approval", async () => {
  const desk = new Desk();
  const notify = {
    mail: { use: "test/write", with: { to: { $cel: "task.people" }, text: { $text: "${task.reason}: ${task.url}" } } },
  };
  await desk.run(approval({ notify, remindEvery: "20h", expires: "1d" })).run();
  expect(desk.notices).toEqual([]);
  expect(desk.world.calls.map(({ input, stepPath }) => [stepPath, (input as { text: string }).text])).toEqual([
    ["ok[1]/mail", "opened: https://flows.example/tasks/secret-1"],
    ["ok[2]/mail", "reminder: https://flows.example/tasks/secret-1"],
  ]);
  const broken = approval({ notify: { f: { use: "core/fail", with: { message: "no way to tell" } } } });
  await expect(new Desk().run(broken).run()).rejects.toThrow("no way to tell");
});

test("an event that came before its wait was opened counts, and the one after it waits for the next", async () => {
  const desk = new Desk();
  const node = (after: readonly string[]) => ({ use: "core/event", after, with: { name: "paid", key: "7", expires: "1d" } });
  await desk.waits.deliver({ name: "paid", key: "7", payload: 1, id: "e1" });
  expect(await desk.waits.deliver({ name: "paid", key: "7", payload: 1, id: "e1" })).toEqual({ delivered: 0, kept: false });
  await desk.waits.deliver({ name: "paid", key: "8", payload: 8 });
  await desk.waits.deliver({ name: "paid", key: "7", payload: 2 });
  const workflow = workflowOf(
    { a: node([]), b: node(["a.received"]), c: node(["b.received"]) },
    { $cel: "[steps.a.output, steps.b.output, steps.c.output]" },
  );
  expect(await desk.run(workflow).run()).toEqual([
    { received: true, payload: 1 },
    { received: true, payload: 2 },
    { received: false },
  ]);
});

test("events that nobody waits for are kept up to a bound, the oldest goes first", async () => {
  const desk = new Desk();
  for (let n = 0; n < 130; n++) await desk.waits.deliver({ name: "paid", key: "7", payload: n });
  const node = workflowOf({ a: { use: "core/event", with: { name: "paid", key: "7" } } }, { $cel: "steps.a.output.payload" });
  expect(await desk.run(node).run()).toBe(30);
});

test("a callback counts once, and its address is not in the log", async () => {
  const desk = new Desk();
  const nodes = { ask: { use: "test/write", with: { answerTo: { $cel: "callback.url" } } } };
  const workflow = workflowOf({ c: { use: "core/callback", with: { nodes, expires: "1h" } } }, { $cel: "steps.c.output" });
  const verdicts: string[] = [];
  const meanwhile: Meanwhile[] = [
    async ({ waits, world }) => {
      const [call] = world.calls;
      const { answerTo } = (call as OperationCall).input as { answerTo: string };
      expect(answerTo).toMatch(/^https:\/\/flows\.example\/callbacks\/secret-\d+$/);
      const token = answerTo.split("/").at(-1) ?? "";
      for (const each of ["nobody", token, token])
        verdicts.push(await waits.callBack(each, { answerId: "x", payload: { ok: true } }));
    },
  ];
  expect(await desk.run(workflow, { meanwhile }).run()).toEqual({ received: true, payload: { ok: true } });
  expect(verdicts).toEqual(["unknown", "taken", "repeated"]);
  expect(JSON.stringify(desk.log.events)).not.toMatch(/callbacks\/secret/);
});

test("a form gives what was filled in, and who did", async () => {
  const desk = new Desk();
  const schema = { type: "object", properties: { iban: { type: "string" } }, required: ["iban"] };
  const workflow = workflowOf({ f: { use: "core/form", with: { title: "Bank", schema } } }, { $cel: "steps.f.output" });
  const fill: Meanwhile = async ({ waits, ...desk }) => {
    const [wait] = await waits.list();
    expect(wait?.task).toMatchObject({ title: "Bank", schema });
    await waits.answer(wait?.id ?? "", { answerId: "1", by: "ada", payload: { iban: "DE1" } });
    return desk;
  };
  expect(await desk.run(workflow, { meanwhile: [fill] }).run()).toEqual({ submitted: true, data: { iban: "DE1" }, by: "ada" });
});

test("in check mode nothing is waited for", async () => {
  const desk = new Desk();
  expect(await desk.run(approval(), { dryRun: true }).run()).toEqual({ decision: "approved", votes: [] });
  expect(await desk.waits.list()).toEqual([]);
});

test("without a store the node fails, and says what is missing", async () => {
  const { createInterpreter } = await import("../../src/index.ts");
  const { JournalEngine } = await import("../support/journal-engine.ts");
  const { World } = await import("../support/world.ts");
  const program = () => createInterpreter({ operations: new World(), workflows: { get: async () => approval() } });
  const engine = new JournalEngine(program, "run-1", { abi: 1, workflowHash: "h", trigger: {} });
  await expect(engine.run()).rejects.toMatchObject({ code: "MISCONFIGURED" });
});
