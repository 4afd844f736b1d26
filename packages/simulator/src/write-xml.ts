import type { Json } from "@mortise/contract";
import { isList, isObject } from "./invert-value.ts";

/** Root of a document whose data does not name one. */
const ROOT = "answer";

/** Data as an XML document: members as elements, lists as repeated elements, `@name` as attributes, `#text` as text. */
export function writeXml(value: Json): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(ROOT, value)}`;
}

function element(name: string, value: Json): string {
  if (isList(value)) return `<${name}>${value.map((each) => element("item", each)).join("")}</${name}>`;
  if (!isObject(value)) return value === null ? `<${name} xsi:nil="true"/>` : `<${name}>${escaped(textOf(value))}</${name}>`;
  const attributes = Object.entries(value).filter(([key]) => key.startsWith("@"));
  const members = Object.entries(value).filter(([key]) => !key.startsWith("@") && key !== "#text");
  const text = value["#text"];
  const opened = attributes.map(([key, each]) => ` ${key.slice(1)}="${escaped(textOf(each))}"`).join("");
  const inside = members.flatMap(([key, each]) =>
    isList(each) && each.length > 0 ? each.map((one) => element(key, one)) : [element(key, each)],
  );
  return `<${name}${opened}>${text === undefined ? "" : escaped(textOf(text))}${inside.join("")}</${name}>`;
}

const textOf = (value: Json): string => (typeof value === "string" ? value : value === null ? "" : JSON.stringify(value));

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
