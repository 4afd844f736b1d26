import type { Diagnostic } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { asList, asObject, entriesOf, type Loose, own } from "../loose.ts";
import { problem, unknownReference } from "../problem.ts";

/** Every name inside the contract refers to something: budgets, auth schemes, and the operations that test, undo, probe, feed and wait. */
export function checkReferences(contract: Loose): readonly Diagnostic[] {
  const budgets = Object.keys(asObject(contract.budgets));
  const schemes = Object.keys(asObject(contract.auth));
  const fromOperations = entriesOf(contract.operations).flatMap(([name, operation]) => {
    const at = joinPointer("operations", name);
    const budget = operation.budget;
    return [
      ...(typeof budget === "string" && !budgets.includes(budget)
        ? [unknownReference(`${at}/budget`, "budget", budget, budgets)]
        : []),
      ...operationReference(contract, operation.compensate, `${at}/compensate/operation`, undefined),
      ...operationReference(contract, operation.probe, `${at}/probe/operation`, "read"),
      ...asList(operation.auth).flatMap((id, index) =>
        typeof id !== "string" || schemes.includes(id)
          ? []
          : [unknownReference(`${at}/auth/${index}`, "auth scheme", id, schemes)],
      ),
      ...replacementFaults(contract, "operations", operation, at),
      ...operationReference(contract, own(operation.wait, "poll"), `${at}/wait/poll/operation`, "read"),
      ...operationReference(contract, own(operation.wait, "fetch"), `${at}/wait/fetch/operation`, "read"),
      ...operationReference(contract, own(operation.wait, "cancel"), `${at}/wait/cancel/operation`, undefined),
      ...operationReference(contract, own(operation.partition, "parent"), `${at}/partition/parent/operation`, "read"),
      ...operationReference(contract, own(operation.searchOrCreate, "search"), `${at}/searchOrCreate/search/operation`, "read"),
      ...operationReference(
        contract,
        own(operation.searchOrCreate, "create"),
        `${at}/searchOrCreate/create/operation`,
        undefined,
      ),
      ...sourceFaults(contract, operation.input, `${at}/input`),
    ];
  });
  const fromTriggers = entriesOf(contract.triggers).flatMap(([name, trigger]) => {
    const at = joinPointer("triggers", name);
    return [
      ...replacementFaults(contract, "triggers", trigger, at),
      ...operationReference(contract, trigger.source, `${at}/source/operation`, "read"),
      ...["subscribe", "unsubscribe", "renew"].flatMap((key) =>
        operationReference(contract, trigger[key], `${at}/${key}/operation`, undefined),
      ),
      ...sourceFaults(contract, trigger.input, `${at}/input`),
    ];
  });
  const fromAuth = entriesOf(contract.auth).flatMap(([id, scheme]) => [
    ...operationReference(contract, scheme.test, joinPointer("auth", id, "test", "operation"), "read"),
    ...operationReference(contract, scheme.revoke, joinPointer("auth", id, "revoke", "operation"), undefined),
    ...asList(scheme.postConnect).flatMap((step, index) =>
      operationReference(contract, step, joinPointer("auth", id, "postConnect", index, "operation"), "read"),
    ),
    ...asList(scheme.preDelete).flatMap((step, index) =>
      operationReference(contract, step, joinPointer("auth", id, "preDelete", index, "operation"), undefined),
    ),
  ]);
  const fromSchemas = entriesOf(contract.schemas).flatMap(([name, schema]) =>
    sourceFaults(contract, schema, joinPointer("schemas", name)),
  );
  return [...fromAuth, ...fromOperations, ...fromTriggers, ...fromSchemas];
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

function replacementFaults(contract: Loose, kind: "operations" | "triggers", holder: Loose, at: string): readonly Diagnostic[] {
  const name = own(holder.lifecycle, "replacement");
  if (typeof name !== "string") return [];
  const known = Object.keys(asObject(contract[kind]));
  return known.includes(name) ? [] : [unknownReference(`${at}/lifecycle/replacement`, kind.slice(0, -1), name, known)];
}

/** Choices and shapes that an operation gives (`x-options`, `x-fields`), anywhere in a schema. */
function sourceFaults(contract: Loose, schema: unknown, at: string): readonly Diagnostic[] {
  if (Array.isArray(schema)) return schema.flatMap((each, index) => sourceFaults(contract, each, `${at}/${index}`));
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, part]) => {
    const path = at + joinPointer(key);
    return key === "x-options" || key === "x-fields"
      ? operationReference(contract, part, `${path}/operation`, "read")
      : sourceFaults(contract, part, path);
  });
}
