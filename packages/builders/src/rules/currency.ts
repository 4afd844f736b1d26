import { isCurrency } from "../money/currencies.ts";
import { defineTextRule } from "./define-text-rule.ts";

export const currency = defineTextRule({
  name: "currency",
  title: "Currency",
  description: "The text is the code of a currency in use, in three capital letters (ISO 4217).",
  expected: "the code of a currency such as EUR (ISO 4217)",
  test: isCurrency,
});
