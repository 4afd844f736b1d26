import { compileValue } from "@mortise/builders";
import type { Contract, JsonSchemaObject, OptionSource } from "@mortise/contract";
import { schemaAt } from "@mortise/contract/validation";
import { defineCheck, type Finding } from "../check.ts";
import { subSchemas } from "../walk/sub-schemas.ts";

export const optionSources = defineCheck({
  id: "MC010",
  name: "option-sources",
  severity: "error",
  title:
    "What gives the choices of a field is a list of items with value and label; where the list has pages, it can be searched.",
  why: "A drop-down that is empty, shows identifiers, or ends after a hundred of ten thousand entries is worse than a plain field.",
  reading:
    "Choices without search are searched among those that were read, so a paged source without it is a warning. Which fields a source depends on follows from what its `with` reads.",
  bad: {
    contract: {
      operations: { deleteContact: { input: { properties: { contactId: { "x-options": { label: "/fullName" } } } } } },
    },
  },
  good: {
    contract: {
      operations: { deleteContact: { input: { properties: { contactId: { "x-options": { label: "/email" } } } } } },
    },
  },
  run: ({ contract, schemas }) => schemas().flatMap(({ path, schema }) => sourcesIn(contract, schema, path)),
});

function sourcesIn(contract: Contract, schema: JsonSchemaObject, at: string): readonly Finding[] {
  const source = schema["x-options"];
  return [
    ...(source === undefined ? [] : sourceFaults(contract, source, `${at}/x-options`)),
    ...subSchemas(schema, at).flatMap(([path, child]) => sourcesIn(contract, child, path)),
  ];
}

function sourceFaults(contract: Contract, source: OptionSource, at: string): readonly Finding[] {
  const operation = Object.hasOwn(contract.operations, source.operation) ? contract.operations[source.operation] : undefined;
  if (operation === undefined) return [];
  if (operation.stream === undefined) {
    const isOpen = operation.output.properties === undefined && operation.output.type !== "array";
    const message = `"${source.operation}" gives no list; it needs "stream" with the place of its items`;
    return [{ code: "INVALID_VALUE", path: `${at}/operation`, message, ...(isOpen ? { severity: "warning" as const } : {}) }];
  }
  const list = schemaAt(operation.output, operation.stream.items, contract.schemas);
  const item = list.kind === "found" ? (list.schema.items ?? true) : true;
  const pointers = (["value", "label"] as const).flatMap((key): readonly Finding[] => {
    const found = schemaAt(item, source[key], contract.schemas);
    if (found.kind !== "missing") return [];
    const message = `an item of "${source.operation}" has no "${found.segment}"; it has ${found.known.join(", ") || "nothing"}`;
    return [{ code: "UNKNOWN_REFERENCE", path: `${at}/${key}`, message }];
  });
  return [...pointers, ...searchFaults(source, operation.pagination !== undefined, at)];
}

function searchFaults(source: OptionSource, paged: boolean, at: string): readonly Finding[] {
  const searches = source.with !== undefined && compileValue(source.with).reads.some(([variable]) => variable === "search");
  if (source.searchable === true && !searches) {
    const message = `says that it is searched, but its "with" does not read "search"`;
    return [{ code: "INVALID_VALUE", path: `${at}/searchable`, message }];
  }
  if (searches && source.searchable !== true) {
    const fix = { title: 'Add "searchable": true.', patch: [{ op: "add" as const, path: `${at}/searchable`, value: true }] };
    return [{ code: "MISSING_KEY", path: `${at}/searchable`, message: `is missing, though "with" reads "search"`, fix }];
  }
  if (!paged || searches) return [];
  const message = "its list has pages, and it cannot be searched; choices beyond the first pages are hard to find";
  return [{ code: "INVALID_VALUE", path: at, message, severity: "warning" }];
}
