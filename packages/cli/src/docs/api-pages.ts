import type { Contract, JsonSchema } from "@mortise/contract";
import { effectWords, repeatWords } from "./limit-words.ts";
import { heading } from "./made-by.ts";
import { type OperationGroup, operationGroups } from "./operation-groups.ts";
import { type Links, operationSection, shape } from "./operation-section.ts";
import { DEFAULT_OUTCOMES } from "./outcome-table.ts";
import { cell, cellCode, code, inline, paragraphs, prose, table } from "./prose.ts";
import { triggerSection } from "./trigger-section.ts";

/** Where a page is split, bytes. */
export const PAGE_LIMIT = 300_000;

/** The reference of a contract. */
export interface ApiPages {
  /** Text by path from the connector's folder: `API.md`, and files below `docs/api/` where one page would be too large. */
  readonly pages: ReadonlyMap<string, string>;
  /** Groups that have a page of their own; empty where everything is on one. */
  readonly groups: readonly OperationGroup[];
  /** Link to an operation, from the connector's folder. */
  readonly linkTo: (operation: string) => string;
}

/** Every operation, trigger and shared schema of a contract in words. */
export function apiPages(contract: Contract): ApiPages {
  const onePage: Links = { operation: (name) => `[${cellCode(name)}](#${anchor(name)})`, schema: schemaLink("") };
  const sections = new Map(sectionsOf(contract, onePage));
  const schemas = schemaSections(contract, onePage);
  const whole = paragraphs([
    intro(contract),
    operationTable(contract, onePage.operation),
    ...sections.values(),
    triggers(contract, onePage),
    ...schemasPart(schemas),
  ]);
  if (Buffer.byteLength(whole) <= PAGE_LIMIT) {
    return {
      pages: new Map([["API.md", `${whole}\n`]]),
      groups: [],
      linkTo: (name) => `[${cellCode(name)}](API.md#${anchor(name)})`,
    };
  }
  return splitPages(contract, (name) => Buffer.byteLength(sections.get(name) ?? ""));
}

function splitPages(contract: Contract, sizeOf: (operation: string) => number): ApiPages {
  const groups = operationGroups(contract, sizeOf, PAGE_LIMIT * 0.9);
  const pageOf = new Map(groups.flatMap(({ name, operations }) => operations.map((operation) => [operation, name] as const)));
  const schemaPages = schemaParts(contract);
  const schemaPageOf = new Map(schemaPages.flatMap(({ page, names }) => names.map((name) => [name, page] as const)));
  const linksFrom = (folder: string): Links => ({
    operation: (name) => `[${cellCode(name)}](${folder}${pageOf.get(name)}.md#${anchor(name)})`,
    schema: (name) => schemaLink(`${folder}${schemaPageOf.get(name) ?? "schemas-1"}.md`)(name),
  });
  const inside = linksFrom("");
  const outside = linksFrom("docs/api/");
  const sections = new Map(sectionsOf(contract, inside));
  const schemas = new Map(Object.keys(contract.schemas ?? {}).map((name) => [name, schemaSection(contract, name, inside)]));
  const pages = new Map<string, string>();
  const index = table(
    ["page", "operations"],
    groups.map(({ name, operations }) => [`[${name}](docs/api/${name}.md)`, operations.map(code).join(", ")]),
  );
  pages.set("API.md", `${paragraphs([intro(contract), index, triggers(contract, outside)])}\n`);
  for (const { name, operations } of groups) {
    const some = {
      ...contract,
      operations: Object.fromEntries(operations.map((each) => [each, contract.operations[each]])),
    } as Contract;
    const parts = [
      heading(`${contract.title}: ${name}`),
      operationTable(some, inside.operation),
      ...operations.map((each) => sections.get(each) ?? ""),
    ];
    pages.set(`docs/api/${name}.md`, `${paragraphs(parts)}\n`);
  }
  for (const { page, names } of schemaPages) {
    const parts = [heading(`${contract.title}: schemas`), ...names.map((name) => schemas.get(name) ?? "")];
    pages.set(`docs/api/${page}.md`, `${paragraphs(parts)}\n`);
  }
  return { pages, groups, linkTo: outside.operation };
}

/** What an operation does, with its effect and whether a repeat is safe, one a row. */
export function operationTable(contract: Contract, linkTo: (operation: string) => string): string {
  const rows = Object.entries(contract.operations).map(([name, { title, effect, idempotency, deprecated }]) => [
    linkTo(name),
    `${cell(title)}${deprecated === undefined ? "" : " (deprecated)"}`,
    effectWords(effect),
    repeatWords(idempotency),
  ]);
  return table(["operation", "what it does", "effect", "repeating it"], rows);
}

function intro(contract: Contract): string {
  return paragraphs([
    heading(`${contract.title}: reference`),
    `\`${contract.name}\` ${contract.version}. A field path such as \`rows[].name\` is in each element of a list, \`fields.*.to\` under any key.`,
    DEFAULT_OUTCOMES,
  ]);
}

function sectionsOf(contract: Contract, links: Links): readonly (readonly [string, string])[] {
  return Object.entries(contract.operations).map(([name, operation]) => [
    name,
    operationSection(contract, name, operation, links),
  ]);
}

function triggers(contract: Contract, links: Links): string {
  const sections = Object.entries(contract.triggers ?? {}).map(([name, trigger]) => triggerSection(name, trigger, links));
  return sections.length === 0 ? "" : paragraphs(["## Triggers", ...sections]);
}

function schemasPart(sections: readonly string[]): readonly string[] {
  return sections.length === 0 ? [] : ["## Schemas", ...sections];
}

function schemaSections(contract: Contract, links: Links): readonly string[] {
  return Object.keys(contract.schemas ?? {}).map((name) => schemaSection(contract, name, links));
}

function schemaSection(contract: Contract, name: string, links: Links): string {
  const schema: JsonSchema = contract.schemas?.[name] ?? true;
  const described = typeof schema === "object" && schema.description !== undefined ? prose(schema.description) : "";
  const fields = typeof schema === "boolean" ? "Anything" : shape("Fields", schema, links.schema);
  return paragraphs([`<a id="${schemaAnchor(name)}"></a>\n### ${inline(name)}`, described, fields]);
}

/** Shared schemas in the order of the contract, as many a page as fit. */
function schemaParts(contract: Contract): readonly { readonly page: string; readonly names: readonly string[] }[] {
  const parts: string[][] = [];
  let size = PAGE_LIMIT;
  for (const name of Object.keys(contract.schemas ?? {})) {
    const own = Buffer.byteLength(schemaSection(contract, name, { operation: code, schema: schemaLink("schemas-99.md") }));
    if (size + own > PAGE_LIMIT * 0.9) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(name);
    size += own;
  }
  return parts.map((names, index) => ({ page: `schemas-${index + 1}`, names }));
}

const anchor = (operation: string): string => encodeURIComponent(operation.toLowerCase());
const schemaAnchor = (name: string): string => `schema-${name.replaceAll(/[^A-Za-z0-9]+/g, "-").toLowerCase()}`;
const schemaLink = (page: string) => (name: string) =>
  `[${cell(name).replaceAll(/[[\]]/g, "\\$&")}](${page}#${schemaAnchor(name)})`;
