import type { Diagnostic } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { asList, entriesOf, type Loose, own } from "../loose.ts";
import { problem, unknownReference } from "../problem.ts";
import { schemaAt } from "../schema-at.ts";

/** JSON pointers into an output lead to something that its schema declares. */
export function checkPointers(contract: Loose): readonly Diagnostic[] {
  return entriesOf(contract.operations).flatMap(([name, operation]) => {
    const at = joinPointer("operations", name);
    const stream = own(operation.stream, "items");
    const list = typeof stream === "string" ? schemaAt(operation.output, stream) : undefined;
    const item = list?.kind === "found" ? (list.schema.items ?? true) : operation.output;
    return [
      ...(typeof stream === "string" ? streamFaults(operation, stream, `${at}/stream/items`) : []),
      ...asList(operation.identity).flatMap((pointer, index) => identityFaults(item, pointer, `${at}/identity/${index}`)),
    ];
  });
}

function streamFaults(operation: Loose, pointer: string, path: string): readonly Diagnostic[] {
  const found = schemaAt(operation.output, pointer);
  if (found.kind === "missing") return [unknownReference(path, "output field", found.segment, found.known)];
  if (found.kind === "found" && [found.schema.type].flat().includes("array")) return [];
  return [
    problem(
      "WRONG_TYPE",
      path,
      `expected the place of a list in the output, but ${JSON.stringify(pointer)} is declared as something else`,
    ),
  ];
}

function identityFaults(item: unknown, pointer: unknown, path: string): readonly Diagnostic[] {
  if (typeof pointer !== "string") return [];
  const found = schemaAt(item, pointer);
  if (found.kind === "missing") return [unknownReference(path, "output field", found.segment, found.known)];
  const types = found.kind === "found" ? [found.schema.type].flat() : [];
  return types.includes("object") || types.includes("array")
    ? [
        problem(
          "WRONG_TYPE",
          path,
          `expected a plain value that identifies an item, but ${JSON.stringify(pointer)} is declared as ${types.join(" or ")}`,
        ),
      ]
    : [];
}
