/** Pins: a transformer or rules of one's own mean something else where they are used, unfold without end, or are saved with a case that is wrong. */
import {
  checkDefinition,
  compileRules,
  compileValue,
  type DefinitionDocument,
  type Definitions,
  RULES_DOCUMENT_SCHEMA,
  type RulesDocument,
  referencedDefinitions,
  TRANSFORMER_DOCUMENT_SCHEMA,
  type TransformerDocument,
  usedReferences,
} from "@mortise/builders";
import type { Json } from "@mortise/contract";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";

const cleanLead: TransformerDocument = {
  format: "mortise.transformer/1",
  name: "clean-lead",
  version: "1.0.0",
  title: "Clean a lead",
  params: {
    type: "object",
    properties: {
      trimmed: { type: "array", items: { type: "string" }, default: ["name"] },
      country: { type: "string", default: "DE" },
      factor: { type: "number" },
    },
    required: ["factor"],
  },
  steps: [
    { trim: { fields: { $param: "trimmed" }, collapse: true } },
    { defaults: { fields: { country: { $param: "country" } } } },
    { set: { fields: { score: { $cel: "row.score * params.factor" } } } },
  ],
  cases: [
    {
      from: [{ name: " Ada  L ", score: 2 }],
      with: { factor: 3 },
      gives: [{ name: "Ada L", score: 6, country: "DE" }],
    },
  ],
};

const leadRules: RulesDocument = {
  format: "mortise.rules/1",
  name: "lead-rules",
  version: "2.1.0",
  title: "Rules of leads",
  params: { type: "object", properties: { least: { type: "number" }, fields: { type: "array" } }, required: ["least"] },
  rules: [
    { rule: "range", field: "score", min: { $param: "least" } },
    { rule: "expression", where: { $cel: "row.score < params.least * 10" } },
  ],
  cases: [{ rows: [{ score: 1 }, { score: 5 }, { score: 99 }], with: { least: 2 }, rejected: [0, 2] }],
};

const definitions: Definitions = { "clean-lead@1.0.0": cleanLead, "lead-rules@2.1.0": leadRules };
const using = (use: Json, more: Definitions = {}, scope = true) =>
  compileValue(
    { $map: [{ from: { $cel: "rows" } }, use] },
    {
      definitions: { ...definitions, ...more },
      ...(scope && {
        scope: {
          rows: {
            type: "array",
            items: {
              type: "object",
              properties: { name: { type: "string" }, score: { type: "number" } },
              required: ["name", "score"],
              additionalProperties: false,
            },
          },
          settings: { type: "object", properties: { factor: { type: "number" } }, required: ["factor"] },
        },
      }),
    },
  );

describe("a transformer of one's own", () => {
  test("runs with its parameters and its defaults, and its result is typed", () => {
    const compiled = using({ use: "clean-lead@1.0.0", with: { factor: 10, country: "FR" } });
    expect(compiled.diagnostics).toEqual([]);
    expect(compiled.evaluate({ rows: [{ name: " Ada  L", score: 1 }] })).toEqual([{ name: "Ada L", score: 10, country: "FR" }]);
    expect(compiled.type).toMatchObject({ items: { properties: { name: { type: "string" }, score: { type: "number" } } } });
  });

  test("takes a computed parameter in its expressions, and what it reads is told", () => {
    const compiled = using({ use: "clean-lead@1.0.0", with: { factor: { $cel: "settings.factor + 1" } } });
    expect(compiled.diagnostics).toEqual([]);
    expect(compiled.reads).toContainEqual(["settings", "factor"]);
    expect(compiled.evaluate({ rows: [{ name: "A", score: 2 }], settings: { factor: 1 } })).toMatchObject([{ score: 4 }]);
  });

  test("sees nothing but its parameters", () => {
    const spy: TransformerDocument = {
      ...cleanLead,
      name: "spy",
      steps: [{ set: { fields: { s: { $cel: "settings.factor" } } } }],
    };
    const compiled = using({ use: "spy@1.0.0", with: { factor: 1 } }, { "spy@1.0.0": spy });
    expect(compiled.diagnostics).toMatchObject([
      {
        code: "EXPRESSION_UNKNOWN_NAME",
        path: "/$map/1/use",
        message: expect.stringContaining("in spy@1.0.0/steps/0/set/fields/s"),
      },
    ]);
  });

  test.each<readonly [string, Json, string, string]>([
    ["an unknown name", { use: "clean-leed@1.0.0" }, "UNKNOWN_REFERENCE", "/$map/1/use"],
    ["a version that is not there", { use: "clean-lead@1.0.1", with: { factor: 1 } }, "UNKNOWN_REFERENCE", "/$map/1/use"],
    ["rules in its place", { use: "lead-rules@2.1.0" }, "WRONG_TYPE", "/$map/1/use"],
    ["a missing parameter", { use: "clean-lead@1.0.0" }, "MISSING_KEY", "/$map/1/with"],
    ["a parameter of the wrong kind", { use: "clean-lead@1.0.0", with: { factor: "x" } }, "WRONG_TYPE", "/$map/1/with/factor"],
    ["a parameter that it has not", { use: "clean-lead@1.0.0", with: { factor: 1, x: 1 } }, "UNKNOWN_KEY", "/$map/1/with/x"],
    ["a key beside it", { use: "clean-lead@1.0.0", params: {} }, "UNKNOWN_KEY", "/$map/1/params"],
    [
      "a field that rows lack",
      { use: "clean-lead@1.0.0", with: { factor: 1, trimmed: ["nam"] } },
      "EXPRESSION_UNKNOWN_NAME",
      "/$map/1/use",
    ],
  ])("%s is refused before the run", (_, use, code, path) => {
    expect(using(use).diagnostics[0]).toMatchObject({ code, path, severity: "error" });
  });

  test("cannot use itself, not by way of another either, nor unfold without end", () => {
    const a: TransformerDocument = { ...cleanLead, name: "a", params: {}, steps: [{ use: "b@1.0.0" }] };
    const b: TransformerDocument = { ...a, name: "b", steps: [{ use: "a@1.0.0" }] };
    expect(using({ use: "a@1.0.0" }, { "a@1.0.0": a, "b@1.0.0": b }).diagnostics[0]?.message).toContain(
      "a@1.0.0 → b@1.0.0 → a@1.0.0",
    );
    const doubling = Array.from({ length: 7 }, (_, i): TransformerDocument => {
      const steps = Array.from({ length: 20 }, (): Json => (i === 6 ? { reverse: {} } : { use: `d${i + 1}@1.0.0` }));
      return { ...a, name: `d${i}`, steps };
    });
    const all = Object.fromEntries(doubling.map((each) => [`${each.name}@1.0.0`, each]));
    expect(using({ use: "d0@1.0.0" }, all).diagnostics[0]).toMatchObject({ code: "LIMIT_EXCEEDED" });
  });
});

