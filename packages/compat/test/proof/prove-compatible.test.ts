// Pins that a migration is believed which loses or refuses what the old version accepted.
import { compileValue } from "@mortise/builders";
import type { Contract } from "@mortise/contract";
import { describe, expect, it } from "vitest";
import { proveCompatible } from "../../src/index.ts";
import { contract, object, operation } from "../contracts.ts";
import { people1, people2, people3 } from "../migration/people.ts";

const options = { seed: 1, evaluator: compileValue };

function withStep(operations: NonNullable<Contract["migrations"]>[number]["operations"]): Contract {
  const [step] = people2.migrations ?? [];
  return { ...people2, migrations: [{ from: 1, to: 2, ...step, operations: { ...step?.operations, ...operations } }] };
}

describe("proveCompatible", () => {
  it("carries 100 inputs, settings and outputs of each kind through the migrations", () => {
    const proof = proveCompatible(people1, people2, options);
    expect(proof.counterExamples).toEqual([]);
    expect(proof).toMatchObject({ ok: true, tried: 500, unproven: [] });
    expect(proveCompatible(people2, people3, { ...options, count: 20 }).ok).toBe(true);
  });

  it("shows an input that the migration forgets, made small", () => {
    const careless = withStep({
      createPerson: { operation: "addPerson", input: { fullName: { $cel: "input.name" }, years: { $cel: "input.age" } } },
    });
    const [found] = proveCompatible(people1, careless, options).counterExamples.filter(({ what }) => what.endsWith("input"));
    expect(found?.what).toBe("operations.createPerson.input");
    expect(Object.keys(found?.value ?? {})).toEqual(["name"]);
    expect(found?.reason).toContain("age");
  });

  it("shows an output that the shim gives in another shape", () => {
    const wrong = withStep({
      createPerson: {
        operation: "addPerson",
        input: people2.migrations?.[0]?.operations?.createPerson?.input ?? null,
        output: { id: { $cel: "output.person.id" } },
      },
    });
    const [found] = proveCompatible(people1, wrong, options).counterExamples;
    expect(found).toMatchObject({
      what: "operations.createPerson.output",
      migrated: { id: expect.any(String) },
      reason: expect.stringContaining("name"),
    });
  });

  it("finds what a narrower schema refuses without any migration", () => {
    const before = contract({
      operations: {
        get: operation({ input: object({ tags: { type: "array", items: { type: "string" } }, note: { type: "string" } }) }),
      },
    });
    const after = contract({
      operations: {
        get: operation({
          input: object({ tags: { type: "array", items: { type: "string" }, maxItems: 1 }, note: { type: "string" } }),
        }),
      },
    });
    const [found] = proveCompatible(before, after, options).counterExamples;
    expect(found?.value).toEqual({ tags: [expect.any(String), expect.any(String)] });
  });

  it("takes a default for what an old input leaves out, and a new field of an output for nothing", () => {
    const before = contract({
      operations: { get: operation({ output: { ...object({ id: { type: "string" } }, ["id"]), additionalProperties: false } }) },
    });
    const after = contract({
      operations: {
        get: operation({
          input: object({ id: { type: "string" }, limit: { type: "integer", default: 5 } }, ["limit"]),
          output: object({ id: { type: "string" }, more: { type: "string" } }, ["id", "more"]),
        }),
      },
    });
    expect(proveCompatible(before, after, options).counterExamples).toEqual([]);
  });

  it("gives the same answer for the same seed", () => {
    const { migrations: _, ...bare } = people2;
    expect(proveCompatible(people1, bare, options)).toEqual(proveCompatible(people1, bare, options));
  });
});
