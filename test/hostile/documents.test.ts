// Pins: a document or an expression that stops the process (deep, wide, repeated data), and names that reach an object's prototype.
import { compileExpression, compileValue } from "@mortise/builders";
import files from "@mortise/connector-files";
import type { Json } from "@mortise/contract";
import { memoryEngine, openRunner } from "@mortise/engine";
import { createRegistry } from "@mortise/registry";
import { createRuntime } from "@mortise/runtime";
import { checkWorkflow, parseWorkflow, type Workflow } from "@mortise/workflow";
import { afterEach, describe, expect, it } from "vitest";

const limit = expect.objectContaining({ code: "EXPRESSION_LIMIT" });
const installed = createRegistry([files]);
const registry = { operation: installed.operation, nearest: installed.nearestOperation };
const wrap = (value: string): string =>
  `{"format":"mortise.workflow/1","name":"x","trigger":{"use":"manual"},"nodes":{"m":{"use":"core/map","with":{"value":${value}}}}}`;
const record = (count: number, value: (index: number) => Json = () => 1): { [key: string]: Json } =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value(index)]));
const withNodes = (nodes: object, more: object = {}): string =>
  JSON.stringify({ format: "mortise.workflow/1", name: "x", trigger: { use: "manual" }, nodes, ...more });

/** What is not stopped computes for minutes or until memory ends; the limit is one of computing, whatever else the machine does. */
function within<T>(limitMs: number, act: () => T): T {
  const started = process.threadCpuUsage();
  try {
    return act();
  } finally {
    const { user, system } = process.threadCpuUsage(started);
    expect((user + system) / 1_000).toBeLessThan(limitMs);
  }
}

function check(text: string) {
  const { workflow, diagnostics } = parseWorkflow(text);
  return [...diagnostics, ...(workflow ? checkWorkflow(workflow, registry).diagnostics : [])];
}

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(Object.keys(Object)).toEqual([]);
});

describe("an expression that repeats its data", () => {
  const list = Array.from({ length: 1_000 }, (_, index) => index);
  const scope = { list, big: Array.from({ length: 100_000 }, (_, index) => index), text: "a".repeat(1_000_000) };

  it.each([
    `['lol'].map(a, [a, a, a, a, a, a, a, a, a, a])${".map(a, [a, a, a, a, a, a, a, a, a, a])".repeat(12)}`,
    "list.map(x, text)",
    "list.map(x, big)",
    "[text, text, text, text, text, text, text, text, text].map(a, [a, a, a, a, a, a, a, a, a])",
    "toJson(list.map(x, text)).size()",
    "toJson(list.map(x, big)).size()",
    `{'a': ['lol'].map(a, [a, a, a, a, a, a, a, a, a, a])${".map(a, [a, a, a, a, a, a, a, a, a, a])".repeat(12)}, 't': timestamp('2020-01-01T00:00:00Z')}`,
  ])("is stopped: %s", (source) => {
    within(2_000, () => expect(() => compileExpression(source).evaluate(scope)).toThrow(limit));
  });

  it("is stopped as a record of values, too, however many steps build on each other", () => {
    const doubled = compileValue(Object.fromEntries("abcdefgh".split("").map((key) => [key, { $cel: "x" }])));
    const build = () => {
      let x: Json = { lol: "lol" };
      for (let round = 0; round < 30; round++) x = doubled.evaluate({ x });
    };
    within(3_000, () => expect(build).toThrow(limit));
  });

  it("may pass large data on and select from it", () => {
    expect(compileExpression("[big, big]").evaluate(scope)).toHaveLength(2);
    expect(compileValue({ a: { $cel: "big" }, b: { $cel: "text" } }).evaluate(scope)).toMatchObject({ a: scope.big });
  });
});

