import { getPointer, type Json, joinPointer, type Operation } from "@mortise/contract";
import { schemaAt } from "@mortise/contract/validation";
import { defineCheck, type Finding } from "../check.ts";

export const identity = defineCheck({
  id: "MC022",
  name: "identity",
  severity: "error",
  title: "Fields that identify an item exist, hold plain values, and are in the sample.",
  why: "What identifies an item keeps a workflow from starting twice for it; a field that is missing or an object makes all items the same, or none.",
  reading:
    "What is missing in a sample is an error where a trigger or an incremental read tells items apart by it, elsewhere a warning, as is an operation that lists items with an `id` and names no identity.",
  autofix: "Names `/id` where the items have one.",
  bad: { contract: { operations: { listContacts: { identity: ["/id", "/number"] } } } },
  good: { contract: { operations: { listContacts: { identity: ["/id", "/email"] } } } },
  adopts: ({ path }) => /^\/(operations|triggers)\/[^/]+\/(identity|incremental\/cursor)/.test(path),
  run: ({ contract }) => [
    ...Object.entries(contract.operations).flatMap(([name, operation]) => [
      ...sampleFaults(
        operation,
        joinPointer("operations", name),
        operation.stream?.items ?? "",
        operation.incremental !== undefined,
      ),
      ...unnamed(operation, joinPointer("operations", name), contract.schemas),
    ]),
    ...Object.entries(contract.triggers ?? {}).flatMap(([name, trigger]) => [
      ...trigger.identity.flatMap((pointer, index): readonly Finding[] => {
        const found = schemaAt(trigger.output, pointer, contract.schemas);
        if (found.kind !== "missing") return [];
        const message = `an event has no "${found.segment}"; it has ${found.known.join(", ") || "nothing"}`;
        return [{ code: "UNKNOWN_REFERENCE", path: joinPointer("triggers", name, "identity", index), message }];
      }),
      ...sampleFaults(trigger, joinPointer("triggers", name), "", true),
    ]),
  ],
});

/** The identity in the first item of every example's output. */
function sampleFaults(
  { identity: pointers, examples }: Pick<Operation, "identity" | "examples">,
  at: string,
  items: string,
  isTold: boolean,
): readonly Finding[] {
  return examples.flatMap(({ output }, index): readonly Finding[] => {
    const item = output === undefined ? undefined : firstItem(output, items);
    if (item === undefined || item === null || typeof item !== "object") return [];
    return pointers
      .filter((pointer) => getPointer(item, pointer) === undefined)
      .map((pointer) => ({
        code: "INVALID_EXAMPLE",
        path: `${at}/examples/${index}/output`,
        message: `has nothing at ${JSON.stringify(pointer)}, which identifies an item`,
        ...(isTold ? {} : { severity: "warning" as const }),
      }));
  });
}

function firstItem(output: Json, items: string): Json | undefined {
  const list = getPointer(output, items);
  return Array.isArray(list) ? list[0] : list;
}

function unnamed({ stream, identity: pointers, output }: Operation, at: string, schemas: unknown): readonly Finding[] {
  if (stream === undefined || pointers.length > 0) return [];
  const list = schemaAt(output, stream.items, schemas);
  const item = list.kind === "found" ? schemaAt(list.schema.items ?? true, "", schemas) : list;
  if (item.kind !== "found" || !hasId(item.schema.properties)) return [];
  const fix = { title: 'Use ["/id"].', patch: [{ op: "replace" as const, path: `${at}/identity`, value: ["/id"] }] };
  return [
    { code: "MISSING_KEY", path: `${at}/identity`, message: 'is empty, though the items have an "id"', severity: "warning", fix },
  ];
}

const hasId = (properties: unknown): boolean =>
  typeof properties === "object" && properties !== null && Object.hasOwn(properties, "id");
