import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { Choice } from "../params.ts";

export const pad = defineFieldTransformer({
  name: "pad",
  title: "Pad",
  description: "Fills a text or a number up to a length, such as 7 to 007; longer ones stay as they are.",
  group: "text",
  params: {
    length: Type.Integer({ title: "Length", minimum: 1, maximum: 10_000 }),
    with: Type.Optional(Type.String({ title: "With", minLength: 1, default: " " })),
    side: Type.Optional(Choice(["start", "end"], { title: "Side", default: "start" })),
  },
  takes: KIND.string | KIND.number,
  result: () => ({ type: "string" }),
  compile:
    ({ length, with: filler = " ", side = "start" }) =>
    (value) =>
      side === "start" ? String(value).padStart(length, filler) : String(value).padEnd(length, filler),
});
