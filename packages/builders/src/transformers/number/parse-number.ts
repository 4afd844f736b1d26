import Type from "typebox";
import { NUMBER_LOCALES, numberStyle, readNumber } from "../../numbers/number-style.ts";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { Choice } from "../params.ts";
import { isBlank } from "../records.ts";

export const parseNumber = defineFieldTransformer({
  name: "parseNumber",
  title: "Read a number",
  description: "Reads a number as people of a place write it: 1,234.50 or 1.234,50 or 12.5%. Blank text becomes null.",
  group: "number",
  params: { locale: Type.Optional(Choice(NUMBER_LOCALES, { title: "Locale", default: "en" })) },
  takes: KIND.string | KIND.number,
  expected: "number in that locale",
  result: () => ({ type: ["number", "null"] }),
  compile: ({ locale = "en" }) => {
    const written = numberStyle(locale);
    return (value) => (typeof value === "number" ? value : isBlank(value) ? null : readNumber(value as string, written));
  },
});
