// Pins: an import that loses a step, passes off what it could not translate as done, or lets JavaScript of the other tool through.
import { expect, test } from "vitest";
import { checkWorkflow, parseWorkflow } from "../../src/index.ts";
import { importN8n } from "../../src/interchange/index.ts";

const node = (name: string, type: string, parameters: object = {}, more: object = {}) => ({
  id: name,
  name,
  type: `n8n-nodes-base.${type}`,
  typeVersion: 2,
  position: [0, 0],
  parameters,
  ...more,
});
const to = (...targets: string[]) => targets.map((name) => ({ node: name, type: "main", index: 0 }));
const condition = (leftValue: unknown, operation: string, rightValue: unknown) => ({
  conditions: { combinator: "and", conditions: [{ leftValue, rightValue, operator: { type: "string", operation } }] },
});

const lead = {
  name: "New lead",
  nodes: [
    node("Webhook", "webhook", { path: "new lead", httpMethod: "POST" }),
    node("Look up", "httpRequest", {
      method: "GET",
      url: "=https://api.example.com/companies/{{ $json.body.domain.toLowerCase() }}",
      sendQuery: true,
      queryParameters: { parameters: [{ name: "full", value: "true" }] },
    }),
    node("Is large", "if", condition("={{ $json.size }}", "gt", 100)),
    node("Edit", "set", {
      assignments: {
        assignments: [
          { name: "mail", value: "={{ $('Webhook').item.json.body.email }}", type: "string" },
          { name: "greeting", value: '=Hello {{ $node["Look up"].json.name }}, ${100}' },
          { name: "odd", value: "={{ $json.items.map(i => i.id).join(',') }}" },
        ],
      },
    }),
    node(
      "Store",
      "httpRequest",
      { method: "POST", url: "https://crm.example.com/leads", jsonBody: "={{ $json }}" },
      {
        credentials: { httpHeaderAuth: { id: "1", name: "CRM" } },
        onError: "continueRegularOutput",
        retryOnFail: true,
      },
    ),
    node("Script", "code", { jsCode: "return items" }),
    node("Pause", "wait", { amount: 2, unit: "hours" }),
    node("Slack!", "slack", { text: "hi" }),
    node("Note", "stickyNote", { content: "only drawn" }),
  ],
  connections: {
    Webhook: { main: [to("Look up")] },
    "Look up": { main: [to("Is large")] },
    "Is large": { main: [to("Edit"), to("Pause")] },
    Edit: { main: [to("Store")] },
    Store: { main: [to("Script")] },
    Pause: { main: [to("Script", "Slack!")] },
  },
};

test("steps, conditions, paths and texts are taken over, and every node has its place", () => {
  const { workflow, steps } = importN8n(lead);
  expect(parseWorkflow(workflow).diagnostics).toEqual([]);
  expect(workflow.trigger).toEqual({ use: "webhook", with: { path: "new-lead" } });
  expect(workflow.nodes).toMatchObject({
    lookUp: {
      use: "http/get",
      with: { url: { $text: "https://api.example.com/companies/${trigger.body.domain.lowerAscii()}" }, query: { full: "true" } },
    },
    isLarge: { use: "core/branch", after: ["lookUp"], with: { cases: { yes: { $cel: "steps.lookUp.output.body.size > 100" } } } },
    edit: {
      use: "core/set",
      after: ["isLarge.yes"],
      with: {
        fields: {
          mail: { $cel: "trigger.body.email" },
          greeting: { $text: "Hello ${steps.lookUp.output.body.name}, $${100}" },
          odd: "{{ $json.items.map(i => i.id).join(',') }}",
        },
      },
    },
    store: { use: "http/post", onError: "continue", with: { body: { $cel: "steps.edit.output" } } },
    script: { use: "core/fail", after: ["store", "pause"], join: "any" },
    pause: { use: "core/wait", after: ["isLarge.else"], with: { for: "2h" } },
    slack: { use: "core/fail", after: ["pause"] },
  });
  const outcomes = Object.fromEntries(steps.map(({ from, outcome }) => [from, outcome]));
  expect(outcomes).toEqual({
    Webhook: "partly",
    "Look up": "mapped",
    "Is large": "mapped",
    Edit: "partly",
    Store: "partly",
    Script: "to-do",
    Pause: "mapped",
    "Slack!": "to-do",
  });
  expect(steps.find(({ from }) => from === "Edit")?.toDo[0]).toContain("$json.items.map");
});

