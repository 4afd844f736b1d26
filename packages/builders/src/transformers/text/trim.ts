import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { Choice } from "../params.ts";

export const trim = defineFieldTransformer({
  name: "trim",
  title: "Trim",
  description: "Removes blanks around a text; if wanted also line breaks and doubled blanks inside.",
  group: "text",
  params: {
    side: Type.Optional(Choice(["both", "start", "end"], { title: "Side", default: "both" })),
    collapse: Type.Optional(
      Type.Boolean({ title: "Also inside", default: false, "x-help": "Several blanks, tabs and line breaks become one blank." }),
    ),
    blank: Type.Optional(
      Choice(["keep", "null"], { title: "When nothing is left", default: "keep", "x-help": "null: an empty text becomes null." }),
    ),
  },
  takes: KIND.string,
  result: ({ blank }) => (blank === "null" ? { type: ["string", "null"] } : { type: "string" }),
  compile: ({ side = "both", collapse = false, blank }) => {
    return (value) => {
      const text = collapse ? (value as string).replaceAll(/\s+/g, " ") : (value as string);
      const cut = side === "both" ? text.trim() : side === "start" ? text.trimStart() : text.trimEnd();
      return cut === "" && blank === "null" ? null : cut;
    };
  },
});
