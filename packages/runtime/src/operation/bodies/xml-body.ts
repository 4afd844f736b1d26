import { type Json, MortiseError, type XmlStyle } from "@mortise/contract";
import { isList, isObject, textOf } from "../parameters/parameter-value.ts";

/** Characters that XML cannot carry, not even as references (XML 1.0 §2.2). */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const NAME = /^[\p{L}_][\p{L}\p{N}\p{M}._·-]*(?::[\p{L}_][\p{L}\p{N}\p{M}._·-]*)?$/u;

/**
 * Writes an XML document (XML 1.0): members as elements, `@name` as attributes, `#text` as text, lists as repeated elements; null is
 * left out. Without a style the content's only member is the root. Throws `INVALID_INPUT` for what XML cannot say.
 */
export function writeXml(content: Json, style: XmlStyle | undefined): string {
  const { name, value, namespace } = rootOf(content, style);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, value, namespace)}`;
}

function rootOf(content: Json, style: XmlStyle | undefined) {
  if (style !== undefined) {
    const { root, namespace, prefix } = style;
    const declared =
      namespace === undefined ? "" : ` xmlns${prefix === undefined ? "" : `:${prefix}`}="${attributeText(namespace)}"`;
    return { name: prefix === undefined ? root : `${prefix}:${root}`, value: content, namespace: declared };
  }
  const [only, ...others] = isObject(content) ? Object.entries(content).filter(([, value]) => value !== null) : [];
  if (only === undefined || others.length > 0) {
    throw new MortiseError(
      "INVALID_INPUT",
      "An XML document has one root element; its content must be an object with one member.",
    );
  }
  return { name: only[0], value: only[1], namespace: "" };
}

function element(name: string, value: Json, declared = ""): string {
  if (!NAME.test(name)) throw impossible(`${JSON.stringify(name)} cannot be the name of an element.`);
  if (isList(value)) throw impossible(`The element ${name} holds a list of lists, or is a root that would be repeated.`);
  if (!isObject(value)) return wrapped(name, declared, value === null ? "" : elementText(textOf(value)));
  let attributes = declared;
  let inside = "";
  for (const [key, item] of Object.entries(value)) {
    if (item === null) continue;
    if (key === "#text") inside += elementText(textOf(item));
    else if (key.startsWith("@")) attributes += attribute(key.slice(1), item);
    else for (const each of isList(item) ? item : [item]) if (each !== null) inside += element(key, each);
  }
  return wrapped(name, attributes, inside);
}

function attribute(name: string, value: Json): string {
  if (!NAME.test(name)) throw impossible(`${JSON.stringify(name)} cannot be the name of an attribute.`);
  return ` ${name}="${attributeText(isList(value) ? value.map(textOf).join(" ") : textOf(value))}"`;
}

const wrapped = (name: string, attributes: string, inside: string): string =>
  inside === "" ? `<${name}${attributes}/>` : `<${name}${attributes}>${inside}</${name}>`;

/** A reader turns a bare carriage return into a line break (XML 1.0 §2.11), and `]]>` is not allowed in text (§2.4). */
function elementText(text: string): string {
  return possible(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#13;");
}

/** A reader turns bare line breaks and tabs in attributes into spaces (XML 1.0 §3.3.3). */
function attributeText(text: string): string {
  return elementText(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}

function possible(text: string): string {
  if (FORBIDDEN.test(text)) throw impossible("A text has a character that XML cannot carry.");
  return text;
}

const impossible = (message: string): MortiseError => new MortiseError("INVALID_INPUT", message);
