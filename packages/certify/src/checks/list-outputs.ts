import { type JsonSchema, joinPointer, type Operation } from "@mortise/contract";
import { schemaAt } from "@mortise/contract/validation";
import { defineCheck, type Finding } from "../check.ts";
import { resolvedSchema } from "../walk/resolved-schema.ts";

export const listOutputs = defineCheck({
  id: "MC021",
  name: "list-outputs",
  severity: "certification",
  title: "An operation that lists things says where the list is, what an item is, and how pages follow.",
  why: "Without it a list cannot be streamed, a for-each has no fields to offer, and the second page is never read.",
  reading: "A read whose output is a list of objects, or an object with exactly one such list, is one that lists things.",
  autofix: "Adds `stream` with the place of the only list.",
  bad: {
    contract: {
      operations: {
        listContacts: { stream: null, pagination: null, incremental: null, identity: [] },
        deleteContact: { input: { properties: { contactId: { "x-options": null, "x-no-options": "Acme has no search." } } } },
      },
      triggers: { contactChanged: null },
    },
  },
  good: {
    contract: {
      operations: {
        listContacts: {
          stream: { items: "/contacts", resume: "none" },
          pagination: { kind: "link", cursor: null, param: null, maxPages: 100 },
        },
      },
    },
  },
  run: ({ contract }) =>
    Object.entries(contract.operations).flatMap(([name, operation]) =>
      listFaults(operation, joinPointer("operations", name), contract.schemas),
    ),
});

type Schemas = { readonly [name: string]: JsonSchema } | undefined;

function listFaults(operation: Operation, at: string, schemas: Schemas): readonly Finding[] {
  const { stream, pagination, effect } = operation;
  const output = resolvedSchema(operation.output, schemas);
  if (stream === undefined) {
    if (pagination !== undefined)
      return [{ code: "MISSING_KEY", path: `${at}/stream`, message: 'is missing: "pagination" needs the place of the list' }];
    const list = effect === "read" && operation.request !== undefined ? onlyListOf(output) : undefined;
    if (list === undefined) return [];
    const fix = {
      title: `Add "stream" with items ${JSON.stringify(list)}.`,
      patch: [{ op: "add" as const, path: `${at}/stream`, value: { items: list, resume: "none" } }],
    };
    return [
      {
        code: "MISSING_KEY",
        path: `${at}/stream`,
        message: `is missing: the output holds a list at ${JSON.stringify(list)}`,
        fix,
      },
    ];
  }
  const found = schemaAt(operation.output, stream.items, schemas);
  if (found.kind !== "found") return [];
  const { items } = found.schema;
  const isDeclared = typeof items === "object" && items !== null && Object.keys(items).length > 0;
  return isDeclared
    ? []
    : [
        {
          code: "MISSING_KEY",
          path: `${at}/output`,
          message: `does not say what an item of the list at ${JSON.stringify(stream.items)} is`,
        },
      ];
}

/** Pointer to the only list of objects of an output; undefined where there is none, or several. */
function onlyListOf(output: JsonSchema): string | undefined {
  if (typeof output === "boolean") return undefined;
  if (isListOfObjects(output)) return "";
  const lists = Object.entries(output.properties ?? {}).filter(([, schema]) => isListOfObjects(schema));
  return output.type === "object" && lists.length === 1 ? joinPointer(lists[0]?.[0] ?? "") : undefined;
}

function isListOfObjects(schema: JsonSchema): boolean {
  if (typeof schema === "boolean" || schema.type !== "array" || typeof schema.items !== "object") return false;
  return schema.items.type === "object" || schema.items.$ref !== undefined;
}
