// Pins: an Arazzo workflow whose steps call something else than it says, or whose runtime expressions are taken for texts.
import { expect, test } from "vitest";
import { parseWorkflow } from "../../src/index.ts";
import { importArazzo } from "../../src/interchange/index.ts";

const installed: { readonly [id: string]: readonly string[] } = {
  findPet: ["petId", "limit"],
  orderPet: ["pet_id", "note", "tags"],
};
const operation = (_: string | undefined, id: string) =>
  installed[id] === undefined ? undefined : { use: `pets/${id}`, inputs: installed[id] as readonly string[] };

const document = {
  arazzo: "1.0.1",
  info: { title: "Pets", version: "1" },
  sourceDescriptions: [{ name: "pets", url: "pets.yaml", type: "openapi" }],
  workflows: [
    {
      workflowId: "buy-pet",
      summary: "Buy a pet",
      inputs: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
      steps: [
        {
          stepId: "find",
          operationId: "$sourceDescriptions.pets.findPet",
          parameters: [
            { name: "pet-id", in: "path", value: "$inputs.id" },
            { name: "limit", in: "query", value: 5 },
          ],
          successCriteria: [{ condition: "$statusCode == 200" }],
          outputs: { first: "$response.body#/items/0", tag: "$response.header.etag" },
        },
        {
          stepId: "order",
          operationId: "orderPet",
          requestBody: {
            payload: { pet_id: "$steps.find.outputs.first#/id", note: "for {$inputs.id}", tags: ["$inputs.id", "x"] },
          },
          onFailure: [{ name: "again", type: "retry" }],
        },
        { stepId: "pay", operationId: "payPet" },
        { stepId: "other", workflowId: "ship-pet" },
      ],
      outputs: { pet: "$steps.find.outputs.first" },
    },
  ],
};

test("steps call the installed operations, with expressions as CEL, one after the other", () => {
  const [imported] = importArazzo(document, { operation });
  const { workflow, steps } = imported ?? { workflow: undefined, steps: [] };
  expect(parseWorkflow(workflow ?? {}).diagnostics).toEqual([]);
  expect(workflow).toMatchObject({
    name: "Buy a pet",
    trigger: { use: "manual", with: { schema: document.workflows[0]?.inputs } },
    nodes: {
      find: { use: "pets/findPet", with: { petId: { $cel: "trigger.body.id" }, limit: 5 } },
      order: {
        use: "pets/orderPet",
        after: ["find"],
        with: {
          pet_id: { $cel: "steps.find.output.items[0].id" },
          note: { $text: "for ${trigger.body.id}" },
          tags: [{ $cel: "trigger.body.id" }, "x"],
        },
      },
      pay: { use: "core/fail", after: ["order"] },
      other: { use: "core/fail", after: ["pay"] },
    },
    output: { pet: { $cel: "steps.find.output.items[0]" } },
  });
  expect(steps.map(({ from, outcome }) => [from, outcome])).toEqual([
    ["find", "partly"],
    ["order", "partly"],
    ["pay", "to-do"],
    ["other", "to-do"],
  ]);
  expect(steps[0]?.toDo).toEqual([expect.stringContaining('"tag"')]);
});

test.each([[null], [{}], [{ arazzo: "1.0.0" }], [[]]])("%j is no Arazzo document", (value) => {
  expect(() => importArazzo(value, { operation })).toThrow(expect.objectContaining({ code: "INVALID_DOCUMENT" }));
});
