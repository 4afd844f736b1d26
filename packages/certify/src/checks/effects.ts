import { joinPointer, type Operation } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";

export const effects = defineCheck({
  id: "MC030",
  name: "effects",
  severity: "error",
  title: "Every operation says what it does, how it is repeated and whether it can be undone; a read uses a method that reads.",
  why: "Permissions, approvals, retries and agents go by the effect: a read that writes passes all of them.",
  reading:
    "A read through PUT, PATCH or DELETE is an error. Through POST it is a warning, as many vendors search by POST: confirm it with a waiver. Whether a write can be undone (`reversible` or `compensate`) blocks the certificate only, as do guesses of an import (`review`) that nobody has confirmed.",
  bad: { contract: { operations: { listContacts: { request: { method: "PATCH" } } } } },
  good: { contract: { operations: { listContacts: { request: { method: "GET" } } } } },
  adopts: ({ path, message }) =>
    /^\/operations\/[^/]+\/(request\/method|effect|idempotency)$/.test(path) && !message.includes("unknown key"),
  run: ({ contract }) =>
    Object.entries(contract.operations).flatMap(([name, operation]) => [
      ...effectFaults(operation, joinPointer("operations", name)),
      ...guesses(operation, joinPointer("operations", name)),
    ]),
});

function effectFaults({ effect, request, reversible, compensate }: Operation, at: string): readonly Finding[] {
  if (effect === "read" && request?.method === "POST") {
    const message = "effect read through POST, which may change things; confirm with a waiver that this one does not";
    return [{ code: "UNSAFE_CONTRACT", path: `${at}/request/method`, message, severity: "warning" }];
  }
  if (effect === "read" || reversible !== undefined || compensate !== undefined) return [];
  const message = `is missing: whether this ${effect} can be undone; say so, or name in "compensate" what undoes it`;
  return [{ code: "MISSING_KEY", path: `${at}/reversible`, message, severity: "warning" }];
}

/** What an import could not know and a person has not confirmed. */
function guesses({ review = [] }: Operation, at: string): readonly Finding[] {
  return review.map(({ about, message }, index) => ({
    code: "INVALID_VALUE",
    path: `${at}/review/${index}`,
    severity: "warning",
    message: `"${about}" is a guess: ${message}`,
    fix: { title: "Confirm or correct it, then remove the note." },
  }));
}
