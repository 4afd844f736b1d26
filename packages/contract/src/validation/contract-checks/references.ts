import type { Diagnostic } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { asObject, entriesOf, type Loose, own } from "../loose.ts";
import { problem, unknownReference } from "../problem.ts";

/** Every name inside the contract refers to something: budgets, and the operations that test, undo and probe. */
export function checkReferences(contract: Loose): readonly Diagnostic[] {
  const budgets = Object.keys(asObject(contract.budgets));
  const fromOperations = entriesOf(contract.operations).flatMap(([name, operation]) => {
    const at = joinPointer("operations", name);
    const budget = operation.budget;
    return [
      ...(typeof budget === "string" && !budgets.includes(budget)
        ? [unknownReference(`${at}/budget`, "budget", budget, budgets)]
        : []),
      ...operationReference(contract, operation.compensate, `${at}/compensate/operation`, undefined),
      ...operationReference(contract, operation.probe, `${at}/probe/operation`, "read"),
    ];
  });
  const fromAuth = entriesOf(contract.auth).flatMap(([id, scheme]) =>
    operationReference(contract, scheme.test, joinPointer("auth", id, "test", "operation"), "read"),
  );
  return [...fromAuth, ...fromOperations];
}

function operationReference(contract: Loose, holder: unknown, path: string, effect: "read" | undefined): readonly Diagnostic[] {
  const name = own(holder, "operation");
  if (typeof name !== "string") return [];
  const operations = asObject(contract.operations);
  if (!Object.hasOwn(operations, name)) return [unknownReference(path, "operation", name, Object.keys(operations))];
  const found = own(operations[name], "effect");
  return effect === undefined || found === effect
    ? []
    : [
        problem(
          "UNSAFE_CONTRACT",
          path,
          `expected an operation whose effect is ${effect}, but "${name}" has effect ${String(found)}`,
        ),
      ];
}
