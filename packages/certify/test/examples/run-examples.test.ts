// Pins: an example that nobody runs, so that it says what the operation does not do.
import type { Contract, Json } from "@mortise/contract";
import { describe, expect, test } from "vitest";
import { exampleSubject, playAnswer, runExamples } from "../../src/index.ts";

const contract = (patch: { readonly [key: string]: Json }): Contract => exampleSubject({ contract: patch }).contract as Contract;
const messages = (patch: { readonly [key: string]: Json }): readonly string[] =>
  runExamples(contract(patch)).map(({ path, message }) => `${path}: ${message}`);

describe("examples with an answer", () => {
  test("hold where the answer goes through outcome table and output to what they say", () => {
    expect(runExamples(contract({}))).toEqual([]);
  });

  test("name the place where the output differs", () => {
    const examples = [
      { input: {}, response: { status: 200, body: { id: "u1", name: "Ada" } }, output: { id: "u1", name: "Bob" } },
    ];
    expect(messages({ operations: { whoAmI: { examples } } })).toEqual([
      expect.stringMatching(/^\/operations\/whoAmI\/examples\/0\/output: .*\/name is .*Ada.* says .*Bob/),
    ]);
  });

  test("go through a computed output, with defaults of input and settings", () => {
    const operation = {
      request: {
        output: { id: { $cel: "response.body.user.id" }, name: { $text: "${response.body.user.first} ${settings.region}" } },
      },
      examples: [
        {
          input: {},
          settings: { region: "eu" },
          response: { status: 200, body: { user: { id: "u1", first: "Ada" } } },
          output: { id: "u1", name: "Ada eu" },
        },
      ],
    };
    expect(messages({ operations: { whoAmI: operation } })).toEqual([]);
  });

  test("fail where the answer is no success, or makes no output", () => {
    const failing: readonly Json[] = [
      { input: {}, response: { status: 500 } },
      { input: {}, response: { status: 200, body: {} } },
    ];
    const found = messages({
      operations: { whoAmI: { request: { output: { id: { $cel: "response.body.id" } } }, examples: failing } },
    });
    expect(found).toHaveLength(2);
    expect(found[0]).toContain('comes to "transient"');
    expect(found[1]).toContain("makes no output");
  });

  test("use the output of the outcome row that made the answer a success", () => {
    const operation = {
      outcomes: [{ when: { status: 404 }, as: "success", output: { id: "", name: "nobody" } }],
      examples: [{ input: {}, response: { status: 404 }, output: { id: "", name: "nobody" } }],
    };
    expect(messages({ operations: { whoAmI: operation } })).toEqual([]);
  });
});

describe("counter-examples", () => {
  test("fail where the outcome is another than they say, header names in any case", () => {
    const counterExamples: readonly Json[] = [
      { input: { email: "ada@example.com" }, response: { status: 403, headers: { "Retry-After": "5" } }, outcome: "throttled" },
      { input: { email: "ada@example.com" }, response: { status: 200, body: { id: "c1" } }, outcome: "conflict" },
    ];
    expect(messages({ operations: { createContact: { counterExamples } } })).toEqual([
      '/operations/createContact/counterExamples/1/response: comes to "success", expected "conflict"',
    ]);
  });
});

test("an answer of an operation that does not exist comes to a configuration fault", () => {
  expect(playAnswer(contract({}), "nope", { input: {}, response: { status: 200 } })).toEqual({ as: "configuration" });
});
