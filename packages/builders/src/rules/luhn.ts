import { luhn as hasCheckDigit } from "./checksums.ts";
import { defineTextRule } from "./define-text-rule.ts";

export const luhn = defineTextRule({
  name: "luhn",
  title: "Card or account number",
  description:
    "The digits end with their check digit by the Luhn formula (ISO/IEC 7812-1), as of payment cards. Blanks and hyphens are passed over.",
  expected: "a number with the right check digit",
  test: (text) => {
    const digits = text.replaceAll(/[ -]/g, "");
    return /^\d{2,19}$/.test(digits) && hasCheckDigit(digits);
  },
});
