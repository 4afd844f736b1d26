import { defineCheck, type Finding } from "../check.ts";
import { isVisible, labelFor } from "../walk/field-words.ts";
import type { Field } from "../walk/fields.ts";

export const labels = defineCheck({
  id: "MC008",
  name: "labels",
  severity: "certification",
  title: "Every field that a person sees has a label and a help text, and the help says more than the label.",
  why: "The person who fills in the form is not the one who read the vendor's documentation.",
  reading:
    'The label is the schema\'s `title`; the help is its `description`, or `x-help`. Fields with `"x-widget": "hidden"` or `readOnly` are not seen.',
  autofix: "Adds a label made of the field's name. A help text must be written by a person.",
  bad: { contract: { operations: { createContact: { input: { properties: { name: { description: "Name" } } } } } } },
  good: {
    contract: {
      operations: { createContact: { input: { properties: { name: { description: "First and last name, as on a card." } } } } },
    },
  },
  run: (context) => context.inputs().filter(isVisible).flatMap(wordFaults),
});

function wordFaults({ name, path, schema }: Field): readonly Finding[] {
  const label = schema.title ?? "";
  const help = schema.description ?? schema["x-help"] ?? "";
  const found: Finding[] = [];
  if (label.trim() === "") {
    const value = labelFor(name);
    const fix = { title: `Call it "${value}".`, patch: [{ op: "add" as const, path: `${path}/title`, value }] };
    found.push({ code: "MISSING_KEY", path: `${path}/title`, message: "is missing: the label of the field", fix });
  }
  if (help.trim() === "") {
    const message = "is missing: what to fill in, and where to find it";
    found.push({ code: "MISSING_KEY", path: `${path}/description`, message, fix: { title: "Write one sentence of help." } });
  } else if (plain(help) === plain(label === "" ? name : label)) {
    const message = `says nothing that the label does not: ${JSON.stringify(help)}`;
    found.push({ code: "INVALID_VALUE", path: `${path}/description`, message, fix: { title: "Say what to fill in." } });
  }
  return found;
}

const plain = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
