import { type Json, parseExactJson } from "@mortise/contract";
import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";

export const parseJson = defineFieldTransformer({
  name: "parseJson",
  title: "Read JSON",
  description:
    "Reads JSON text (RFC 8259), or one value a line (JSON Lines) into a list. Whole numbers beyond 2^53 become text, so that no digit is lost.",
  group: "format",
  params: { lines: Type.Optional(Type.Boolean({ title: "One value a line", default: false })) },
  takes: KIND.string,
  expected: "JSON text",
  result: ({ lines = false }) => (lines ? { type: "array" } : true),
  compile:
    ({ lines = false }) =>
    (value) => {
      const text = value as string;
      if (!lines) return read(text);
      const values = text
        .split(/\r?\n/)
        .filter((line) => line.trim() !== "")
        .map(read);
      return values.includes(undefined) ? undefined : (values as readonly Json[]);
    },
});

function read(text: string): Json | undefined {
  try {
    return parseExactJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