describe("a document", () => {
  it.each([300, 1_000, 2_000, 3_000, 10_000, 100_000])("nested %i levels deep is refused with a diagnostic", (depth) => {
    const inner = (levels: number): string =>
      `${'{"n":{"use":"core/for-each","with":{"items":[1],"nodes":'.repeat(levels)}{}${"}}}".repeat(levels)}`;
    for (const text of [
      wrap(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`),
      wrap(`${"[".repeat(depth)}1${"]".repeat(depth)}`),
      wrap('"x"').replace(/"nodes":.*/, `"nodes":${inner(depth)}}`),
      "[".repeat(depth),
      '{"a":'.repeat(depth),
    ]) {
      const found = within(3_000, () => check(text));
      expect(found.some(({ severity }) => severity === "error")).toBe(true);
      for (const { code } of found) expect(["LIMIT_EXCEEDED", "INVALID_JSON"]).toContain(code);
    }
  });

  it("given as an object is refused as well", () => {
    let deep: Json = 1;
    for (let level = 0; level < 10_000; level++) deep = { a: deep };
    const document = { ...JSON.parse(wrap("1")), nodes: { m: { use: "core/map", with: { value: deep } } } } as Workflow;
    expect(parseWorkflow(document).diagnostics).toMatchObject([{ code: "LIMIT_EXCEEDED" }]);
    expect(checkWorkflow(document, registry).diagnostics).toMatchObject([{ code: "LIMIT_EXCEEDED" }]);
  });

  it.each([
    ["10^5 keys in a value", wrap(JSON.stringify(record(100_001)))],
    ["10^5 unknown keys", withNodes({}, record(100_001))],
    ["50,000 unknown keys", withNodes({}, record(50_000))],
    ["50,000 unknown keys of a node", withNodes({ m: { use: "core/map", with: { value: 1 }, ...record(50_000) } })],
    ["10^5 keys that stand twice", wrap("1").replace(/}$/, `,${Array(100_000).fill('"a":1').join(",")}}`)],
    ["20,000 steps", withNodes(record(20_000, () => ({ use: "core/map", with: { value: 1 } })))],
    [
      "10,000 steps in a row",
      withNodes(record(10_000, (i) => ({ use: "core/map", ...(i > 0 ? { after: [`k${i - 1}`] } : {}), with: { value: 1 } }))),
    ],
  ])("with %s is refused in seconds", (_, text) => {
    const found = within(8_000, () => check(text));
    expect(found.some(({ severity }) => severity === "error")).toBe(true);
  });
});

describe.each(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "__defineGetter__"])(
  "the name %s",
  (name) => {
    it("is data as a field, and refused or used as what it is as a step", async () => {
      const text = `{"format":"mortise.workflow/1","name":"x","trigger":{"use":"manual"},"nodes":{
      "${name}":{"use":"core/map","with":{"value":{"${name}":{"polluted":1},"text":{"$text":"\${trigger.body['${name}']}"}}}},
      "after":{"use":"core/map","after":["${name}"],"with":{"value":{"$cel":"steps['${name}'].output"}}}},
      "output":{"$cel":"steps.after.output"}}`;
      const found = check(text);
      const { workflow } = parseWorkflow(text);
      if (found.some(({ severity }) => severity === "error")) {
        for (const { message } of found) expect(message).not.toMatch(/native code|\[object|undefined/);
        return;
      }
      const runtime = createRuntime({ connectors: [files] });
      const runner = await openRunner({ runtime, engine: memoryEngine() });
      const input = JSON.parse(`{"${name}":"here"}`) as Json;
      const end = await runner.run(workflow as Workflow, { input });
      await runner.close();
      await runtime.close();
      expect(end).toMatchObject({ status: "succeeded" });
      expect(JSON.parse(JSON.stringify(end.output))).toEqual(JSON.parse(`{"${name}":{"polluted":1},"text":"here"}`));
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
    });

    it("is no connection, no connector and no operation that exists", async () => {
      const runtime = createRuntime({ connectors: [files], connections: async () => undefined });
      for (const use of [`files/${name}`, `${name}/readCsv`, `${name}/${name}`, `files@${name}/readCsv`]) {
        const result = await runtime.call(use, { input: {} }).catch((error: unknown) => ({ outcome: "thrown", error }));
        expect(["fault", "thrown"]).toContain(result.outcome);
        expect(JSON.stringify(result)).not.toContain("INTERNAL");
      }
      expect(await runtime.call("files/readCsv", { connection: name, input: { path: "x" } })).toMatchObject({
        error: { code: "CONNECTION_NOT_FOUND" },
      });
      const auth = await runtime.call("files/readCsv", {
        connection: { name, connector: "files", auth: name },
        input: { path: "x" },
      });
      expect(auth).toMatchObject({ outcome: "fault" });
      await runtime.close();
    });
  },
);
