import Type from "typebox";
import { describeValue } from "../schema/describe-value.ts";
import { Choice } from "../transformers/params.ts";
import { defineFieldRule } from "./define-rule.ts";

/** UTF-8 that was read as Windows-1252 or Latin-1: ü became Ã¼, ’ became â€™. */
const MOJIBAKE = /[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac[\u0080-\u00bf\u2018-\u203a\u0152\u0153\u02dc\u2122]/;
/** Control characters other than tab and line breaks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

export const encoding = defineFieldRule({
  name: "encoding",
  title: "Characters",
  description:
    "The text was read in the right encoding: no replacement characters, no half characters, no Ã¼ for ü, no control characters; if wanted only ASCII or Latin letters.",
  params: { allowed: Type.Optional(Choice(["any", "latin1", "ascii"], { title: "Characters", default: "any" })) },
  compile:
    ({ allowed }) =>
    (value) => {
      if (typeof value !== "string") return `must be text, found ${describeValue(value)}`;
      if (value.includes("\ufffd") || !value.isWellFormed()) return "has characters that could not be read";
      if (MOJIBAKE.test(value)) return "was read in the wrong encoding";
      if (CONTROL.test(value)) return "has control characters";
      if (allowed === "ascii" && beyond(value, 0x7f)) return "has other characters than ASCII";
      return allowed === "latin1" && beyond(value, 0xff) ? "has other characters than Latin-1" : undefined;
    },
});

function beyond(text: string, last: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > last) return true;
  return false;
}
