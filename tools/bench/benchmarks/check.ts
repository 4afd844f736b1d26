/** `checkWorkflow` of a generated workflow of 100 nodes against reading its text as JSON. */
import { checkWorkflow, type Workflow, type WorkflowNode } from "@mortise/workflow";
import { report } from "../figure.ts";
import { median } from "../quantile.ts";

const NODES = 100;
const ROUNDS = 60;

const nodes: { [name: string]: WorkflowNode } = {
  n0: { use: "core/map", with: { value: [{ id: 1, name: "Ada", cost: 12.5 }] } },
};
for (let index = 1; index < NODES; index++) {
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
const workflow: Workflow = { format: "mortise.workflow/1", name: "Hundred", trigger: { use: "manual" }, nodes };
const text = JSON.stringify(workflow);
const catalogue = { operation: () => undefined, nearest: () => undefined };

const checks: number[] = [];
const reads: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const start = performance.now();
  const document = JSON.parse(text) as Workflow;
  const read = performance.now();
  const { diagnostics } = checkWorkflow(document, catalogue);
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics[0]));
  reads.push(read - start);
  checks.push(performance.now() - read);
}

report([
  {
    what: `checkWorkflow of ${NODES} nodes`,
    unit: "ms",
    value: median(checks),
    baseline: { what: "JSON.parse of the document", value: median(reads) },
  },
]);
