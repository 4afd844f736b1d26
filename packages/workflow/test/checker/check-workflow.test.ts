// Pins: a fault that a run would meet first, a diagnostic without place or way out, and a checker that throws.
import type { Diagnostic } from "@mortise/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type CheckedWorkflow, checkWorkflow, parseWorkflow, type Workflow } from "../../src/index.ts";
import { applyPatch } from "../support/apply-patch.ts";
import { catalogue } from "../support/catalogue.ts";
import { workflowOf } from "../support/world.ts";

const LEAD = {
  use: "webhook",
  with: {
    schema: { type: "object", properties: { email: { type: "string" }, age: { type: "integer" } }, required: ["email", "age"] },
  },
};
const ENRICH = { use: "acme@1/findCompany", connection: "crm", with: { domain: { $cel: "trigger.body.email.split('@')[1]" } } };
const map = (cel: string, after?: readonly string[]) => ({
  use: "core/map",
  ...(after && { after }),
  with: { value: { $cel: cel } },
});

function check(nodes: object, more: object = {}): CheckedWorkflow {
  const workflow = { ...workflowOf(nodes), trigger: LEAD, ...more } as unknown as Workflow;
  return checkWorkflow(workflow, catalogue, { connections: ["crm"] });
}

function only(nodes: object, more?: object): Diagnostic {
  const { diagnostics } = check(nodes, more);
  expect(diagnostics, JSON.stringify(diagnostics)).toHaveLength(1);
  return diagnostics[0] as Diagnostic;
}

/** Applies the fix and expects that nothing is left to say. */
function mends(nodes: object, found: Diagnostic): void {
  const mended = applyPatch(workflowOf(nodes) as object, found.fix?.patch ?? []) as Workflow;
  expect(found.fix?.patch).toBeDefined();
  expect(check(mended.nodes).diagnostics).toEqual([]);
}

test("a sound workflow has no diagnostic, and the types of all its nodes", () => {
  const { diagnostics, types } = check(
    {
      enrich: ENRICH,
      big: { use: "core/branch", after: ["enrich"], with: { cases: { large: { $cel: "steps.enrich.output.size > 100" } } } },
      create: {
        use: "acme@1/createContact",
        connection: "crm",
        after: ["big.large", "big.else"],
        join: "any",
        with: { email: { $cel: "trigger.body.email" }, stage: "lead" },
      },
    },
    { output: { $cel: "steps.enrich.output.size + 1" } },
  );
  expect(diagnostics).toEqual([]);
  expect(types.nodes.big?.output).toMatchObject({ properties: { case: { enum: ["large", "else"] } } });
  expect(types.nodes.create?.scope).toMatchObject({
    properties: {
      trigger: {},
      run: {},
      steps: { properties: { enrich: { properties: { output: { required: ["id", "size"] } } }, big: {} } },
    },
  });
});

test("a misspelt operation, core node, node, way out and connection each name the nearest one, and the fix mends it", () => {
  const cases: readonly (readonly [object, string, string])[] = [
    [{ a: { ...ENRICH, use: "acme@1/findCompny" } }, "UNKNOWN_OPERATION", "/nodes/a/use"],
    [{ a: { ...map("1"), use: "core/mpa" } }, "UNKNOWN_NODE", "/nodes/a/use"],
    [{ first: map("1"), b: map("2", ["frist"]) }, "UNKNOWN_NODE", "/nodes/b/after/0"],
    [
      { pick: { use: "core/branch", with: { cases: { large: true } } }, b: map("2", ["pick.lrage"]) },
      "UNKNOWN_NODE",
      "/nodes/b/after/0",
    ],
    [{ first: map("1"), b: map("2", ["first.else"]) }, "UNKNOWN_NODE", "/nodes/b/after/0"],
    [{ a: { ...ENRICH, connection: "crn" } }, "CONNECTION_NOT_FOUND", "/nodes/a/connection"],
    [{ a: { ...ENRICH, connection: undefined } }, "MISSING_CONNECTION", "/nodes/a"],
    [{ a: { ...ENRICH, onError: "noify" }, notify: map("error.message") }, "UNKNOWN_NODE", "/nodes/a/onError"],
  ];
  for (const [nodes, code, path] of cases) {
    const [found, ...rest] = check(JSON.parse(JSON.stringify(nodes))).diagnostics.filter((each) => each.severity === "error");
    expect(found, code).toMatchObject({ code, path });
    expect(rest.filter((each) => each.code === code)).toEqual([]);
    mends(JSON.parse(JSON.stringify(nodes)), found as Diagnostic);
  }
});

