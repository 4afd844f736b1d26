import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { Choice } from "../params.ts";
import { ENCODINGS } from "./encode.ts";
import { fromBase64, fromHex, textOfBytes } from "./text-bytes.ts";

const ENTITIES: { readonly [name: string]: string } = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

export const decode = defineFieldTransformer({
  name: "decode",
  title: "Decode",
  description: "Reads a text that was written as base64, base64url, hex, percent-encoding or HTML. What is no UTF-8 text fails.",
  group: "text",
  params: { from: Choice(ENCODINGS, { title: "From" }) },
  takes: KIND.string,
  expected: "text in that encoding",
  result: () => ({ type: "string" }),
  compile: ({ from }) => {
    const read = READ[from];
    return (value) => read(value as string);
  },
});

const READ: { readonly [Encoding in (typeof ENCODINGS)[number]]: (text: string) => string | undefined } = {
  base64: (text) => textOfBytes(fromBase64(text)),
  base64url: (text) => textOfBytes(fromBase64(text)),
  hex: (text) => textOfBytes(fromHex(text)),
  url: (text) => {
    try {
      return decodeURIComponent(text.replaceAll("+", " "));
    } catch (error) {
      if (error instanceof URIError) return undefined;
      throw error;
    }
  },
  html: (text) => text.replaceAll(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g, entity),
};

function entity(whole: string, decimal: string | undefined, hex: string | undefined, name: string | undefined): string {
  if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? whole) : whole;
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : whole;
}
