import { isDeepStrictEqual } from "node:util";
import { type Contract, describeValue, type Example, type Json, joinPointer, type Operation } from "@mortise/contract";
import type { Finding } from "../check.ts";
import { playAnswer } from "./play-answer.ts";

/**
 * Runs the examples and counter-examples of a contract that have an answer: it must come to the output, or to the outcome, that they say.
 * What can be told from the schemas alone is found by `checkContract`. The findings are those of MC018.
 */
export function runExamples(contract: Contract): readonly Finding[] {
  return Object.entries(contract.operations).flatMap(([name, operation]) => [
    ...operation.examples.flatMap((example, index) =>
      exampleFaults(contract, name, example, joinPointer("operations", name, "examples", index)),
    ),
    ...counterFaults(contract, name, operation),
  ]);
}

function exampleFaults(contract: Contract, name: string, example: Example, at: string): readonly Finding[] {
  if (example.response === undefined) return [];
  const { as, output, failure } = playAnswer(contract, name, example);
  const path = `${at}/response`;
  if (as !== "success") return [failed(path, `comes to "${as}", though an example is one that succeeds`)];
  if (failure !== undefined) return [failed(path, `makes no output: ${failure}`)];
  if (example.output === undefined || isDeepStrictEqual(output, example.output)) return [];
  return [failed(`${at}/output`, `is not what the answer comes to: ${difference(example.output, output ?? null)}`)];
}

function counterFaults(contract: Contract, name: string, { counterExamples = [] }: Operation): readonly Finding[] {
  return counterExamples.flatMap((example, index): readonly Finding[] => {
    if (example.response === undefined) return [];
    const { as } = playAnswer(contract, name, example);
    const expected = example.outcome ?? "invalidInput";
    const path = joinPointer("operations", name, "counterExamples", index, "response");
    return as === expected ? [] : [failed(path, `comes to "${as}", expected "${expected}"`)];
  });
}

const failed = (path: string, message: string): Finding => ({ code: "INVALID_EXAMPLE", path, message });

/** The first place where two values differ. */
function difference(expected: Json, found: Json, at = ""): string {
  if (typeof expected === "object" && expected !== null && typeof found === "object" && found !== null) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
    for (const key of keys) {
      const mine = (expected as { readonly [key: string]: Json })[key];
      const other = (found as { readonly [key: string]: Json })[key];
      if (!isDeepStrictEqual(mine, other)) return difference(mine ?? null, other ?? null, at + joinPointer(key));
    }
  }
  return `${at === "" ? "it" : at} is ${describeValue(found)}, the example says ${describeValue(expected)}`;
}
