import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";

export const truncate = defineFieldTransformer({
  name: "truncate",
  title: "Shorten",
  description: "Cuts a text to a number of characters, the ending included; never in the middle of a character.",
  group: "text",
  params: {
    length: Type.Integer({ title: "At most", minimum: 1, "x-help": "Characters (code points), the ending included." }),
    ending: Type.Optional(Type.String({ title: "Ending", default: "…" })),
    words: Type.Optional(Type.Boolean({ title: "Only between words", default: false })),
  },
  takes: KIND.string,
  result: () => ({ type: "string" }),
  compile: ({ length, ending = "…", words = false }) => {
    const room = Math.max(0, length - Array.from(ending).length);
    return (value) => {
      const text = value as string;
      if (text.length <= length) return text;
      const characters = Array.from(text.slice(0, 2 * length + 2));
      if (characters.length <= length && text.length <= 2 * length + 2) return text;
      const cut = characters.slice(0, room).join("");
      if (!words)
        return (
          cut +
          Array.from(ending)
            .slice(0, length - room)
            .join("")
        );
      const space = cut.search(/\s\S*$/);
      const isWhole = /^\s/.test(text.slice(cut.length));
      return (isWhole || space < 0 ? cut : cut.slice(0, space)).trimEnd() + Array.from(ending).slice(0, length).join("");
    };
  },
});
