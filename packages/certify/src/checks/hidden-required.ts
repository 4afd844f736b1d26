import { defineCheck } from "../check.ts";
import type { Field } from "../walk/fields.ts";

export const hiddenRequired = defineCheck({
  id: "MC012",
  name: "hidden-required",
  severity: "error",
  title: "A required field that nobody sees has a default.",
  why: "Nobody can fill in what is not shown, so every call would fail.",
  bad: {
    contract: {
      operations: { createContact: { input: { required: ["email", "name"], properties: { name: { "x-widget": "hidden" } } } } },
    },
  },
  good: {
    contract: {
      operations: {
        createContact: {
          input: { required: ["email", "name"], properties: { name: { "x-widget": "hidden", default: "Unknown" } } },
        },
      },
    },
  },
  run: (context) =>
    context
      .inputs()
      .filter(isUnreachable)
      .map(({ path }) => ({
        code: "MISSING_KEY",
        path: `${path}/default`,
        message: "is missing: the field is required and hidden",
        fix: { title: "Give it a default, show it, or make it optional." },
      })),
});

const isUnreachable = ({ schema, required }: Field): boolean =>
  required && schema["x-widget"] === "hidden" && schema.default === undefined && schema.const === undefined;
