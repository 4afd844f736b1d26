import Type from "typebox";
import { ExactDecimal } from "../../numbers/exact-decimal.ts";
import { NUMBER_LOCALES, numberStyle, writeNumber } from "../../numbers/number-style.ts";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { Choice } from "../params.ts";

export const formatNumber = defineFieldTransformer({
  name: "formatNumber",
  title: "Write a number",
  description: "Writes a number as people of a place do: 1,234.50 or 1.234,50. The same everywhere, whatever the browser knows.",
  group: "number",
  params: {
    locale: Type.Optional(Choice(NUMBER_LOCALES, { title: "Locale", default: "en" })),
    digits: Type.Optional(
      Type.Integer({ title: "Digits after the point", minimum: 0, maximum: 15, "x-help": "Absent: as many as it has." }),
    ),
    grouping: Type.Optional(Type.Boolean({ title: "Thousands separators", default: true })),
    style: Type.Optional(Choice(["plain", "percent"], { title: "Style", default: "plain", "x-help": "percent: 0.125 is 12.5%" })),
  },
  takes: KIND.number,
  result: () => ({ type: "string" }),
  compile: ({ locale = "en", digits, grouping = true, style }) => {
    const written = numberStyle(locale);
    return (value) => {
      const exact = ExactDecimal.of(value as number);
      if (exact === undefined) return undefined;
      const shown = style === "percent" ? exact.times(new ExactDecimal(100n, 0)) : exact;
      const trimmed = style === "percent" && digits === undefined ? ExactDecimal.of(shown.toNumber()) : shown;
      const rounded = digits === undefined ? trimmed : trimmed?.rounded(digits);
      if (rounded === undefined) return undefined;
      const text = writeNumber(rounded.toString(digits), written, grouping);
      return style === "percent" ? `${text}${written.percent}` : text;
    };
  },
});
