import { SaxesParser } from "saxes";
import { malformed } from "./malformed.ts";

/** An element with what is in it. Declarations of namespaces are not attributes (Namespaces in XML §3). */
export interface XmlElement {
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly children: readonly XmlElement[];
  readonly text: string;
}

interface Open extends XmlElement {
  readonly attributes: [string, string][];
  readonly children: Open[];
  text: string;
}

const MAX_DEPTH = 200;

/**
 * Parses a well-formed XML document (XML 1.0). Entities are the five of the standard and character references: declarations of a
 * document type are passed over, so nothing is expanded and nothing is fetched. Throws `INVALID_OUTPUT` for anything else.
 */
export function parseXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: false });
  const open: Open[] = [];
  let root: Open | undefined;
  parser.on("error", (error) => {
    throw malformed("XML", error.message);
  });
  parser.on("opentag", ({ name, attributes }) => {
    const kept = Object.entries(attributes).filter(([key]) => key !== "xmlns" && !key.startsWith("xmlns:"));
    const element: Open = { name, attributes: kept, children: [], text: "" };
    if (open.length >= MAX_DEPTH) throw malformed("XML", `elements are nested deeper than ${MAX_DEPTH}`);
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const addText = (piece: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += piece;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    open.pop();
  });
  parser.write(text).close();
  if (root === undefined) throw malformed("XML", "there is no root element");
  return root;
}

/** The charset that an XML declaration names in the first bytes of a document. */
export function declaredCharset(body: Buffer): string | undefined {
  return /^(?:\xef\xbb\xbf)?<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]+)["']/.exec(body.toString("latin1", 0, 200))?.[1];
}
