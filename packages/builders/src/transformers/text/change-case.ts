import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { Choice } from "../params.ts";
import { wordsOf } from "./words-of.ts";

const STYLES = ["lower", "upper", "sentence", "title", "camel", "pascal", "snake", "kebab", "constant"] as const;

export const changeCase = defineFieldTransformer({
  name: "case",
  title: "Change case",
  description:
    "Writes a text in lower, upper, sentence or title case, or as a name: camelCase, PascalCase, snake_case, kebab-case, CONSTANT_CASE.",
  group: "text",
  params: { to: Choice(STYLES, { title: "To" }) },
  takes: KIND.string,
  result: () => ({ type: "string" }),
  compile: ({ to }) => {
    const convert = STYLE[to];
    return (value) => convert(value as string);
  },
});

const capital = (word: string): string => {
  const first = String.fromCodePoint(word.codePointAt(0) ?? 0);
  return word === "" ? "" : first.toUpperCase() + word.slice(first.length).toLowerCase();
};

const STYLE: { readonly [Style in (typeof STYLES)[number]]: (text: string) => string } = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  sentence: (text) => capital(text),
  title: (text) => text.replace(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*/gu, capital),
  camel: (text) =>
    wordsOf(text)
      .map((word, i) => (i === 0 ? word.toLowerCase() : capital(word)))
      .join(""),
  pascal: (text) => wordsOf(text).map(capital).join(""),
  snake: (text) => wordsOf(text).join("_").toLowerCase(),
  kebab: (text) => wordsOf(text).join("-").toLowerCase(),
  constant: (text) => wordsOf(text).join("_").toUpperCase(),
};
