import type { Json } from "@mortise/contract";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";

export const parseXml = defineFieldTransformer({
  name: "parseXml",
  title: "Read XML",
  description:
    'Reads XML text into records: attributes under "@name", text beside elements under "#text", every value as text. An element that occurs several times becomes a list. A document type is refused.',
  group: "format",
  params: {
    lists: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        title: "Always lists",
        "x-help": "Names of elements that become a list also when there is one.",
      }),
    ),
    namespaces: Type.Optional(Type.Boolean({ title: "Keep prefixes", default: false, "x-help": "Off: soap:Body is Body." })),
  },
  takes: KIND.string,
  expected: "XML text without a document type",
  result: () => ({ type: "object" }),
  compile: ({ lists = [], namespaces = false }) => {
    const always = new Set(lists);
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: "@",
      textNodeName: "#text",
      parseTagValue: false,
      parseAttributeValue: false,
      ignoreDeclaration: true,
      ignorePiTags: true,
      removeNSPrefix: !namespaces,
      isArray: (name) => always.has(name),
    });
    return (value) => {
      const text = (value as string).trim();
      if (/<!DOCTYPE/i.test(text) || XMLValidator.validate(text) !== true) return undefined;
      try {
        return plain(parser.parse(text) as Json);
      } catch (error) {
        // What the parser refuses: names such as __proto__, and too many levels.
        if (error instanceof Error && !(error instanceof TypeError)) return undefined;
        throw error;
      }
    };
  },
});

/** The parser's records may lack a prototype. */
function plain(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(plain);
  return Object.fromEntries(
    Object.entries(value as { readonly [name: string]: Json }).map(([name, each]) => [name, plain(each)]),
  );
}
