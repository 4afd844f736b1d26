import { isAwsDocument } from "../aws/aws-document.ts";
import type { DocumentSet } from "../document/document-set.ts";
import { own, ownText } from "../document/loose.ts";
import { child, items, type Place, placeKey } from "../document/place.ts";

/** What a schema says about itself as XML (OpenAPI 3.1 §4.8.26), its `allOf` included. */
export interface XmlFacts {
  readonly name: string | undefined;
  readonly isAttribute: boolean;
  readonly isWrapped: boolean;
  readonly isList: boolean;
  /** Name of the elements of a list. */
  readonly item: string | undefined;
}

/** The XML facts of a schema; undefined where it says nothing about XML, and its items neither. */
export function xmlFacts(place: Place, documents: DocumentSet): XmlFacts | undefined {
  const parts = partsOf(place, documents);
  const stated = parts.map(({ value }) => own(value, "xml")).filter((xml) => xml !== undefined);
  const lists = parts.filter(({ value }) => own(value, "type") === "array");
  const inner = lists.flatMap((list) => child(list, "items") ?? []).flatMap((each) => partsOf(each, documents));
  const item = inner.map(({ value }) => ownText(own(value, "xml"), "name")).find((name) => name !== undefined);
  if (stated.length === 0 && item === undefined) return undefined;
  const name = stated.map((xml) => ownText(xml, "name")).find((found) => found !== undefined);
  const common = { name, isAttribute: stated.some((xml) => own(xml, "attribute") === true), isList: lists.length > 0 };
  if (!isAwsDocument(documents)) return { ...common, isWrapped: stated.some((xml) => own(xml, "wrapped") === true), item };
  // There a list is wrapped unless it says that it is not, and then its own name is that of its elements.
  const isWrapped = !stated.some((xml) => own(xml, "wrapped") === false);
  return { ...common, isWrapped, item: item ?? (isWrapped ? undefined : name) };
}

/** A schema, what it refers to and what its `allOf` adds; each once. */
function partsOf(place: Place, documents: DocumentSet, seen = new Set<string>()): readonly Place[] {
  const resolved = documents.resolve(place);
  if (resolved === undefined || seen.size > MAX_PARTS || seen.has(placeKey(resolved))) return [place];
  seen.add(placeKey(resolved));
  const branches = items(child(resolved, "allOf")).flatMap((branch) => partsOf(branch, documents, seen));
  return [place, ...(resolved === place ? [] : [resolved]), ...branches];
}

const MAX_PARTS = 50;