test("a circle is named in order, and the fix cuts it", () => {
  const nodes = { a: map("1", ["c"]), b: map("1", ["a"]), c: map("1", ["b"]) };
  const found = only(nodes);
  expect(found).toMatchObject({ code: "CYCLIC_GRAPH" });
  expect(found.message).toMatch(/"a" → "b" → "c"|"b" → "c" → "a"|"c" → "a" → "b"/);
  mends(nodes, found);
  expect(only({ a: map("1", ["a"]) })).toMatchObject({ code: "CYCLIC_GRAPH", message: expect.stringContaining("itself") });
});

test("a node that can never run says why", () => {
  const pick = { use: "core/branch", with: { cases: { yes: { $cel: "trigger.body.age > 1" } } } };
  const both = { pick, y: map("1", ["pick.yes"]), n: map("1", ["pick.else"]), j: map("1", ["y", "n"]) };
  const found = only(both);
  expect(found).toMatchObject({ code: "UNREACHABLE_NODE", path: "/nodes/j" });
  mends(both, found);
  expect(only({ f: { use: "core/fail", with: { message: "no" } }, x: map("1", ["f"]) })).toMatchObject({
    code: "UNREACHABLE_NODE",
    path: "/nodes/x",
  });
});

test("two nodes of one name are told, wherever they are", () => {
  const nodes = { a: map("1"), l: { use: "core/for-each", with: { items: [1], nodes: { a: map("item") } } } };
  const found = only(nodes);
  expect(found).toMatchObject({ code: "DUPLICATE_NAME", path: "/nodes/l/with/nodes/a" });
  mends(nodes, found);
});

test("an expression sees only nodes that have surely settled, and the fix lets it wait for the other", () => {
  const nodes = { a: map("1"), b: map("steps.a.output + 1") };
  const found = only(nodes);
  expect(found).toMatchObject({ code: "EXPRESSION_UNKNOWN_NAME", path: "/nodes/b/with/value" });
  mends(nodes, found);
  const inBody = { a: map("1"), l: { use: "core/for-each", with: { items: [1], nodes: { b: map("steps.a.output + item") } } } };
  const inside = only(inBody);
  expect(inside.fix?.patch).toEqual([{ op: "add", path: "/nodes/l/after", value: ["a"] }]);
  mends(inBody, inside);
  expect(only({ a: map("steps.b.output"), b: map("1", ["a"]) }).message).toContain("runs after");
  expect(only({ a: map("steps.nosuch.output") })).toMatchObject({ code: "UNKNOWN_NODE" });
  expect(only({ a: map("steps.a.output") }).message).toContain("own result");
  const body = { l: { use: "core/for-each", with: { items: [1], nodes: { b: map("1") } } }, c: map("steps.b.output", ["l"]) };
  expect(only(body).fix?.title).toContain("collect");
});

test("what may have been skipped may be null, what surely ran may not", () => {
  const pick = { use: "core/branch", with: { cases: { yes: { $cel: "trigger.body.age > 1" } } } };
  const nodes = {
    pick,
    y: map("1", ["pick.yes"]),
    z: map("1", ["y"]),
    e: map("1", ["y", "pick.else"]),
    j: map("1", ["z", "pick.else"]),
  };
  const typeOf = (name: string, reader: string) => {
    const joined = { ...nodes, j: { ...nodes.j, join: "any" }, e: { ...nodes.e, join: "any" } };
    const scope = check(joined).types.nodes[reader]?.scope as {
      properties: { steps: { properties: Record<string, { properties: { output: object } }> } };
    };
    return scope.properties.steps.properties[name]?.properties.output;
  };
  expect(typeOf("y", "z")).not.toHaveProperty("anyOf");
  expect(typeOf("y", "j")).toHaveProperty("anyOf");
});

