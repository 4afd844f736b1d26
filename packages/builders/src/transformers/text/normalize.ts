import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { boundText } from "../bounds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { Choice } from "../params.ts";

/** The text without accents and other marks on its letters. */
export function withoutMarks(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{M}+/gu, "")
    .normalize("NFC");
}

export const normalize = defineFieldTransformer({
  name: "normalize",
  title: "Normalize characters",
  description:
    "Writes equal characters in one way (Unicode normalization forms, UAX 15), so that texts compare; if wanted without accents and without control characters.",
  group: "text",
  params: {
    form: Type.Optional(
      Choice(["NFC", "NFD", "NFKC", "NFKD"], {
        title: "Form",
        default: "NFC",
        "x-help": "NFKC also makes plain letters of ligatures and full-width ones.",
      }),
    ),
    marks: Type.Optional(Choice(["keep", "remove"], { title: "Accents", default: "keep" })),
    control: Type.Optional(
      Choice(["keep", "remove"], {
        title: "Control and invisible characters",
        default: "keep",
        "x-help": "Line breaks and tabs always stay.",
      }),
    ),
  },
  takes: KIND.string,
  result: () => ({ type: "string" }),
  compile:
    ({ form = "NFC", marks, control }) =>
    (value) => {
      const text = value as string;
      boundText("normalize", text.length);
      const plain = marks === "remove" ? withoutMarks(text) : text;
      const visible =
        control === "remove" ? plain.replaceAll(/[\p{Cc}\p{Cf}]/gu, (each) => (/[\n\r\t]/.test(each) ? each : "")) : plain;
      return visible.normalize(form);
    },
});
