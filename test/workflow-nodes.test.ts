// Pins: nodes that steer and that work on the journal of the interpreter's own tests, and not on the durable engine: further strands of a
// long loop, bodies beside each other, a stop from inside of them, a workflow inside of a workflow, and a cancel that reaches all of them.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dbosEngine, openRunner, postgresRunLog, type Runner } from "@mortise/engine";
import { createRuntime } from "@mortise/runtime";
import type { RunEvent, Workflow } from "@mortise/workflow";
import { afterAll, beforeAll, expect, test } from "vitest";

const runtime = createRuntime({ connectors: [], connections: async () => undefined });
let folder: string;
let runner: Runner;

const workflow = (nodes: object, output: object = {}): Workflow =>
  ({ format: "mortise.workflow/1", name: "Nodes", trigger: { use: "manual" }, nodes, output }) as unknown as Workflow;
const metric = (more: object = {}) => ({ use: "core/metric", with: { name: "n" }, ...more });
const endless = workflow({ t: { use: "core/wait", with: { for: "40d" } } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortise-nodes-"));
  const engine = await dbosEngine({ dataDir: folder });
  const revisions = async (name: string) =>
    name === "Endless@1" ? endless : name === "Id@1" ? workflow({ m: metric() }, { $cel: "run.id" }) : undefined;
  runner = await openRunner({ runtime, engine, runLog: postgresRunLog(engine.pool), revisions });
}, 120_000);
afterAll(async () => {
  await runner?.close();
  await runtime.close();
  await rm(folder, { recursive: true, force: true });
});

async function eventsOf(runId: string): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const { event } of runner.events(runId)) events.push(event);
  return events;
}

test("a loop of more rounds than a strand has hands its state on from strand to strand", async () => {
  const loop = { times: 105, initial: 0, nodes: { m: metric() }, next: { $cel: "state + 1" }, collect: { $cel: "index" } };
  const nodes = { l: { use: "core/loop", with: loop } };
  const { output } = await runner.run(workflow(nodes, { $cel: "[steps.l.output.state, size(steps.l.output.results)]" }));
  expect(output).toEqual([105, 105]);
});

test("bodies run beside each other, and a stop in one of them ends the run when all have ended", async () => {
  const nodes = {
    p: {
      use: "core/parallel",
      with: {
        branch1: {
          a: metric(),
          s: { use: "core/stop", after: ["a"], with: { output: "early" } },
          late: metric({ after: ["s"] }),
        },
        branch2: { b: metric(), c: metric({ after: ["b"] }) },
      },
    },
    after: metric({ after: ["p"] }),
  };
  expect(await runner.run(workflow(nodes), { runId: "stopped" })).toMatchObject({ status: "succeeded", output: "early" });
  const steps = (await eventsOf("stopped")).flatMap((event) => (event.kind === "step" ? [`${event.path} ${event.status}`] : []));
  expect(steps.toSorted()).toEqual([
    "after skipped",
    "p succeeded",
    "p/a succeeded",
    "p/b succeeded",
    "p/c succeeded",
    "p/late skipped",
    "p/s succeeded",
  ]);
});

test("a workflow inside of a workflow has a run id and a log of its own", async () => {
  const nodes = { x: { use: "core/sub-workflow", with: { workflow: "Id@1" } } };
  expect(await runner.run(workflow(nodes, { $cel: "steps.x.output" }), { runId: "outer" })).toMatchObject({ output: "outer/x" });
  expect((await eventsOf("outer/x")).map(({ kind }) => kind)).toEqual(["run-started", "step", "run-ended"]);
});

test("a run that waits for days inside of another workflow, in a branch, is cancelled with all of it", async () => {
  const inner = { x: { use: "core/sub-workflow", with: { workflow: "Endless@1" } } };
  const nodes = { p: { use: "core/parallel", with: { branch1: inner, branch2: { b: metric() } } } };
  await runner.start(workflow(nodes), { runId: "cancelled" });
  const seen: string[] = [];
  for await (const { event } of runner.events("cancelled/p/x")) {
    seen.push(event.kind === "step" ? event.status : event.kind);
    if (event.kind === "step" && event.status === "waiting") break;
  }
  expect(seen.at(-1)).toBe("waiting");
  await runner.cancel("cancelled");
  expect(await runner.result("cancelled")).toMatchObject({ status: "cancelled" });
});
