// Pins: a node without cases; a node that fails where it should not, or succeeds where it should fail; one that runs although the way
// to it was not taken; one that goes on after the run was cancelled; one that a crash makes do something twice, or come to something else.
import { isMortiseError, type Json } from "@mortise/contract";
import { describe, expect, test } from "vitest";
import { checkWorkflow, coreNodes, type Workflow } from "../../src/index.ts";
import { checkJson } from "../../src/schema/check-json.ts";
import { openCatalogue } from "../support/catalogue.ts";
import { dataCases } from "./cases/data-cases.ts";
import { flowCases } from "./cases/flow-cases.ts";
import { type CasesByNode, inWorld, type NodeCase, type Opened } from "./cases/node-case.ts";
import { stateCases } from "./cases/state-cases.ts";

const CASES: CasesByNode = { ...flowCases, ...dataCases, ...stateCases };

const open = ({ open: opens = inWorld() }: NodeCase, workflow: Workflow): Opened => opens(workflow);

type End = { readonly output: Json } | { readonly code: string };

async function endOf(run: Promise<Json>): Promise<End> {
  try {
    return { output: await run };
  } catch (thrown) {
    if (!isMortiseError(thrown)) throw thrown;
    return { code: thrown.code };
  }
}

test("every node has cases, and every case is of a node", () => {
  expect(Object.keys(CASES).sort()).toEqual(coreNodes.map(({ spec }) => spec.use).sort());
});

for (const [use, { success, failure, more = {} }] of Object.entries(CASES)) {
  const all: { readonly [title: string]: NodeCase } = { "where it succeeds": success, ...more };
  if ("workflow" in failure) Object.assign(all, { "where it fails": failure });

  describe(use, () => {
    for (const [title, each] of Object.entries(all)) {
      test(`${title}: it comes to what it should`, async () => {
        expect(await endOf(open(each, each.workflow).engine.run())).toEqual(each.comesTo);
      });

      test(`${title}: the checker lets it pass, and knows the type of what it gives`, async () => {
        const { workflow, comesTo } = each;
        const { diagnostics, types } = checkWorkflow(workflow, openCatalogue);
        if ("output" in comesTo) expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
        const end = await endOf(open(each, { ...workflow, output: { $cel: "steps.x.output" } }).engine.run());
        if ("output" in end && end.output !== null && !endsRun(workflow))
          expect(checkJson(end.output, types.nodes.x?.output ?? true)).toEqual([]);
      });

      test(`${title}: a crash at any call repeats nothing that was done, and changes nothing`, async () => {
        const { workflow, comesTo } = each;
        const undisturbed = open(each, workflow).engine;
        await endOf(undisturbed.run());
        for (const k of callsOf(undisturbed.calls)) {
          const { engine } = open(each, workflow);
          engine.killAt = k;
          expect(await endOf(engine.runThroughKills()), `killed at ${k}`).toEqual(comesTo);
          expect(new Set(engine.executed).size, `killed at ${k}`).toBe(engine.executed.length);
          if (!each.differs) expect(new Set(engine.executed), `killed at ${k}`).toEqual(new Set(undisturbed.executed));
        }
      });

      test(`${title}: a cancel at any call ends the run, and nothing is done afterwards`, async () => {
        const { workflow } = each;
        const undisturbed = open(each, workflow).engine;
        await endOf(undisturbed.run());
        for (const k of callsOf(undisturbed.calls)) {
          const { engine, calls } = open(each, workflow);
          engine.cancelAt = k;
          let before: number | undefined;
          engine.onCancel = () => {
            before ??= calls().length;
          };
          expect(await endOf(engine.run()), `cancelled at ${k}`).toEqual({ code: "RUN_CANCELLED" });
          expect(calls().length, `cancelled at ${k}`).toBe(before);
        }
      });
    }

    test("where the way to it was not taken it is skipped, visibly, with all that is inside of it", async () => {
      const { x = { use }, ...others } = success.workflow.nodes;
      const gate = { use: "core/branch", with: { cases: { go: false } } };
      const workflow: Workflow = {
        ...success.workflow,
        nodes: { gate, x: { ...x, after: ["gate.go"] }, ...others },
        output: { $cel: "steps.x.status" },
      };
      const { engine, log, calls } = open(success, workflow);
      expect(await engine.run()).toBe("skipped");
      const steps = log.events.flatMap((event) => (event.kind === "step" ? [event] : []));
      expect(steps.filter(({ path }) => path === "x")).toMatchObject([{ status: "skipped" }]);
      expect(steps.filter(({ path }) => /^x[/[]/.test(path))).toEqual([]);
      expect(calls()).toEqual([]);
    });
  });
}

/** Every call of a short run; of a long one the first, the last, and some between. */
function callsOf(count: number): readonly number[] {
  const all = Array.from({ length: count }, (_, i) => i + 1);
  return count <= 40 ? all : all.filter((k) => k <= 8 || k > count - 8 || k % Math.ceil(count / 12) === 0);
}

/** Whether what the run returns may be of a step that ended it. */
function endsRun(workflow: Workflow): boolean {
  return JSON.stringify(workflow.nodes).includes('"core/stop"');
}
