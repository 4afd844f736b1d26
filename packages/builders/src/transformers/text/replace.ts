import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { replacePattern } from "../../text/replace-pattern.ts";
import { boundText } from "../bounds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";

export const replace = defineFieldTransformer({
  name: "replace",
  title: "Replace in a text",
  description: "Replaces a text, or what a pattern (RE2) finds, by another; everywhere, or only the first time.",
  group: "text",
  params: {
    find: Type.String({ title: "Find", minLength: 1 }),
    by: Type.Optional(
      Type.String({ title: "Replace by", default: "", "x-help": "With a pattern $1 is its first group, $$ a dollar sign." }),
    ),
    pattern: Type.Optional(Type.Boolean({ title: "Find is a pattern", default: false })),
    first: Type.Optional(Type.Boolean({ title: "Only the first", default: false })),
  },
  takes: KIND.string,
  result: () => ({ type: "string" }),
  check: ({ find, by = "", pattern = false }, context) => {
    const made = pattern ? replacePattern(find, by) : undefined;
    if (typeof made === "string") context.report("error", "INVALID_VALUE", "/find", made);
  },
  compile: ({ find, by = "", pattern = false, first = false }) => {
    if (pattern) {
      const made = replacePattern(find, by);
      if (typeof made === "string") return () => undefined;
      return (value) => made(value as string, first, (length) => boundText("replace", length));
    }
    return (value) => {
      const text = value as string;
      if (first) {
        const at = text.indexOf(find);
        return at < 0 ? text : text.slice(0, at) + by + text.slice(at + find.length);
      }
      if (by.length <= find.length) return text.replaceAll(find, () => by);
      const parts = text.split(find);
      boundText("replace", text.length + (parts.length - 1) * (by.length - find.length));
      return parts.join(by);
    };
  },
});
