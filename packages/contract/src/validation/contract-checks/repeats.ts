import type { Diagnostic } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { asObject, entriesOf, type Loose } from "../loose.ts";
import { problem } from "../problem.ts";

/** What is said about repeating an operation holds together, and its limits fit into each other. */
export function checkRepeats(contract: Loose): readonly Diagnostic[] {
  return entriesOf(contract.operations).flatMap(([name, operation]) => {
    const at = joinPointer("operations", name);
    const { idempotency, maxAttempts, attemptTimeoutMs, operationTimeoutMs, effect, cache, hedge, cost } = operation;
    const key = asObject(idempotency);
    return [
      ...(idempotency === "none" && typeof maxAttempts === "number" && maxAttempts > 1
        ? [
            problem(
              "UNSAFE_CONTRACT",
              `${at}/maxAttempts`,
              "more than one attempt, but a repeat may double the effect (idempotency none)",
            ),
          ]
        : []),
      ...(key.key !== undefined && key.key !== "native" && key.name === undefined
        ? [problem("MISSING_KEY", `${at}/idempotency/name`, `is required: the ${String(key.key)} that carries the key`)]
        : []),
      ...(key.key === "native" && operation.native === undefined
        ? [
            problem(
              "INVALID_VALUE",
              `${at}/idempotency/key`,
              "native hands the key to the operation's own code, but there is none",
            ),
          ]
        : []),
      ...(typeof attemptTimeoutMs === "number" && typeof operationTimeoutMs === "number" && attemptTimeoutMs > operationTimeoutMs
        ? [
            problem(
              "INVALID_VALUE",
              `${at}/attemptTimeoutMs`,
              `${attemptTimeoutMs} is longer than the whole call may take (${operationTimeoutMs})`,
            ),
          ]
        : []),
      ...(cache !== undefined && effect !== "read"
        ? [
            problem(
              "UNSAFE_CONTRACT",
              `${at}/cache`,
              `only reads may be answered from a cache, and this is effect ${String(effect)}`,
            ),
          ]
        : []),
      ...(hedge === true && (effect !== "read" || (typeof cost === "number" && cost > 1))
        ? [
            problem(
              "UNSAFE_CONTRACT",
              `${at}/hedge`,
              effect === "read"
                ? `a second request beside the first would cost ${String(cost)} permits more`
                : `only reads may be made twice, and this is effect ${String(effect)}`,
            ),
          ]
        : []),
    ];
  });
}
