// Pins: a workflow that the checker lets pass and that fails in the run for what the checker promises to find: a name that is not there,
// a value of the wrong type, an input that the operation refuses, nodes that wait for each other; a type that is not what a node comes to;
// and personal data at a place that the policy's check has not seen. MORTISE_RANDOM_GRAPHS=10000 runs as many graphs; absent: 500.
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkWorkflow, type DataPolicy, walkNodes } from "../../src/index.ts";
import { vendorCatalogue } from "./fake-vendor.ts";
import { WorkflowWriter } from "./random-workflow.ts";
import { brokenPromises, runRandom } from "./run-random.ts";

const GRAPHS = Number(process.env.MORTISE_RANDOM_GRAPHS ?? 500);
const PART = 250;

const POLICY: DataPolicy = { rules: [{ name: "no personal data", classes: ["personal"], effect: "approve" }] };

/** Numbers in [0, 1), always the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const again = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((again ^ (again >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test(`of ${GRAPHS.toLocaleString("en")} random graphs, none that passes fails for what the checker promises to find`, async () => {
  let passed = 0;
  let nodes = 0;
  let risky = 0;
  const uses = new Set<string>();
  const property = fc.asyncProperty(fc.noBias(fc.nat()), async (seed) => {
    const random = randomOf(seed);
    const workflow = new WorkflowWriter((limit) => Math.floor(random() * limit), 14).workflow();
    const { diagnostics, types } = checkWorkflow(workflow, vendorCatalogue, { policy: POLICY });
    if (diagnostics.some(({ severity }) => severity === "error")) return;
    passed++;
    if (diagnostics.some(({ severity }) => severity === "info")) risky++;
    for (const { node } of walkNodes(workflow.nodes)) uses.add(String(node.use));
    nodes += Object.keys(types.nodes).length;
    const wrong = brokenPromises(workflow, diagnostics, types.nodes, await runRandom(workflow));
    if (wrong.length > 0) throw new Error(`${wrong.join("\n")}\n${JSON.stringify(workflow)}`);
  });
  // In parts: what one assertion has run is held until it ends.
  for (let done = 0; done < GRAPHS; done += PART)
    await fc.assert(property, { numRuns: Math.min(PART, GRAPHS - done), seed: 7 + done, endOnFailure: true });
  console.log(
    `random graphs: ${GRAPHS}, passed by the checker ${passed} (${nodes} nodes, ${uses.size} kinds), of these with a risk told ${risky}`,
  );
  expect(passed).toBeGreaterThan(GRAPHS / 10);
}, 7_200_000);
