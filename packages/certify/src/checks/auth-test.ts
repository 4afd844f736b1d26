import { type AuthScheme, type Contract, joinPointer } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";
import { resolvedSchema } from "../walk/resolved-schema.ts";

export const authTest = defineCheck({
  id: "MC034",
  name: "auth-test",
  severity: "error",
  title: "Every auth scheme has a read operation that proves the credential.",
  why: "Without it a connection with a mistyped key looks fine until a workflow fails at night.",
  reading:
    "An error where the contract has a read that needs no input, takes the scheme and is named like `whoAmI`, `me` or `account`, as that one will do; otherwise it only blocks the certificate. `none` proves nothing.",
  autofix: "Names the read operation that most looks like `whoami`, where one needs no input.",
  bad: { contract: { auth: { token: { test: null, label: null } } } },
  good: { contract: { auth: { token: { test: { operation: "whoAmI" } } } } },
  adopts: ({ path, message }) => /^\/auth\/[^/]+\/test$/.test(path) && message.includes("is missing, so nobody can tell"),
  run: ({ contract }) =>
    Object.entries(contract.auth).flatMap(([id, scheme]): readonly Finding[] => {
      if (scheme.kind === "none" || hasTest(scheme)) return [];
      const [operation] = candidates(contract, id);
      if (operation === undefined) return [];
      const path = joinPointer("auth", id, "test");
      const fix = { title: `Use "${operation}".`, patch: [{ op: "add" as const, path, value: { operation } }] };
      return [{ code: "MISSING_KEY", path, message: `is missing; "${operation}" is a read that needs no input`, fix }];
    }),
});

const hasTest = (scheme: AuthScheme): boolean => scheme.test !== undefined;

/** Reads that tell who is calling, need no input and take the scheme. */
function candidates({ operations, schemas }: Contract, id: string): readonly string[] {
  return Object.entries(operations)
    .filter(
      ([name, { effect, auth, input, partition, wait }]) =>
        WHO.test(name) &&
        effect === "read" &&
        partition === undefined &&
        wait === undefined &&
        (auth === undefined || auth.includes(id)) &&
        (resolvedSchema(input, schemas).required ?? []).length === 0,
    )
    .map(([name]) => name)
    .toSorted((a, b) => a.length - b.length);
}

/** Names of operations that tell who is calling. */
const WHO =
  /^(get|read|retrieve|show|fetch)?_?(who_?am_?i|me|self|myself|(the)?(current|authenticated|my)_?(user|account|profile|self)|account|profile|user_?info)$/i;
