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
    const { schemas } = contract;
    const list = typeof stream === "string" ? schemaAt(operation.output, stream, schemas) : undefined;
    const item = list?.kind === "found" ? (list.schema.items ?? true) : operation.output;
    return [
      ...listFaults(operation.output, stream, `${at}/stream/items`, schemas, "output"),
      ...listFaults(operation.output, own(operation.itemOutcomes, "items"), `${at}/itemOutcomes/items`, schemas, "output"),
      ...listFaults(operation.output, own(operation.batch, "output"), `${at}/batch/output`, schemas, "output"),
      ...listFaults(operation.input, own(operation.batch, "input"), `${at}/batch/input`, schemas, "input"),
      ...plainFaults(item, own(operation.incremental, "cursor"), `${at}/incremental/cursor`, schemas),
      ...asList(operation.identity).flatMap((pointer, index) => plainFaults(item, pointer, `${at}/identity/${index}`, schemas)),
    ];
  });
}

function listFaults(
  root: unknown,
  pointer: unknown,
  path: string,
  schemas: unknown,
  side: "input" | "output",
): readonly Diagnostic[] {
  if (typeof pointer !== "string") return [];
  const found = schemaAt(root, pointer, schemas);
  if (found.kind === "missing") return [unknownReference(path, `${side} field`, found.segment, found.known)];
  if (found.kind === "found" && [found.schema.type].flat().includes("array")) return [];
  return [
    problem(
      "WRONG_TYPE",
      path,
      `expected the place of a list in the ${side}, but ${JSON.stringify(pointer)} is declared as something else`,
    ),
  ];
}

/** What identifies or orders items is a plain value. */
function plainFaults(item: unknown, pointer: unknown, path: string, schemas: unknown): readonly Diagnostic[] {
  if (typeof pointer !== "string") return [];
  const found = schemaAt(item, pointer, schemas);
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
