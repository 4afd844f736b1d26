// Pins: code of a workflow that reaches the host, a network or a file; one that never ends; one whose answer nobody checks; and metric
// steps, answers and sub-workflows that work in the interpreter's own tests and not on an engine.
import { memoryEngine, openRunner, type Runner } from "@mortise/engine";
import { createRuntime } from "@mortise/runtime";
import { codeRunner, createSandbox } from "@mortise/sandbox";
import type { WebhookAnswer, Workflow } from "@mortise/workflow";
import { afterAll, beforeAll, expect, test } from "vitest";

const sandbox = createSandbox();
const runtime = createRuntime({ connectors: [], connections: async () => undefined });
const answers = new Map<string, WebhookAnswer>();
let runner: Runner;

const workflow = (nodes: object, output: object = { $cel: "steps.x.output" }, schema: object = {}): Workflow =>
  ({
    format: "mortise.workflow/1",
    name: "Code",
    trigger: { use: "manual", with: { schema } },
    nodes,
    output,
  }) as unknown as Workflow;
const code = (source: string, more: object = {}) =>
  runner.run(workflow({ x: { use: "core/code", with: { source, outputSchema: {}, ...more } } }));

const child = workflow(
  { answer: { use: "core/respond", with: { status: 201, body: { $cel: "trigger.body.n" } } } },
  { $text: "${run.id}" },
  { type: "object", properties: { n: { type: "integer" } }, required: ["n"] },
);

beforeAll(async () => {
  runner = await openRunner({
    runtime,
    engine: memoryEngine(),
    code: codeRunner(sandbox),
    answers: {
      answer: async (runId, answer) => {
        if (answers.has(runId)) return false;
        answers.set(runId, answer);
        return true;
      },
    },
    revisions: async (reference) => (reference === "Child@2" ? child : undefined),
  });
});
afterAll(async () => {
  await runner.close();
  await runtime.close();
  await sandbox.close();
});

test("code computes from its input, as a plain script or with await", async () => {
  const input = { a: 2, b: 3 };
  expect(await code("return { sum: input.a + input.b };", { input })).toMatchObject({ output: { sum: 5 } });
  expect(await code("const n = await Promise.resolve(4);\nreturn n;")).toMatchObject({ output: 4 });
});

test("code reaches nothing: no host object, no network, no file, no module", async () => {
  const names = "['fetch', 'process', 'require', 'WebSocket', 'XMLHttpRequest', 'Deno', 'Bun', 'setTimeout', 'std', 'os']";
  expect(await code(`return ${names}.filter((name) => typeof globalThis[name] !== "undefined");`)).toMatchObject({ output: [] });
  expect(await code("return this.constructor.constructor('return typeof process')();")).not.toMatchObject({ output: "object" });
  expect(await code('return await import("node:fs");')).toMatchObject({ status: "failed" });
  expect(await code("} return 1; async function other() {")).not.toMatchObject({ output: { process: expect.anything() } });
});

test("code that throws, never ends or gives what was not declared fails its step", async () => {
  expect(await code("throw new Error('no stock');")).toMatchObject({ error: { code: "CODE_FAILED" } });
  expect(await code("for (;;) {}", { timeout: "200ms" })).toMatchObject({
    error: { code: expect.stringMatching(/^(CODE_TIMEOUT|LIMIT_EXCEEDED)$/) },
  });
  expect(await code("return '5';", { outputSchema: { type: "integer" } })).toMatchObject({ error: { code: "INVALID_OUTPUT" } });
  const inputSchema = { type: "object", required: ["a"] };
  const wrong = { source: "return 1;", outputSchema: {}, inputSchema, input: { $cel: "trigger.body" } };
  expect(await runner.run(workflow({ x: { use: "core/code", with: wrong } }))).toMatchObject({
    error: { code: "INVALID_INPUT" },
  });
});

test("another workflow runs under an id of its own, answers for the one around it, and takes only its own input", async () => {
  const sub = (input: object) => workflow({ x: { use: "core/sub-workflow", with: { workflow: "Child@2", input } } });
  expect(await runner.run(sub({ n: 7 }), { runId: "run-a" })).toMatchObject({ output: "run-a/x" });
  expect(answers.get("run-a")).toEqual({ status: 201, headers: {}, body: 7 });
  expect(await runner.run(sub({ n: "7" }))).toMatchObject({ error: { code: "INVALID_INPUT" } });
  const kinds: string[] = [];
  for await (const { event } of runner.events("run-a/x")) kinds.push(event.kind === "step" ? event.status : event.kind);
  expect(kinds).toEqual(["run-started", "succeeded", "run-ended"]);
});

test("a cancel of the run ends the other workflow inside of it, in the log too", async () => {
  const waiting = workflow({ t: { use: "core/wait", with: { for: "30s" } } });
  const inner = await openRunner({ runtime, engine: memoryEngine(), revisions: async () => waiting });
  const outer = workflow({ x: { use: "core/sub-workflow", with: { workflow: "Waiting@1" } } });
  await inner.start(outer, { runId: "run-b" });
  const statuses: string[] = [];
  for await (const { event } of inner.events("run-b/x")) {
    if (event.kind === "step" && event.status === "waiting") await inner.cancel("run-b");
    if (event.kind === "run-ended") statuses.push(event.status);
  }
  expect(statuses).toEqual(["cancelled"]);
  expect(await inner.result("run-b")).toMatchObject({ status: "cancelled" });
  await inner.close();
});
