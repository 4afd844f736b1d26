// Pins: a contract that passes check, and then does not compile, generates types or docs that are broken, or fails against its own simulator.
import type { Contract } from "@mortise/contract";
import { checkContract } from "@mortise/contract/validation";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compileTypes } from "../../packages/cli/test/types/compile-types.ts";
import { anyContract } from "./any-contract.ts";
import { proveContract } from "./prove-contract.ts";

/** Change it to look further; a failure prints seed and path. */
const SEED = 2_611;
const ROUNDS = 25;

test("any contract that passes check compiles, has types, docs, a simulator, and calls that come back valid", async () => {
  const sources = new Map<string, string>();
  let unsound = 0;
  let calls = 0;
  const property = fc.asyncProperty(anyContract, async (made) => {
    const contract = JSON.parse(JSON.stringify(made)) as Contract;
    if (checkContract(contract).some(({ severity }) => severity === "error")) {
      unsound += 1;
      return;
    }
    const proof = await proveContract(contract);
    sources.set(`round-${sources.size}`, proof.types);
    calls += proof.calls;
  });
  await fc.assert(property, { seed: SEED, numRuns: ROUNDS, endOnFailure: true });
  expect(await compileTypes(sources), `seed ${SEED}`).toBe("");
  expect(unsound, `of ${ROUNDS} contracts`).toBeLessThan(ROUNDS / 10);
  expect(calls).toBeGreaterThan(ROUNDS * 4);
});
