// Pins: a form that does not ask for choices it could have, asks about the wrong place, or asks anew with every key that is typed.
import type { JsonSchemaObject } from "@mortise/contract";
import { expect, test } from "vitest";
import { askAbout } from "../../src/forms/field-question.ts";
import { type Field, fieldsOf } from "../../src/forms/fields.ts";
import { fits } from "../../src/forms/fits.ts";

const options = (inputs: readonly string[] = []) => ({
  operation: "listUsers",
  value: "/id",
  label: "/name",
  with: Object.fromEntries(inputs.map((name) => [name, { $cel: `input.${name}` }])),
});
const schema: JsonSchemaObject = {
  type: "object",
  properties: {
    owner: { type: "string", title: "Owner", "x-options": options(["team"]) },
    level: { type: "integer", "x-options": options() },
    secret: { type: "string", "x-secret": true, "x-options": options() },
    nested: { type: "object", properties: { "a/b": { $ref: "#/$defs/user" } } },
    people: { type: "array", items: { $ref: "#/$defs/user" } },
    named: { type: "object", additionalProperties: { $ref: "#/$defs/user" } },
    either: { type: ["string", "integer"], "x-options": options() },
    row: {
      type: "object",
      properties: { id: { type: "string" } },
      "x-fields": { operation: "describeTable", with: { $cel: "{'table': input['the table']}" }, schema: { $cel: "output" } },
    },
  },
  $defs: { user: { type: "string", "x-options": options(["team", "role"]) } },
};
const fields = fieldsOf(schema);
const field = (key: string): Field => fields.find((each) => each.key === key) as Field;

test("Fields with choices and shapes know their place in the schema, and what they are without them.", () => {
  const shown = (each: Field | undefined) => [each?.kind, each?.plain?.kind, each?.place];
  expect(shown(field("owner"))).toEqual(["choices", "text", "/properties/owner"]);
  expect(shown(field("level"))).toEqual(["choices", "number", "/properties/level"]);
  expect(shown(field("secret"))).toEqual(["secret", undefined, undefined]);
  expect(shown(field("nested").children?.[0])).toEqual(["choices", "text", "/properties/nested/properties/a~1b"]);
  expect(shown(field("people").item)).toEqual(["choices", "text", "/properties/people/items"]);
  expect(shown(field("named").item)).toEqual(["choices", "text", "/properties/named/additionalProperties"]);
  expect(shown(field("either"))).toEqual(["choices", "variants", "/properties/either"]);
  expect(field("either").plain?.variants?.map(({ kind }) => kind)).toEqual(["text", "number"]);
  expect(shown(field("row"))).toEqual(["shaped", "object", "/properties/row"]);
  expect(field("row").typeName).toBe("object");
});

test("A question has only what the field depends on, so that other changes do not ask anew.", () => {
  const source = { operation: "crm/addNote", connection: "main", input: { team: "red", text: "Hello", role: "lead" } };
  expect(askAbout(field("owner"), source)).toEqual({
    question: { operation: "crm/addNote", connection: "main", field: "/properties/owner", input: { team: "red" } },
    computed: [],
  });
  expect(askAbout(field("level"), source).question.input).toEqual({});
  expect(askAbout(field("row"), { operation: "crm/addNote", input: { "the table": "x", other: 1 } }).question).toEqual({
    operation: "crm/addNote",
    field: "/properties/row",
    input: { "the table": "x" },
  });
});

test("What reads the input as a whole depends on all of it.", () => {
  const whole = { ...field("level"), schema: { "x-options": { ...options(), with: { $cel: "input" } } } };
  const input = { a: 1, b: { $cel: "steps.x.output" }, c: { d: [{ $text: "${x}" }] } };
  expect(askAbout(whole, { operation: "crm/addNote", input })).toMatchObject({ question: { input: { a: 1 } }, computed: [] });
});

test("A value that is only known when the step runs is named, not sent.", () => {
  const source = { operation: "crm/addNote", input: { team: { $cel: "trigger.body.team" }, text: { $cel: "1" } } };
  expect(askAbout(field("owner"), source)).toEqual({
    question: { operation: "crm/addNote", field: "/properties/owner", input: {} },
    computed: ["team"],
  });
});

test("A choice shows any plain value, a shape any group.", () => {
  expect([fits(field("owner"), "u1"), fits(field("owner"), 7), fits(field("owner"), { id: 1 })]).toEqual([true, true, false]);
  expect([fits(field("row"), {}), fits(field("row"), "x")]).toEqual([true, false]);
});
