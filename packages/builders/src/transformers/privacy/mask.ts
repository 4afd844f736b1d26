import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { Choice } from "../params.ts";

export const mask = defineFieldTransformer({
  name: "mask",
  title: "Mask",
  description:
    "Replaces the characters of a text by a sign, except some at the start or end. Letters and digits only, if wanted, so that the shape stays.",
  group: "privacy",
  params: {
    keepStart: Type.Optional(Type.Integer({ title: "Keep at the start", minimum: 0, default: 0 })),
    keepEnd: Type.Optional(Type.Integer({ title: "Keep at the end", minimum: 0, default: 0 })),
    with: Type.Optional(Type.String({ title: "Sign", minLength: 1, default: "*" })),
    shape: Type.Optional(
      Choice(["all", "keep", "email"], {
        title: "Shape",
        default: "all",
        "x-help":
          "all: every character · keep: blanks and punctuation stay · email: the part before @ is masked, the domain stays",
      }),
    ),
  },
  takes: KIND.string | KIND.number,
  expected: "text that can be masked",
  result: () => ({ type: "string" }),
  compile:
    ({ keepStart = 0, keepEnd = 0, with: sign = "*", shape = "all" }) =>
    (value) => {
      const text = String(value);
      const at = shape === "email" ? text.lastIndexOf("@") : text.length;
      if (at < 0) return undefined;
      const characters = Array.from(text.slice(0, at));
      // Of a text that is no longer than what is kept, nothing is kept.
      const isShort = characters.length <= keepStart + keepEnd;
      const masked = characters.map((each, i) => {
        if (!isShort && (i < keepStart || i >= characters.length - keepEnd)) return each;
        return shape === "keep" && !/[\p{L}\p{N}]/u.test(each) ? each : sign;
      });
      return masked.join("") + text.slice(at);
    },
});
