// Pins what an operation's page promises about a crash between its effect and our record of it: a promise that the runtime does not keep.
import { expect, it } from "vitest";
import { deliveryClass, type Operation } from "../src/index.ts";

type Declared = Pick<Operation, "effect" | "idempotency" | "probe" | "code">;
const probe = { operation: "find", with: {} };
const code = { entry: "src/code/a.ts", capabilities: {} };

it.each<[string, Declared, ReturnType<typeof deliveryClass>]>([
  ["a read", { effect: "read", idempotency: "none" }, { kind: "read" }],
  ["a write that leaves the same state", { effect: "update", idempotency: "natural", probe }, { kind: "idempotent" }],
  [
    "a write with a key",
    { effect: "create", idempotency: { key: "native", windowMs: 3_600_000 } },
    { kind: "keyed", windowMs: 3_600_000 },
  ],
  [
    "a write with a key of no said window",
    { effect: "create", idempotency: { key: "native" } },
    { kind: "keyed", windowMs: 86_400_000 },
  ],
  ["a write that can be looked for", { effect: "create", idempotency: "none", probe }, { kind: "probeable" }],
  ["a write in code that can be looked for", { effect: "create", idempotency: "none", probe, code }, { kind: "probeable" }],
  ["any other write", { effect: "send", idempotency: "none" }, { kind: "at-most-once" }],
  ["any other write in code", { effect: "send", idempotency: "none", code }, { kind: "at-least-once" }],
])("calls %s what it is", (_, declared, expected) => {
  expect(deliveryClass(declared)).toEqual(expected);
});
