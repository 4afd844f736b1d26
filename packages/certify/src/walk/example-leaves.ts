import { type Contract, type Json, joinPointer } from "@mortise/contract";

/** A text in an example. */
export interface ExampleLeaf {
  readonly path: string;
  readonly value: string;
  /** Key that it stands under; `""` in a list. */
  readonly key: string;
}

/** Every text in the outputs and recorded answers of examples. */
export function exampleLeaves(contract: Contract): readonly ExampleLeaf[] {
  return examplesOf(contract).flatMap(({ at, example }) => [
    ...leavesOf(example.output ?? null, `${at}/output`),
    ...leavesOf(example.response?.body ?? null, `${at}/response/body`),
  ]);
}

/** Every text in examples and counter-examples, inputs and headers included. */
export function allExampleLeaves(contract: Contract): readonly ExampleLeaf[] {
  return examplesOf(contract, true).flatMap(({ at, example }) => leavesOf(JSON.parse(JSON.stringify(example)) as Json, at));
}

function examplesOf({ operations, triggers = {} }: Contract, counter = false) {
  const own = Object.entries({ ...operations }).flatMap(([name, operation]) => [
    ...operation.examples.map((example, index) => ({ at: joinPointer("operations", name, "examples", index), example })),
    ...(counter ? (operation.counterExamples ?? []) : []).map((example, index) => ({
      at: joinPointer("operations", name, "counterExamples", index),
      example: { ...example, output: undefined },
    })),
  ]);
  const events = Object.entries(triggers).flatMap(([name, { examples }]) =>
    examples.map((example, index) => ({ at: joinPointer("triggers", name, "examples", index), example })),
  );
  return [...own, ...events];
}

/** Every text in a value, with its place. */
export function leavesOf(value: Json, at: string, key = ""): readonly ExampleLeaf[] {
  if (typeof value === "string") return [{ path: at, value, key }];
  if (Array.isArray(value)) return value.flatMap((each: Json, index) => leavesOf(each, `${at}/${index}`, key));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => leavesOf(each, at + joinPointer(name), name));
}
