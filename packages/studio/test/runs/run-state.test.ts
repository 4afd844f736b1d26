// Pins: a canvas that shows a step as done while it still runs, or hides a failure inside a loop.
import type { RunEvent } from "@mortise/workflow";
import { expect, test } from "vitest";
import { applyEvent, emptyRun, formatDuration, nodeStatuses } from "../../src/runs/run-state.ts";

const step = (path: string, node: string, status: "running" | "succeeded" | "failed", more: object = {}): RunEvent => ({
  kind: "step",
  runId: "r",
  path,
  node,
  use: "core/map",
  status,
  atMs: 100,
  ...more,
});
const fold = (...events: RunEvent[]) => events.reduce(applyEvent, emptyRun("r"));

test("One failure among many executions marks the node as failed, unless one still runs.", () => {
  const events = [
    step("l[0]/a", "/nodes/l/with/nodes/a", "succeeded"),
    step("l[1]/a", "/nodes/l/with/nodes/a", "failed"),
    step("l[2]/a", "/nodes/l/with/nodes/a", "succeeded"),
  ];
  expect(nodeStatuses(fold(...events))["/nodes/l/with/nodes/a"]).toMatchObject({ status: "failed", executions: 3, failed: 1 });
  expect(nodeStatuses(fold(...events, step("l[3]/a", "/nodes/l/with/nodes/a", "running")))["/nodes/l/with/nodes/a"]?.status).toBe(
    "running",
  );
});

test("The same event twice changes nothing.", () => {
  const done = step("a", "/nodes/a", "succeeded", { durationMs: 40, atMs: 140 });
  expect(fold(done, done)).toEqual(fold(done));
  expect(fold(done).steps.a?.startedAtMs).toBe(100);
});

test("A loop that is first seen at its end started when its event says, another step its duration earlier.", () => {
  const loop: RunEvent = {
    kind: "step",
    runId: "r",
    path: "l",
    node: "/nodes/l",
    use: "core/for-each",
    status: "succeeded",
    atMs: 100,
    durationMs: 500,
  };
  expect(fold(loop).steps.l?.startedAtMs).toBe(100);
});

test("Durations are words for people.", () => {
  expect([12, 2_400, 185_000, 7_260_000].map(formatDuration)).toEqual(["12 ms", "2.4 s", "3 min 5 s", "2 h 1 min"]);
});
