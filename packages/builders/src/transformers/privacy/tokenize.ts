import { sha256 } from "@noble/hashes/sha2.js";
import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { toHex } from "../text/text-bytes.ts";

export const tokenize = defineFieldTransformer({
  name: "tokenize",
  title: "Replace by a token",
  description:
    "Replaces a value by a token, the same for the same value, so that records still match. Tokens of different purposes cannot be matched by accident. It is a pseudonym: whoever knows the purpose can test a guess.",
  group: "privacy",
  params: {
    purpose: Type.String({ title: "Purpose", minLength: 1, "x-help": "The same value gets another token for another purpose." }),
    prefix: Type.Optional(Type.String({ title: "Prefix", default: "tok_" })),
    length: Type.Optional(Type.Integer({ title: "Hexadecimal digits", minimum: 16, maximum: 64, default: 32 })),
  },
  takes: KIND.string | KIND.number,
  result: () => ({ type: "string" }),
  compile: ({ purpose, prefix = "tok_", length = 32 }) => {
    const before = `${purpose.length}:${purpose}:`;
    return (value) => prefix + toHex(sha256(new TextEncoder().encode(before + String(value)))).slice(0, length);
  },
});