describe("rules of one's own", () => {
  test("check rows with their parameters", () => {
    const compiled = compileRules([{ use: "lead-rules@2.1.0", with: { least: 3 } }], { definitions });
    expect(compiled.diagnostics).toEqual([]);
    expect(compiled.checkAll([{ score: 1 }, { score: 3 }, { score: 30 }]).rejected).toMatchObject([
      { index: 0, reasons: ['"score" is 1, expected at least 3'] },
      { index: 2, reasons: ["does not hold: row.score < params.least * 10"] },
    ]);
  });

  test("take no computed parameter", () => {
    const compiled = compileRules([{ use: "lead-rules@2.1.0", with: { least: { $cel: "1" } } }], { definitions });
    expect(compiled.diagnostics).toMatchObject([{ code: "INVALID_VALUE", path: "/0/with/least" }]);
  });
});

describe("a document", () => {
  test("is checked with its cases", () => {
    expect(checkDefinition(cleanLead as unknown as Json)).toEqual([]);
    expect(checkDefinition(leadRules as unknown as Json)).toEqual([]);
  });

  test.each<readonly [string, object, string, string]>([
    [
      "a case that gives something else",
      { cases: [{ from: [{ name: "A", score: 1 }], with: { factor: 1 }, gives: [] }] },
      "INVALID_EXAMPLE",
      "/cases/0/gives",
    ],
    [
      "a case that fails",
      { cases: [{ from: [{ name: 1, score: 1 }], with: { factor: 1 }, gives: [] }] },
      "INVALID_EXAMPLE",
      "/cases/0",
    ],
    ["no case", { cases: [] }, "INVALID_VALUE", "/cases"],
    ["no such format", { format: "mortise.transformer/2" }, "INVALID_DOCUMENT", "/format"],
    ["a name that is none", { name: "Clean Lead" }, "INVALID_VALUE", "/name"],
    ["a version that is none", { version: "1.0" }, "INVALID_VALUE", "/name"],
    ["a parameter that is not declared", { steps: [{ trim: { fields: { $param: "filds" } } }] }, "INVALID_VALUE", "/cases/0"],
    ["a step that does not exist", { steps: [{ trimm: {} }] }, "UNKNOWN_KEY", "/cases/0"],
    ["a key that does not exist", { extra: 1 }, "UNKNOWN_KEY", "/extra"],
  ])("with %s is refused", (_, change, code, path) => {
    const found = checkDefinition({ ...cleanLead, ...change } as unknown as Json);
    expect(found).toContainEqual(expect.objectContaining({ code, path }));
  });

  test("with rules that reject other rows than its case says is refused", () => {
    const changed = { ...leadRules, cases: [{ rows: [{ score: 1 }], with: { least: 2 }, rejected: [] }] };
    expect(checkDefinition(changed as unknown as Json)).toMatchObject([{ code: "INVALID_EXAMPLE", path: "/cases/0/rejected" }]);
  });

  test("fits the schema that is published, as an outside validator reads it", () => {
    const ajv = new Ajv2020({ strict: false });
    expect(ajv.validate(TRANSFORMER_DOCUMENT_SCHEMA as object, cleanLead)).toBe(true);
    expect(ajv.validate(RULES_DOCUMENT_SCHEMA as object, leadRules)).toBe(true);
    expect(ajv.validate(TRANSFORMER_DOCUMENT_SCHEMA as object, leadRules)).toBe(false);
  });
});

test("what a document uses is found, with what that uses in turn", () => {
  const outer: DefinitionDocument = { ...cleanLead, name: "outer", steps: [{ use: "clean-lead@1.0.0" }] };
  const store = new Map<string, DefinitionDocument>(Object.entries({ ...definitions, "outer@1.0.0": outer }));
  const workflow: Json = {
    nodes: {
      a: { use: "acme@1/list", with: { rows: { $map: [{ use: "outer@1.0.0" }] } } },
      b: { with: { rules: [{ use: "gone@1.0.0" }] } },
    },
  };
  expect(usedReferences(workflow)).toEqual(["outer@1.0.0", "gone@1.0.0"]);
  expect(Object.keys(referencedDefinitions(workflow, (reference) => store.get(reference)))).toEqual([
    "clean-lead@1.0.0",
    "outer@1.0.0",
  ]);
});
