import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { findAll } from "../../text/find-all.ts";
import { boundElements } from "../bounds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";

export const extract = defineFieldTransformer({
  name: "extract",
  title: "Extract from a text",
  description:
    "Takes what a pattern (RE2) finds: its first group, or the whole match of a pattern without groups. Null where it finds nothing.",
  group: "text",
  params: {
    pattern: Type.String({ title: "Pattern", minLength: 1, "x-placeholder": "#([0-9]+)" }),
    all: Type.Optional(Type.Boolean({ title: "All", default: false, "x-help": "A list of all that is found." })),
  },
  takes: KIND.string,
  result: ({ all = false }) => (all ? { type: "array", items: { type: "string" } } : { type: ["string", "null"] }),
  check: ({ pattern }, context) => {
    const find = findAll(pattern);
    if (typeof find === "string") context.report("error", "INVALID_VALUE", "/pattern", find);
  },
  compile: ({ pattern, all = false }) => {
    const find = findAll(pattern);
    if (typeof find === "string") return () => undefined;
    return (value) => {
      const text = value as string;
      const found: string[] = [];
      find(text, ({ start, end, groups }) => {
        boundElements("extract", found.length);
        found.push(groups.length > 0 ? (groups[0] ?? "") : text.slice(start, end));
        return all;
      });
      return all ? found : (found[0] ?? null);
    };
  },
});
