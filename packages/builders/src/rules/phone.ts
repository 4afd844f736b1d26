import { defineTextRule } from "./define-text-rule.ts";

export const phone = defineTextRule({
  name: "phone",
  title: "Phone number",
  description:
    "The text is a phone number in the international form (ITU-T E.164), such as +4930123456. The transformer phone makes it.",
  expected: "a phone number such as +4930123456",
  test: (text) => /^\+[1-9]\d{6,14}$/.test(text),
});
