import type { Json } from "@mortise/contract";
import type { Expected } from "./expected.ts";
import { fitText } from "./fit-text.ts";
import { parseXml, type XmlElement } from "./parse-xml.ts";

/**
 * Reads XML as data: elements as members, attributes as `@name`, text beside them as `#text`. An element that the schema calls a list, or
 * that `lists` names, is one, also where it stands alone, and also where its items stand in an element around them. Values are fitted to
 * the schema. The root is a member itself where the schema declares it or declares nothing; otherwise the data is what is in it.
 */
export function readXml(text: string, expected: Expected | undefined, lists: readonly string[]): Json {
  const root = parseXml(text);
  const reader = new XmlReader(new Set(lists));
  const isMember = expected === undefined || expected.declares(root.name) || (!expected.declaresAny && expected.asks("object"));
  if (isMember) return reader.members([root], expected);
  return expected.asks("array") ? reader.list([root], expected) : reader.value(root, expected);
}

/** Turns elements into data. */
class XmlReader {
  readonly #lists: ReadonlySet<string>;

  constructor(lists: ReadonlySet<string>) {
    this.#lists = lists;
  }

  value(element: XmlElement, expected: Expected | undefined): Json {
    if (element.attributes.some(([name, value]) => name === "xsi:nil" && /^(?:true|1)$/.test(value))) return null;
    const isPlain = element.children.length === 0 && element.attributes.length === 0;
    const wantsObject = expected?.asks("object") === true && !expected.takesText;
    const wantsScalar = expected?.types !== undefined && !expected.asks("object") && element.children.length === 0;
    if (wantsScalar || (isPlain && !wantsObject)) return fitText(element.text, expected);
    const members: { readonly [name: string]: Json } = this.members(element.children, expected);
    const attributes = element.attributes.map(([name, value]) => [`@${name}`, fitText(value, expected?.member(`@${name}`))]);
    const text = element.text.trim() === "" ? [] : [["#text", fitText(element.text.trim(), expected?.member("#text"))]];
    return Object.fromEntries([...attributes, ...Object.entries(members), ...text]);
  }

  /** Elements by their names. */
  members(elements: readonly XmlElement[], expected: Expected | undefined): { readonly [name: string]: Json } {
    const named = Map.groupBy(elements, ({ name }) => name);
    const entries = [...named].map(([name, group]): [string, Json] => {
      const member = expected?.member(name);
      const [only, ...others] = group;
      if (member?.asks("array") === true) return [name, this.list(group, member)];
      const isList = only === undefined || others.length > 0 || this.#lists.has(name);
      return [name, isList ? group.map((element) => this.value(element, member?.item)) : this.value(only, member)];
    });
    return Object.fromEntries(entries);
  }

  /** Elements as a list, or the items in the one element that stands around them. */
  list(elements: readonly XmlElement[], expected: Expected): Json {
    const item = expected.item;
    const [only, ...others] = elements;
    const around = others.length === 0 ? only : undefined;
    const isEmpty = around?.children.length === 0 && around.attributes.length === 0 && around.text.trim() === "";
    if (isEmpty) return [];
    const items = around !== undefined && standsAround(around, item) ? around.children : elements;
    return items.map((element) => this.value(element, item));
  }
}

/** Whether what is in an element are the items of a list: elements of one name, which is none of an item's members. */
function standsAround({ children, text }: XmlElement, item: Expected | undefined): boolean {
  const [first] = children;
  if (first === undefined || text.trim() !== "" || children.some(({ name }) => name !== first.name)) return false;
  if (item === undefined) return true;
  if (item.declares(first.name)) return false;
  return children.every(({ children: inside, attributes }) =>
    inside.length === 0 && attributes.length === 0
      ? !item.asksOnly("object")
      : !item.asksOnly("string", "number", "integer", "boolean", "null"),
  );
}
