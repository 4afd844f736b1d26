import { defineCheck } from "../check.ts";
import { isVisible, wordsOf } from "../walk/field-words.ts";
import type { Field } from "../walk/fields.ts";

export const idChoices = defineCheck({
  id: "MC009",
  name: "id-choices",
  severity: "certification",
  title: "A field that asks for an identifier offers choices, or says why it cannot.",
  why: "Nobody knows that the contact they mean is `cus_9s6XKzkNRiz8i3`; they know its name.",
  reading:
    "An identifier is a text or whole number whose name is `id` or ends in `Id`, `_id`, `Ids`, `Uuid`. Settings and credentials are exempt: they are asked once. The reason is `x-no-options`.",
  bad: {
    contract: {
      operations: { deleteContact: { input: { properties: { contactId: { "x-options": null } } } } },
    },
  },
  good: {
    contract: {
      operations: {
        deleteContact: {
          input: {
            properties: {
              contactId: {
                "x-options": null,
                "x-no-options": "It comes from an earlier step; Acme cannot list contacts by name.",
              },
            },
          },
        },
      },
    },
  },
  run: (context) =>
    context
      .inputs()
      .filter((field) => isVisible(field) && asksForId(field))
      .map(({ path }) => ({
        code: "MISSING_KEY",
        path: `${path}/x-options`,
        message: "is missing: the field asks for an identifier, and people know names",
        fix: {
          title: 'Add "x-options" with the operation that lists what may be chosen, or say in "x-no-options" why there is none.',
        },
      })),
});

const ID_WORDS: ReadonlySet<string> = new Set(["id", "ids", "uuid", "guid"]);

function asksForId({ name, schema, root }: Field): boolean {
  if (root.startsWith("/settings") || root.startsWith("/auth")) return false;
  if (!ID_WORDS.has(wordsOf(name).at(-1) ?? "")) return false;
  if (schema["x-options"] !== undefined || (schema["x-no-options"] ?? "").trim() !== "") return false;
  const items = typeof schema.items === "object" ? schema.items : undefined;
  if (items?.["x-options"] !== undefined || items?.["x-no-options"] !== undefined) return false;
  if (schema.enum !== undefined || schema.const !== undefined) return false;
  const types = [schema.type ?? []].flat();
  return types.some((type) => type === "string" || type === "integer") || (types.includes("array") && items !== undefined);
}
