import type { Contract } from "@mortise/contract";
import { ownText } from "./document/loose.ts";
import { child, items, type Place } from "./document/place.ts";
import type { ImportOptions } from "./import-openapi.ts";

type Description = Pick<
  Contract,
  "format" | "name" | "version" | "title" | "publisher" | "description" | "categories" | "homepage" | "support"
>;

const MAX_DESCRIPTION = 4000;
const MAX_CATEGORIES = 40;

/** What the document says about itself. */
export function describeDocument(root: Place, options: ImportOptions): Description {
  const info = child(root, "info")?.value;
  const contact = child(child(root, "info") ?? root, "contact")?.value;
  const title = ownText(info, "title") ?? "API";
  const description = ownText(info, "description");
  const homepage = [ownText(child(root, "externalDocs")?.value, "url"), ownText(contact, "url")].find(
    (url) => url !== undefined && /^https?:\/\/[^\s{}|\\^`<>"]+$/.test(url),
  );
  const support = ownText(contact, "email") ?? ownText(contact, "url");
  const categories = [...new Set(items(child(root, "tags")).flatMap(({ value }) => ownText(value, "name") ?? []))].slice(
    0,
    MAX_CATEGORIES,
  );
  return {
    format: "mortise.contract/1",
    name: options.name ?? kebab(title),
    version: options.version ?? "1.0.0",
    title,
    publisher: options.publisher ?? ownText(contact, "name") ?? "unknown",
    ...(description === undefined
      ? {}
      : { description: description.length > MAX_DESCRIPTION ? `${description.slice(0, MAX_DESCRIPTION - 1)}…` : description }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(support === undefined ? {} : { support }),
  };
}

/** A name of a connector from a title. */
export function kebab(title: string): string {
  const plain = title
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\b(open)?api\b|\brest\b|\bv?\d+(\.\d+)+\b|\bspecification\b/g, " ")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  if (plain === "") return "api";
  return /^[a-z]/.test(plain) ? plain : `api-${plain}`;
}
