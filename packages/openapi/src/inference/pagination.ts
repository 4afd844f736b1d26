import type { PageParamPlace, Pagination } from "@mortise/contract";
import { escapeSegment } from "@mortise/contract";
import { own } from "../document/loose.ts";
import type { SchemaImporter } from "../schemas/schema-importer.ts";
import type { FoundList } from "./find-list.ts";
import { fieldsOf, shapeOf, typesOf } from "./schema-shape.ts";

/** A parameter that may ask for a page. */
export interface PageParameter {
  readonly name: string;
  readonly in: PageParamPlace;
  readonly schema: unknown;
}

/** How a list is paged, and what of it is a guess. */
export interface FoundPagination {
  readonly pagination: Pagination;
  readonly review: string | undefined;
}

const CURSOR =
  /^(cursor|(next_?)?page_?token|next_?token|next_?cursor|continuation(_?token)?|marker|key_?marker|page_?marker|scroll_?id|page\[cursor\]|page_?cursor|offset|next_?page|start_?cursor|exclusive_?start_?key|after|starting_?after|start_?after|page\[after\]|page)$/i;
const LAST_ITEM = /^(starting_?after|after|after_?id|start_?after|since_?id)$/i;
const PAGE = /^(page|page_?(number|num|no|index)|page\[number\]|current_?page)$/i;
const OFFSET = /^(offset|skip|start|start_?(at|index)|page\[offset\]|\$skip)$/i;
const SIZE =
  /^(limit|per_?page|page_?size|size|page_?limit|max_?results|max_?items|count|page\[(size|limit)\]|max_?keys|top|\$top|results_?per_?page)$/i;

const NEXT_CURSOR =
  /^(next_?cursor|next_?page_?token|next_?token|next_?marker|next_?continuation_?token|continuation_?token|next_?page_?(cursor|offset|id)|next_?offset|next_?key_?marker|end_?cursor|cursor|after|next_?page|last_?id|next)$/i;
const NEXT_URL = /^(next(_?page)?_?(url|uri|link|href)|next|@odata\.nextlink|odata\.nextlink|nextpage)$/i;
const HOLDERS =
  /^(meta|metadata|pagination|paging|page|page_?info|cursors?|response_?metadata|links|_links|result|list_?metadata|paging_?info)$/i;
const LINKS = /^_?links$/i;

/** How the pages of a list are asked for, from the names of parameters and the shape of the answer. Undefined where nothing tells. */
export function findPagination(
  parameters: readonly PageParameter[],
  output: unknown,
  list: FoundList,
  headers: readonly string[],
  schemas: SchemaImporter,
): FoundPagination | undefined {
  const fields = pointers(output, schemas);
  const size = parameters.find(({ name }) => SIZE.test(name));
  const sizes = sizeOf(size, schemas);
  const more = fields.find(({ name, types }) => /^has_?(more|next(_?page)?)$/i.test(name) && types.includes("boolean"))?.pointer;
  const bounds = more === undefined ? {} : { more };
  const sure = (pagination: Pagination): FoundPagination => ({ pagination, review: undefined });

  const cursor = parameters.find(({ name, schema }) => CURSOR.test(name) && !isNumber(schema, schemas));
  const nextCursor = cursor && bestCursor(cursor.name, fields);
  if (cursor !== undefined && nextCursor !== undefined)
    return sure({ kind: "cursor", cursor: nextCursor, param: cursor.name, ...placed(cursor), ...sizes, ...bounds });

  const nextUrl = fields.find(({ name, holder, types, isUrl }) => {
    if (!NEXT_URL.test(name) || !(types.includes("string") || isUrl)) return false;
    return isUrl || LINKS.test(holder) || /url|uri|link|href/i.test(name);
  });
  if (nextUrl !== undefined) return sure({ kind: "nextUrl", url: nextUrl.pointer });
  if (headers.some((name) => name.toLowerCase() === "link")) return sure({ kind: "link" });

  const lastItem = parameters.find(({ name }) => LAST_ITEM.test(name));
  const key = ["id", "Id", "ID"].find((name) => fieldsOf(list.item, schemas).has(name));
  if (lastItem !== undefined && key !== undefined) {
    const review = `Pages are asked for by "${lastItem.name}", taken from "${key}" of the last item. Confirm it.`;
    return {
      pagination: {
        kind: "cursor",
        cursor: `/${key}`,
        from: "lastItem",
        param: lastItem.name,
        ...placed(lastItem),
        ...sizes,
        ...bounds,
      },
      review: more === undefined ? review : undefined,
    };
  }

  const page = parameters.find(({ name, schema }) => PAGE.test(name) && isNumber(schema, schemas));
  if (page !== undefined) {
    const total = fields.find(({ name }) => /^(total_?pages|page_?count|pages|last_?page|num_?pages)$/i.test(name))?.pointer;
    const zero = [own(shapeOf(page.schema, schemas), "default"), own(shapeOf(page.schema, schemas), "minimum")].includes(0);
    return guess(
      {
        kind: "page",
        param: page.name,
        ...placed(page),
        ...(zero ? { first: 0 } : {}),
        ...sizes,
        ...(total ? { total } : {}),
        ...bounds,
      },
      page.name,
    );
  }
  const offset = parameters.find(({ name, schema }) => OFFSET.test(name) && isNumber(schema, schemas));
  if (offset === undefined) return undefined;
  const total = fields.find(
    ({ name, types }) => /^(total|total_?(count|results|items|size|records))$/i.test(name) && !types.includes("object"),
  )?.pointer;
  return guess(
    { kind: "offset", param: offset.name, ...placed(offset), ...sizes, ...(total ? { total } : {}), ...bounds },
    offset.name,
  );
}

