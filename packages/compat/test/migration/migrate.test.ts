// Pins that what was made for an old version is carried over wrongly, by guessing, or silently not at all.
import { compileValue } from "@mortise/builders";
import { checkContract } from "@mortise/contract/validation";
import { describe, expect, it } from "vitest";
import {
  checkMigrations,
  compareContracts,
  migrateAuth,
  migrateInput,
  migrateOutput,
  migrateSettings,
  migrateWorkflow,
  shim,
} from "../../src/index.ts";
import { people1, people2, people3 } from "./people.ts";

const from1 = { contract: people2, from: 1, compile: compileValue };

describe("migrations", () => {
  it("carry an input over to another operation with other fields", () => {
    expect(migrateInput("createPerson", { name: "Ada", age: 36 }, from1)).toEqual({
      name: "addPerson",
      input: { fullName: "Ada", years: 36 },
    });
  });

  it("are chained one major version at a time", () => {
    const options = { ...from1, contract: people3 };
    expect(migrateInput("createPerson", { name: "Ada" }, options).input).toEqual({ displayName: "Ada" });
    const output = { person: { id: "p1", displayName: "Ada" } };
    expect(migrateOutput("createPerson", output, { ...options, before: people1 })).toEqual({ id: "p1", name: "Ada" });
  });

  it("carry settings and the choice of auth over", () => {
    expect(migrateSettings({ region: "eu" }, from1)).toEqual({ host: "eu.acme.example" });
    expect(migrateAuth("key", from1)).toBe("token");
  });

  it("refuse a result that does not fit, and name the place", () => {
    expect(() => migrateInput("createPerson", { name: "Ada", age: "old" }, from1)).toThrow(
      expect.objectContaining({ code: "MIGRATION_FAILED", data: expect.objectContaining({ path: "/years" }) }),
    );
    expect(() => migrateInput("createPerson", {}, from1)).toThrow(
      expect.objectContaining({
        code: "MIGRATION_FAILED",
        data: expect.objectContaining({ path: "/migrations/0/operations/createPerson/input" }),
      }),
    );
  });

  it("say what to do where an operation is gone", () => {
    expect(() => migrateInput("oldReport", {}, from1)).toThrow(
      expect.objectContaining({
        code: "OPERATION_REMOVED",
        data: expect.objectContaining({ remedy: "Use listPeople and count the answer." }),
      }),
    );
  });

  it("refuse where a step is missing", () => {
    const gap = { ...people3, migrations: people3.migrations?.slice(1) ?? [] };
    expect(() => migrateInput("createPerson", { name: "Ada" }, { ...from1, contract: gap })).toThrow(
      expect.objectContaining({ code: "MIGRATION_FAILED" }),
    );
    expect(checkMigrations({ ...people3, migrations: people3.migrations?.slice(0, 1) ?? [] }, compileValue)).toEqual([
      expect.objectContaining({ code: "MIGRATION_MISSING" }),
    ]);
  });

  it("are typed by the schemas of both versions before anything runs", () => {
    expect(checkContract(people3).filter(({ severity }) => severity === "error")).toEqual([]);
    expect(checkMigrations(people3, compileValue, people2)).toEqual([]);
    const [step] = people2.migrations ?? [];
    const wrong = {
      ...people2,
      migrations: [
        {
          ...step,
          from: 1,
          to: 2,
          operations: { createPerson: { operation: "addPerson", input: { name: { $cel: "input.nam" } } } },
        },
      ],
    };
    const found = checkMigrations(wrong, compileValue, people1).map(({ path }) => path);
    expect(found).toEqual([expect.stringMatching("^/migrations/0/operations/createPerson/input/name")]);
    const short = {
      ...people2,
      migrations: [
        {
          from: 1,
          to: 2,
          operations: { createPerson: { operation: "addPerson", input: { memo: { $cel: "input.name" } } }, ghost: {} },
        },
      ],
    };
    expect(
      checkMigrations(short, compileValue, people1)
        .map(({ code }) => code)
        .sort(),
    ).toEqual(["MISSING_KEY", "UNKNOWN_REFERENCE"]);
  });

  it("satisfy the comparison, and their absence does not", () => {
    expect(compareContracts(people1, people2).diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const { migrations: _, ...bare } = people2;
    const missing = compareContracts(people1, bare).diagnostics.filter(({ code }) => code === "MIGRATION_MISSING");
    expect(missing.map(({ fix }) => fix?.title).join("\n")).toMatch(/createPerson[\s\S]*|oldReport/);
    expect(missing.length).toBeGreaterThanOrEqual(4);
  });
});

describe("shim", () => {
  it("stands for an old operation, whose output it types", () => {
    const found = shim(people3, 1, "createPerson", compileValue);
    if (found === undefined || "removed" in found) throw new Error("no shim");
    expect(found.name).toBe("addPerson");
    expect(found.input({ name: "Ada" })).toEqual({ displayName: "Ada" });
    expect(found.output({ person: { id: "p1", displayName: "Ada" } })).toEqual({ id: "p1", name: "Ada" });
    expect(found.operation.output).toMatchObject({
      type: "object",
      properties: { id: { type: "string" }, name: { type: "string" } },
    });
  });

  it("knows what is gone, and does not know what never was", () => {
    expect(shim(people3, 1, "oldReport", compileValue)).toEqual({ removed: "Use listPeople and count the answer." });
    expect(shim(people3, 1, "ghost", compileValue)).toBeUndefined();
    expect(shim(people3, 0, "createPerson", compileValue)).toBeUndefined();
    expect(shim(people3, 3, "addPerson", compileValue)).toBeUndefined();
  });
});

describe("migrateWorkflow", () => {
  const step = people2.migrations?.[0];
  const inputOnly = {
    ...people2,
    migrations: [
      {
        from: 1,
        to: 2,
        operations: { createPerson: { operation: "addPerson", input: step?.operations?.createPerson?.input ?? null } },
      },
    ],
  };

  it("rewrites nodes whose output stays the same, with the values that they have", () => {
    const workflow = {
      format: "mortise.workflow/1",
      nodes: {
        add: { use: "acme@1/createPerson", with: { name: { $cel: "trigger.name" }, note: "new" } },
        each: { use: "core/forEach", with: { nodes: { inner: { use: "acme@1/listPeople", with: { limit: 5 } } } } },
        other: { use: "other@1/send", with: { use: "acme@1/createPerson" } },
      },
    };
    const { workflow: made, migrated, diagnostics } = migrateWorkflow(workflow, { ...from1, contract: inputOnly });
    expect(diagnostics).toEqual([]);
    expect(migrated).toEqual(["/nodes/add", "/nodes/each/with/nodes/inner"]);
    expect(made.nodes).toEqual({
      add: { use: "acme@2/addPerson", with: { fullName: { $cel: "trigger.name" }, memo: "new" } },
      each: { use: "core/forEach", with: { nodes: { inner: { use: "acme@2/listPeople", with: { limit: 5 } } } } },
      other: workflow.nodes.other,
    });
  });

  it("leaves what the shim must run, and reports what cannot run at all", () => {
    const workflow = {
      nodes: { add: { use: "acme@1/createPerson", with: { name: "Ada" } }, report: { use: "acme@1.4/oldReport" } },
    };
    const { workflow: made, diagnostics } = migrateWorkflow(workflow, from1);
    expect(made.nodes).toEqual(workflow.nodes);
    expect(diagnostics.map(({ path, severity }) => `${severity} ${path}`)).toEqual(["info /nodes/add", "error /nodes/report"]);
    expect(diagnostics[1]?.fix?.title).toBe("Use listPeople and count the answer.");
  });
});
