/**
 * `checkWorkflow` of generated workflows of 100 to 2,000 nodes, against reading the text as JSON and checking its shape, and what one node
 * costs against what it costs in a workflow of 100.
 */
import { checkWorkflow, parseWorkflow, type Workflow, type WorkflowNode } from "@mortise/workflow";
import { type Figure, report } from "../figure.ts";
import { median } from "../quantile.ts";

const SIZES = [100, 200, 1_000, 2_000];
/** Nodes that are checked in all, for each size. */
const WORK = 10_000;

const catalogue = { operation: () => undefined, nearest: () => undefined };

/** A chain of maps with three transformers each. */
function chain(size: number): Workflow {
  const nodes: { [name: string]: WorkflowNode } = {
    n0: { use: "core/map", with: { value: [{ id: 1, name: "Ada", cost: 12.5 }] } },
  };
  for (let index = 1; index < size; index++) {
    const before = `n${index - 1}`;
    nodes[`n${index}`] = {
      use: "core/map",
      after: [before],
      with: {
        value: {
          $map: [
            { from: { $cel: `steps.${before}.output` } },
            { filter: { where: { $cel: "row.cost > 0" } } },
            { set: { fields: { id: { $cel: "row.id + 1" }, note: { $text: "${row.name}: ${row.cost}" } } } },
          ],
        },
      },
    };
  }
  return { format: "mortise.workflow/1", name: "Chain", trigger: { use: "manual" }, nodes };
}

function measured(size: number): { readonly readMs: number; readonly checkMs: number } {
  const text = JSON.stringify(chain(size));
  const reads: number[] = [];
  const checks: number[] = [];
  for (let round = 0; round < Math.max(4, WORK / size); round++) {
    const start = performance.now();
    const { workflow } = parseWorkflow(JSON.parse(text));
    const read = performance.now();
    const { diagnostics } = checkWorkflow(workflow as Workflow, catalogue);
    const done = performance.now();
    if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics[0]));
    if (round === 0) continue;
    reads.push(read - start);
    checks.push(done - read);
  }
  return { readMs: median(reads), checkMs: median(checks) };
}

const sizes = SIZES.map((size) => ({ size, ...measured(size) }));
const microsOf = ({ checkMs, size }: (typeof sizes)[number]) => (checkMs * 1_000) / size;
const [smallest] = sizes;
const figures = sizes.flatMap((each): readonly Figure[] => [
  {
    what: `checkWorkflow of ${each.size.toLocaleString("en")} nodes`,
    unit: "ms",
    value: each.checkMs,
    baseline: { what: "JSON.parse and the shape", value: each.readMs },
  },
  ...(smallest === undefined || each === smallest
    ? []
    : [
        {
          what: `one node of ${each.size.toLocaleString("en")}`,
          unit: "µs",
          value: microsOf(each),
          baseline: { what: `one of ${smallest.size}`, value: microsOf(smallest) },
        },
      ]),
]);
report(figures);
