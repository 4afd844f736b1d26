import { lettersToDigits, luhn } from "./checksums.ts";
import { defineTextRule } from "./define-text-rule.ts";

export const isin = defineTextRule({
  name: "isin",
  title: "ISIN",
  description: "The text is an international securities identification number (ISO 6166) with the right check digit.",
  expected: "an ISIN",
  test: (text) => /^[A-Z]{2}[A-Z0-9]{9}\d$/.test(text) && luhn(lettersToDigits(text)),
});
