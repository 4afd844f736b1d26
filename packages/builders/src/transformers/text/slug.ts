import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { withoutMarks } from "./normalize.ts";

const LETTERS: { readonly [letter: string]: string } = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ı: "i",
};

export const slug = defineFieldTransformer({
  name: "slug",
  title: "Make a slug",
  description: "Makes of a title a piece of an address: lower case, Latin letters without accents and digits, all else a hyphen.",
  group: "text",
  params: {
    separator: Type.Optional(Type.String({ title: "Separator", default: "-" })),
    maxLength: Type.Optional(
      Type.Integer({ title: "At most", minimum: 1, maximum: 10_000, "x-help": "Characters. Absent: no limit." }),
    ),
  },
  takes: KIND.string | KIND.number,
  result: () => ({ type: "string" }),
  compile:
    ({ separator = "-", maxLength }) =>
    (value) => {
      const plain = withoutMarks(String(value).toLowerCase()).replaceAll(/[ßæœøđðþłı]/g, (letter) => LETTERS[letter] ?? "");
      const words = plain.replaceAll(/['’]/g, "").match(/[a-z0-9]+/g) ?? [];
      const made = words.join(separator);
      if (maxLength === undefined || made.length <= maxLength) return made;
      const cut = made.slice(0, maxLength);
      return separator !== "" && cut.endsWith(separator) ? cut.slice(0, -separator.length) : cut;
    },
});
