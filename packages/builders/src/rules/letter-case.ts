import { describeValue } from "../schema/describe-value.ts";
import { Choice } from "../transformers/params.ts";
import { defineFieldRule } from "./define-rule.ts";

const TESTS = {
  lower: (text: string) => text === text.toLowerCase(),
  upper: (text: string) => text === text.toUpperCase(),
  camel: (text: string) => /^[a-z][A-Za-z0-9]*$/.test(text),
  pascal: (text: string) => /^[A-Z][A-Za-z0-9]*$/.test(text),
  snake: (text: string) => /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(text),
  kebab: (text: string) => /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text),
} as const;

export const letterCase = defineFieldRule({
  name: "letterCase",
  title: "Case",
  description: "The text is in lower or upper case, or a name in camelCase, PascalCase, snake_case or kebab-case.",
  params: { is: Choice(["lower", "upper", "camel", "pascal", "snake", "kebab"], { title: "Case" }) },
  compile: ({ is }) => {
    const test = TESTS[is];
    return (value) => {
      if (typeof value !== "string") return `must be text, found ${describeValue(value)}`;
      return test(value) ? undefined : `must be in ${is} case`;
    };
  },
});
