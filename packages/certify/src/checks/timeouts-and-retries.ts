import { joinPointer, type Operation } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";

export const timeoutsAndRetries = defineCheck({
  id: "MC029",
  name: "timeouts-and-retries",
  severity: "error",
  title: "Limits fit into each other, and what must not happen twice is repeated only with a key or before it was sent.",
  why: "A retry of a payment that had arrived is a second payment.",
  reading:
    "Timeouts and retries have defaults (30 s an attempt, 120 s a call, three attempts where repeating is safe), so they are always present. `idempotency: none` is never repeated after its commit point. Calling a POST that creates something naturally idempotent is a warning: some vendors do upsert.",
  bad: { contract: { operations: { subscribe: { maxAttempts: 3 } } } },
  good: { contract: { operations: { subscribe: { maxAttempts: 1 } } } },
  adopts: ({ path }) =>
    /^\/operations\/[^/]+\/(maxAttempts|attemptTimeoutMs|operationTimeoutMs|retry|cache|idempotency\/(name|key))(\/|$)/.test(
      path,
    ),
  run: ({ contract }) =>
    Object.entries(contract.operations).flatMap(([name, operation]) => repeatFaults(operation, joinPointer("operations", name))),
});

function repeatFaults(
  { effect, idempotency, request, wait, attemptTimeoutMs = 30_000, operationTimeoutMs }: Operation,
  at: string,
): readonly Finding[] {
  const found: Finding[] = [];
  if (idempotency === "natural" && effect === "send")
    found.push({
      code: "UNSAFE_RETRY",
      path: `${at}/idempotency`,
      message: "says that sending twice leaves the same state; what is sent twice arrives twice",
    });
  if (idempotency === "natural" && effect === "create" && request?.method === "POST") {
    const message =
      "says that creating twice by POST leaves the same state; unless the vendor finds what is there, that makes two";
    found.push({ code: "UNSAFE_RETRY", path: `${at}/idempotency`, message, severity: "warning" });
  }
  if (operationTimeoutMs !== undefined && wait === undefined && operationTimeoutMs < attemptTimeoutMs) {
    const message = `${operationTimeoutMs} ms is less than one attempt may take (${attemptTimeoutMs} ms)`;
    found.push({ code: "INVALID_VALUE", path: `${at}/operationTimeoutMs`, message });
  }
  return found;
}
