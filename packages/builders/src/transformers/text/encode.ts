import { KIND } from "../../schema/kinds.ts";
import { boundText } from "../bounds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { Choice } from "../params.ts";
import { toBase64, toHex } from "./text-bytes.ts";

export const ENCODINGS = ["base64", "base64url", "hex", "url", "html"] as const;

const ENTITIES: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export const encode = defineFieldTransformer({
  name: "encode",
  title: "Encode",
  description:
    "Writes a text (UTF-8) as base64, base64url (RFC 4648) or hex, for an address (percent-encoding, RFC 3986), or for HTML.",
  group: "text",
  params: { as: Choice(ENCODINGS, { title: "As" }) },
  takes: KIND.string,
  result: () => ({ type: "string" }),
  compile: ({ as }) => {
    const write = WRITE[as];
    return (value) => {
      boundText("encode", (value as string).length * 3);
      return write((value as string).toWellFormed());
    };
  },
});

const WRITE: { readonly [Encoding in (typeof ENCODINGS)[number]]: (text: string) => string } = {
  base64: (text) => toBase64(new TextEncoder().encode(text)),
  base64url: (text) => toBase64(new TextEncoder().encode(text)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
  hex: (text) => toHex(new TextEncoder().encode(text)),
  url: (text) => encodeURIComponent(text).replaceAll(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`),
  html: (text) => text.replaceAll(/[&<>"']/g, (each) => ENTITIES[each] ?? each),
};