function guess(pagination: Pagination, name: string): FoundPagination {
  const tells = "total" in pagination || pagination.more !== undefined || ("size" in pagination && pagination.size !== undefined);
  return {
    pagination,
    review: tells ? undefined : `Pages are counted by "${name}" until one is empty: the document does not tell where they end.`,
  };
}

interface Field {
  readonly name: string;
  /** Name of the field around it; empty at the top. */
  readonly holder: string;
  readonly pointer: string;
  readonly types: readonly string[];
  readonly isUrl: boolean;
}

/** The fields of an answer that may say something about pages: at the top, in the usual holders, and one below those. */
function pointers(output: unknown, schemas: SchemaImporter, above = "", holder = "", depth = 0): readonly Field[] {
  return [...fieldsOf(output, schemas)].flatMap(([name, schema]) => {
    const pointer = `${above}/${escapeSegment(name)}`;
    const format = own(shapeOf(schema, schemas), "format");
    const field: Field = {
      name,
      holder,
      pointer,
      types: typesOf(schema, schemas),
      isUrl: format === "uri" || format === "uri-reference",
    };
    const isLink = LINKS.test(holder) && name === "next";
    const goesOn = depth < 3 && (HOLDERS.test(name) || isLink);
    const inner = goesOn ? pointers(schema, schemas, pointer, isLink ? holder : name, depth + 1) : [];
    const href = isLink ? inner.filter((each) => each.name === "href").map((each) => ({ ...each, name: "next" })) : inner;
    return [...(field.types.includes("object") ? [] : [field]), ...href];
  });
}

/** Of several fields the one that sounds most like the parameter. */
function bestCursor(param: string, fields: readonly Field[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z]|next|page/g, "");
  const candidates = fields.filter(
    ({ name, holder, types, isUrl }) =>
      NEXT_CURSOR.test(name) && !isUrl && !LINKS.test(holder) && !types.includes("boolean") && !types.includes("array"),
  );
  const usable = candidates.filter(
    ({ name, holder }) => !/^(cursor|after|next)$/i.test(name) || holder !== "" || name.toLowerCase() === param.toLowerCase(),
  );
  const same = usable.find(({ name }) => /^next/i.test(name) && plain(name) === plain(param));
  const next = usable.find(({ name }) => /^next/i.test(name));
  return (same ?? next ?? usable[0])?.pointer;
}

function sizeOf(
  parameter: PageParameter | undefined,
  schemas: SchemaImporter,
): { readonly sizeParam?: string; readonly size?: number } {
  if (parameter === undefined) return {};
  const shape = shapeOf(parameter.schema, schemas);
  const size = [own(shape, "maximum"), own(shape, "default")].find(
    (value): value is number => typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 1000,
  );
  return { sizeParam: parameter.name, ...(size === undefined ? {} : { size }) };
}

const placed = ({ in: place }: PageParameter): { readonly in?: PageParamPlace } => (place === "query" ? {} : { in: place });

function isNumber(schema: unknown, schemas: SchemaImporter): boolean {
  return typesOf(schema, schemas).some((type) => type === "integer" || type === "number");
}
