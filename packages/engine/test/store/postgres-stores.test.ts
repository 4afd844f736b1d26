// Pins: see store-contract.ts; and that a run which waits for people and events in its branches and loops goes on after a restart, without
// doing again what it had done.
import type { Json } from "@mortise/contract";
import { createInterpreter, type Workflow } from "@mortise/workflow";
import { afterAll, expect, it } from "vitest";
import { type DbosEngine, dbosEngine } from "../../src/index.ts";
import { storeContract } from "../store-contract.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());
const engineOn = () => dbosEngine({ dataDir: folder.path }, { write: () => {} });

storeContract("dbos", engineOn);

const write = (after: readonly string[]) => ({ use: "test/write", with: { n: { $cel: "item" } }, after });
const approvals: Workflow = {
  format: "mortise.workflow/1",
  name: "Approvals",
  trigger: { use: "manual" },
  nodes: {
    first: { use: "test/write", with: { n: 0 } },
    paid: { use: "core/event", with: { name: "paid", key: "42", expires: "40d" }, after: ["first"] },
    each: {
      use: "core/for-each",
      after: ["first"],
      with: {
        items: [1, 2, 3],
        concurrency: 3,
        nodes: {
          before: { use: "test/write", with: { n: { $cel: "item" } } },
          ok: {
            use: "core/approval",
            after: ["before"],
            with: { title: { $text: "Item ${item}?" }, expires: "40d" },
          },
          yes: write(["ok.approved"]),
          no: write(["ok.rejected"]),
        },
        collect: { $cel: "steps.ok.output.decision" },
      },
    },
    end: { use: "core/wait", with: { for: "1s" }, after: ["each", "paid.received"] },
  },
  output: { $cel: "{'each': steps.each.output.results, 'paid': steps.paid.output.payload}" },
};

it("waits for people and events in branches and loops across restarts, and does nothing twice", async () => {
  const calls: string[] = [];
  const open = async (): Promise<DbosEngine> => {
    const engine = await engineOn();
    await engine.graphs.put("approvals", approvals);
    await engine.open(
      createInterpreter({
        operations: {
          call: async ({ stepPath, input }) => {
            calls.push(stepPath);
            return { outcome: "success", output: input, meta: { attempts: 1, waitMs: 0, durationMs: 0 } };
          },
          readPage: () => Promise.reject(new Error("no stream")),
          describe: () => ({ effect: "update", repeatable: true }),
        },
        workflows: engine.graphs,
        ...engine.stores,
      }),
    );
    return engine;
  };
  let engine = await open();
  const restart = async () => {
    await engine.close();
    engine = await open();
  };
  const vote = async (title: string, approved: boolean) => {
    const found = (await engine.stores.waits.list({ kinds: ["approval"] })).find(({ task }) => task?.title === title);
    expect(await engine.stores.waits.answer(found?.id ?? "", { answerId: title, by: "ada", payload: { approved } })).toBe(
      "taken",
    );
  };
  const waiting = (many: number) =>
    expect
      .poll(async () => [(await engine.status("a"))?.status, (await engine.stores.waits.list({ runId: "a" })).length], {
        timeout: 30_000,
      })
      .toEqual(["waiting", many]);

  await engine.start({ runId: "a", input: { abi: 1, workflowHash: "approvals", trigger: {} } });
  await waiting(4);
  await restart();
  await vote("Item 2?", true);
  await waiting(3);
  await engine.stores.waits.deliver({ name: "paid", key: "42", payload: { amount: 7 } as Json });
  await waiting(2);
  await restart();
  await vote("Item 3?", false);
  await vote("Item 1?", true);
  expect(await engine.result("a", { timeoutMs: 60_000 })).toEqual({
    each: ["approved", "approved", "rejected"],
    paid: { amount: 7 },
  });
  expect([...calls].sort()).toEqual(
    ["each[0]/before", "each[0]/yes", "each[1]/before", "each[1]/yes", "each[2]/before", "each[2]/no", "first"].sort(),
  );
  await engine.close();
});
