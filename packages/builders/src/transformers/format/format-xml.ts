import type { Json } from "@mortise/contract";
import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { textOf } from "../../values/text-of.ts";
import { boundText } from "../bounds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { isRecord } from "../records.ts";

/** Names of elements and attributes (XML 1.0, production 5, without what needs surrogates). */
const NAME = /^[A-Za-z_\u00c0-\ud7ff][\w.\-:\u00b7-\ud7ff]*$/;
const MAX_LEVELS = 100;

export const formatXml = defineFieldTransformer({
  name: "formatXml",
  title: "Write XML",
  description:
    'Writes a record as XML text: its one field is the root. "@name" becomes an attribute, "#text" the text beside elements, a list repeats its element, null leaves it out.',
  group: "format",
  params: { declaration: Type.Optional(Type.Boolean({ title: "With <?xml …?>", default: false })) },
  takes: KIND.object,
  whole: true,
  expected: "record with one root element and names that XML allows",
  result: () => ({ type: "string" }),
  compile:
    ({ declaration = false }) =>
    (value) => {
      const roots = Object.entries(value as { readonly [name: string]: Json });
      const [root] = roots;
      if (roots.length !== 1 || root === undefined || Array.isArray(root[1]) || root[0].startsWith("@")) return undefined;
      const pieces: string[] = declaration ? ['<?xml version="1.0" encoding="UTF-8"?>'] : [];
      return write(root[0], root[1], pieces, { length: 0 }, 0) ? pieces.join("") : undefined;
    },
});

function write(name: string, value: Json, pieces: string[], made: { length: number }, level: number): boolean {
  if (!NAME.test(name) || level > MAX_LEVELS) return false;
  const add = (text: string): void => {
    made.length += text.length;
    boundText("formatXml", made.length);
    pieces.push(text);
  };
  if (Array.isArray(value)) return (value as readonly Json[]).every((each) => write(name, each, pieces, made, level + 1));
  if (value === null) return true;
  if (!isRecord(value)) {
    add(`<${name}>${escaped(textOf(value))}</${name}>`);
    return true;
  }
  const fields = Object.entries(value);
  add(`<${name}`);
  for (const [key, each] of fields) {
    if (!key.startsWith("@") || each === null) continue;
    if (!NAME.test(key.slice(1)) || typeof each === "object") return false;
    add(` ${key.slice(1)}="${escaped(textOf(each))}"`);
  }
  add(">");
  for (const [key, each] of fields) {
    if (key === "#text") add(escaped(textOf(each)));
    else if (!key.startsWith("@") && !write(key, each, pieces, made, level + 1)) return false;
  }
  add(`</${name}>`);
  return true;
}

const ENTITIES: { readonly [character: string]: string } = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Without the control characters that XML 1.0 forbids. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "").replaceAll(/[&<>"]/g, (each) => ENTITIES[each] ?? each);
}