test("what is imported passes the checker but for what is to do", () => {
  const { workflow } = importN8n(lead);
  const known = { operation: () => undefined, nearest: () => undefined };
  const { diagnostics } = checkWorkflow(workflow, known as never, {});
  const codes = new Set(diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code));
  expect([...codes]).toEqual(["UNKNOWN_OPERATION"]);
});

test("conditions of the older form, a switch and a schedule are read", () => {
  const { workflow } = importN8n({
    name: "Old",
    nodes: [
      node("Cron", "scheduleTrigger", { rule: { interval: [{ field: "days", triggerAtHour: 7, triggerAtMinute: 30 }] } }),
      node(
        "Check",
        "if",
        {
          conditions: {
            string: [{ value1: "={{$json.state}}", operation: "notEqual", value2: "done" }],
            boolean: [{ value1: "={{$json.ok}}", value2: true }],
          },
          combineOperation: "any",
        },
        { typeVersion: 1 },
      ),
      node("Kind", "switch", { value1: "={{$json.kind}}", rules: { rules: [{ value2: "a" }, { value2: "b" }] } }),
      node("End", "stopAndError", { errorMessage: "=Bad {{ $json.kind }}" }),
      node("Nothing", "noOp"),
    ],
    connections: {
      Cron: { main: [to("Check")] },
      Check: { main: [to("Kind"), []] },
      Kind: { main: [to("Nothing"), to("End")] },
    },
  });
  expect(workflow.trigger).toEqual({ use: "schedule", with: { cron: "30 7 * * *" } });
  expect(workflow.nodes).toMatchObject({
    check: { with: { cases: { yes: { $cel: '(trigger.body.state != "done") || (trigger.body.ok == true)' } } } },
    kind: {
      after: ["check.yes"],
      with: { cases: { case1: { $cel: 'trigger.body.kind == "a"' }, case2: { $cel: 'trigger.body.kind == "b"' } } },
    },
    end: { after: ["kind.case2"], with: { message: { $text: "Bad ${trigger.body.kind}" } } },
    nothing: { after: ["kind.case1"] },
  });
});

test("a loop is named as to do, and the circle is not taken over", () => {
  const { workflow, steps } = importN8n({
    name: "Loop",
    nodes: [node("Start", "manualTrigger"), node("Loop", "splitInBatches"), node("Work", "noOp"), node("After", "noOp")],
    connections: { Start: { main: [to("Loop")] }, Loop: { main: [to("After"), to("Work")] }, Work: { main: [to("Loop")] } },
  });
  expect(parseWorkflow(workflow).diagnostics).toEqual([]);
  expect(
    steps
      .filter(({ outcome }) => outcome === "to-do")
      .map(({ from }) => from)
      .sort(),
  ).toEqual(["Loop", "Work"]);
  expect(JSON.stringify(workflow.nodes.work?.after ?? [])).not.toContain("loop");
});

test.each([[null], [{}], [{ nodes: [] }], ["text"], [{ nodes: {}, connections: {} }]])("%j is no export", (value) => {
  expect(() => importN8n(value)).toThrow(expect.objectContaining({ code: "INVALID_DOCUMENT" }));
});

test("names that mean something to JavaScript stay names", () => {
  const { workflow } = importN8n({
    name: "Odd",
    nodes: [
      node("__proto__", "noOp"),
      node("constructor", "toString"),
      node("1st", "noOp"),
      node("Ünïcode step", "noOp"),
      node("stop", "noOp"),
    ],
    connections: {},
  });
  expect(parseWorkflow(workflow).diagnostics).toEqual([]);
  expect(Object.keys(workflow.nodes)).toEqual(["proto", "constructor", "step1st", "unicodeStep", "stop2"]);
});
