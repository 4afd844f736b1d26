import { describeValue } from "../schema/describe-value.ts";
import { defineFieldRule } from "./define-rule.ts";
import type { Rule } from "./rule.ts";

/** A rule that a text keeps or breaks, without parameters of its own. */
export function defineTextRule(definition: {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** What the text must be, after "must be". */
  readonly expected: string;
  readonly test: (text: string) => boolean;
}): Rule {
  const { name, title, description, expected, test } = definition;
  return defineFieldRule({
    name,
    title,
    description,
    params: {},
    compile: () => (value) => {
      const text = typeof value === "number" ? String(value) : value;
      if (typeof text !== "string") return `must be ${expected}, found ${describeValue(value)}`;
      return test(text.trim()) ? undefined : `must be ${expected}`;
    },
  });
}