test("the input of an operation is checked against its schema, literal and computed alike", () => {
  const contact = (values: object) => ({ c: { use: "acme@1/createContact", connection: "crm", with: values } });
  expect(only(contact({ emial: "ada@example.com" }))).toMatchObject({ code: "UNKNOWN_KEY", path: "/nodes/c/with/emial" });
  mends(contact({ emial: "ada@example.com" }), only(contact({ emial: "ada@example.com" })));
  expect(only(contact({}))).toMatchObject({ code: "MISSING_KEY", path: "/nodes/c/with" });
  expect(only({ c: { use: "acme@1/createContact", connection: "crm" } })).toMatchObject({
    code: "MISSING_KEY",
    path: "/nodes/c",
  });
  expect(only(contact({ email: "ada" }))).toMatchObject({ code: "INVALID_VALUE", path: "/nodes/c/with/email" });
  expect(only(contact({ email: "a@b.c", stage: "leed" }))).toMatchObject({
    path: "/nodes/c/with/stage",
    fix: { patch: [{ value: "lead" }] },
  });
  expect(only(contact({ email: { $cel: "1 + 1" } }))).toMatchObject({ code: "WRONG_TYPE", path: "/nodes/c/with/email" });
  expect(only(contact({ email: "a@b.c", tags: ["x", { $cel: "trigger.body.age > 1" }] }))).toMatchObject({
    path: "/nodes/c/with/tags/1",
  });
  expect(only({ e: { ...ENRICH, with: { domain: "acme.example", limit: 99 } } })).toMatchObject({
    code: "INVALID_VALUE",
    path: "/nodes/e/with/limit",
  });
});

test("types flow through loops, rules and maps", () => {
  const rows = { use: "acme@1/readRows", connection: "crm", with: { path: "x.csv" } };
  const each = (nodes: object, more: object = {}) => ({
    rows,
    each: { use: "core/for-each", after: ["rows"], with: { items: { $cel: "steps.rows.output.rows" }, nodes, ...more } },
  });
  const { diagnostics, types } = check(
    each(
      {
        sort: { use: "core/validate", with: { items: { $cel: "batch" }, rules: [{ rule: "required", field: "cost" }] } },
        cities: map("steps.sort.output.valid.map(row, row.city)", ["sort"]),
      },
      { batch: 100, collect: { $cel: "steps.sort.output.rejectedCount" } },
    ),
  );
  expect(diagnostics).toEqual([]);
  expect(types.nodes.cities?.output).toMatchObject({ type: "array", items: { type: "string" } });
  expect(types.nodes.each?.output).toMatchObject({ properties: { results: { items: { type: "integer" } } } });
  expect(only(each({ m: map("item.citty") }))).toMatchObject({ code: "EXPRESSION_UNKNOWN_NAME" });
  expect(
    only(
      each(
        { v: { use: "core/validate", with: { items: { $cel: "batch" }, rules: [{ rule: "required", field: "cots" }] } } },
        { batch: 2 },
      ),
    ),
  ).toMatchObject({
    path: "/nodes/each/with/nodes/v/with/rules/0/field",
  });
});

test("a stream is for the items of a for-each and nothing else", () => {
  const rows = { use: "acme@1/readRows", connection: "crm", with: { path: "x.csv" } };
  const found = only({ rows, n: map("size(steps.rows.output.rows)", ["rows"]) });
  expect(found).toMatchObject({ code: "WRONG_TYPE", path: "/nodes/n/with/value" });
  const filtered = {
    use: "core/for-each",
    after: ["rows"],
    with: { items: { $cel: "steps.rows.output.rows.filter(r, r.cost > 1)" }, nodes: {} },
  };
  expect(check({ rows, l: filtered }).diagnostics.map(({ path }) => path)).toContain("/nodes/l/with/items");
});

test("durations, schedules, time zones and bounds are checked", () => {
  expect(only({ w: { use: "core/wait", with: { for: "soon" } } })).toMatchObject({
    code: "INVALID_VALUE",
    path: "/nodes/w/with/for",
  });
  expect(only({ w: { use: "core/wait", with: { until: "tomorrow" } } })).toMatchObject({ path: "/nodes/w/with/until" });
  expect(only({ l: { use: "core/for-each", with: { items: [], nodes: {}, batch: 20_000 } } })).toMatchObject({
    path: "/nodes/l/with/batch",
  });
  const schedule = (params: object) => only({}, { trigger: { use: "schedule", with: params } });
  expect(schedule({ cron: "61 * * * *" })).toMatchObject({ code: "INVALID_SCHEDULE", path: "/trigger/with/cron" });
  expect(schedule({ cron: "0 7 * * *", timeZone: "Europe/Berln" })).toMatchObject({
    path: "/trigger/with/timeZone",
    fix: { patch: [{ value: "Europe/Berlin" }] },
  });
});

