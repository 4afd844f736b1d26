import { gs1 } from "./checksums.ts";
import { defineTextRule } from "./define-text-rule.ts";

export const ean = defineTextRule({
  name: "ean",
  title: "EAN / GTIN",
  description: "The digits are an article number (GTIN-8, -12, -13 or -14, GS1) with the right check digit.",
  expected: "an article number (EAN, GTIN)",
  test: (text) => /^(\d{8}|\d{12,14})$/.test(text) && gs1(text),
});
