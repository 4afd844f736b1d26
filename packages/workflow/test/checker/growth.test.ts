// Pins: a checker whose time grows with the square of the number of steps, so that large workflows can no longer be edited.
import { expect, test } from "vitest";
import { checkWorkflow, parseWorkflow, type Workflow } from "../../src/index.ts";
import { catalogue } from "../support/catalogue.ts";
import { workflowOf } from "../support/world.ts";

const SMALL = 400;
const LARGE = 4 * SMALL;
const ROUNDS = 5;

/** A chain in which every step reads the one before it, with branches that join again. */
function chain(size: number): Workflow {
  const nodes: { [name: string]: object } = { n0: { use: "core/map", with: { value: { n: 1, text: "a" } } } };
  for (let i = 1; i < size; i++) {
    const before = `n${i - 1}`;
    const value = { n: { $cel: `steps.${before}.output.n + 1` }, text: { $text: `\${steps.${before}.output.text}!` } };
    nodes[`n${i}`] = { use: "core/map", after: i % 5 === 0 ? [before, `n${i - 4}`] : [before], with: { value } };
  }
  return workflowOf(nodes);
}

/** CPU of this thread for one check, ms: what else the machine does counts little. */
function cost(workflow: Workflow): number {
  const start = process.threadCpuUsage();
  const { workflow: parsed } = parseWorkflow(workflow);
  const { diagnostics } = checkWorkflow(parsed as Workflow, catalogue);
  expect(diagnostics).toEqual([]);
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1_000;
}

test("four times as many steps take about four times as long", () => {
  const [small, large] = [chain(SMALL), chain(LARGE)];
  cost(small);
  const rounds = Array.from({ length: ROUNDS }, () => [cost(structuredClone(small)), cost(structuredClone(large))] as const);
  const least = (at: 0 | 1) => Math.min(...rounds.map((round) => round[at]));
  const growth = least(1) / least(0);
  console.log(
    `check of ${SMALL} steps ${least(0).toFixed(0)} ms CPU, of ${LARGE} ${least(1).toFixed(0)} ms: ${growth.toFixed(1)} times as long`,
  );
  // With the square of their number it would be 16 times as long.
  expect(growth).toBeLessThan(9);
});

test("two thousand steps are taken, and one more is not", () => {
  const { diagnostics } = checkWorkflow(chain(2_001), catalogue);
  expect(diagnostics).toMatchObject([{ code: "LIMIT_EXCEEDED" }]);
});