test("a write that is not safe to repeat is a warning until the document says what to do", () => {
  const nodes = { m: { use: "acme@1/sendMail", connection: "crm" } };
  const found = only(nodes);
  expect(found).toMatchObject({ code: "UNSAFE_RETRY", severity: "warning", path: "/nodes/m" });
  mends(nodes, found);
});

test("a write that can be looked for needs no such word", () => {
  const probe = { operation: "findMail", with: {} };
  const probed = {
    ...catalogue,
    operation: (use: string) => {
      const found = catalogue.operation(use);
      return found && { ...found, operation: { ...found.operation, probe } };
    },
  };
  const workflow = { ...workflowOf({ m: { use: "acme@1/sendMail", connection: "crm" } }), trigger: LEAD } as unknown as Workflow;
  expect(checkWorkflow(workflow, probed, { connections: ["crm"] }).diagnostics).toEqual([]);
});

test("three faults are three diagnostics, each on its line", () => {
  const text = [
    '{ "format": "mortise.workflow/1", "name": "x", "trigger": { "use": "manual" }, "nodes": {',
    '  "a": { "use": "core/map", "with": { "value": { "$cel": "1 +" } } },',
    '  "b": { "use": "core/map", "aftr": ["a"], "with": { "value": 1 } },',
    '  "c": { "use": "core/nap", "with": {} }',
    "} }",
  ].join("\n");
  const { workflow, diagnostics } = parseWorkflow(text);
  const lineOf = (pointer: string) => (pointer.startsWith("/nodes/a") ? 2 : pointer.startsWith("/nodes/c") ? 4 : 1);
  const checked = checkWorkflow(workflow as Workflow, catalogue, { lineOf });
  expect([...diagnostics, ...checked.diagnostics].map(({ code, line }) => [code, line])).toEqual([
    ["UNKNOWN_KEY", 3],
    ["EXPRESSION_SYNTAX", 2],
    ["UNKNOWN_NODE", 4],
  ]);
});

test("whatever it is given, it answers with diagnostics and never throws", () => {
  const keys = fc.constantFrom(
    "format",
    "name",
    "trigger",
    "nodes",
    "use",
    "with",
    "after",
    "onError",
    "cases",
    "items",
    "rules",
    "schema",
    "cron",
    "value",
    "$cel",
    "$map",
    "$text",
    "output",
    "batch",
    "__proto__",
    "a",
    "catch",
    "collect",
    "$ref",
  );
  const leaves = fc.oneof(
    fc.constantFrom(
      "core/map",
      "core/branch",
      "core/for-each",
      "core/try",
      "core/validate",
      "core/wait",
      "core/fail",
      "acme@1/findCompany",
      "a",
      "a.b",
      "schedule",
      "#/%",
      "steps.a.output",
      "* * * * *",
    ),
    fc.jsonValue(),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 7, depthSize: "large" },
      leaves,
      fc.dictionary(keys, tie("tree"), { maxKeys: 5 }),
      fc.array(tie("tree"), { maxLength: 3 }),
    ),
  }));
  const document = fc.oneof(
    tree,
    fc.record({
      format: fc.constant("mortise.workflow/1"),
      name: fc.constant("x"),
      trigger: fc.oneof(fc.constant(LEAD), tree),
      nodes: fc.dictionary(keys, fc.record({ use: leaves, with: fc.dictionary(keys, tree) })),
    }),
  );
  fc.assert(
    fc.property(document, (given) => {
      const { workflow } = parseWorkflow(given as object);
      const { diagnostics } = checkWorkflow((workflow ?? given) as Workflow, catalogue, { connections: [] });
      for (const { code, path, message } of diagnostics)
        expect([typeof code, typeof path, typeof message]).toEqual(["string", "string", "string"]);
    }),
    { numRuns: 250, seed: 3 },
  );
});
