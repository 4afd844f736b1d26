import { type Budget, joinPointer, type Operation } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";

export const rateLimits = defineCheck({
  id: "MC031",
  name: "rate-limits",
  severity: "certification",
  title:
    "Operations that make calls share a declared limit, with its unit, its scope, and the form in which answers tell the reset.",
  why: "Without a limit the first busy workflow locks out all others; a reset read as seconds that is a point in time waits for fifty years.",
  reading:
    "Operations that are files or computation need none. `auto` is the grammar of `Retry-After`, and explicit enough for that header alone.",
  bad: { contract: { budgets: { api: { reset: { as: "auto" } } } } },
  good: { contract: { budgets: { api: { reset: { as: "epoch_s" } } } } },
  adopts: ({ path }) => /^\/budgets\/[^/]+/.test(path),
  run: ({ contract }) => [
    ...Object.entries(contract.operations).flatMap(([name, operation]): readonly Finding[] =>
      makesCalls(operation) && operation.budget === undefined
        ? [
            {
              code: "MISSING_KEY",
              path: joinPointer("operations", name, "budget"),
              message: "is missing: which limit its calls count against",
            },
          ]
        : [],
    ),
    ...Object.entries(contract.budgets).flatMap(([name, budget]) => resetFaults(budget, joinPointer("budgets", name))),
  ],
});

const makesCalls = ({ request, native }: Operation): boolean =>
  request !== undefined || (native?.uses.includes("network") ?? false);

function resetFaults({ reset, remaining }: Budget, at: string): readonly Finding[] {
  const found: Finding[] = [];
  if (reset?.as === "auto" && reset.header?.toLowerCase() !== "retry-after") {
    const message = `"auto" does not say whether "${reset.header ?? reset.body}" is a point in time or a span; name the form`;
    found.push({ code: "INVALID_VALUE", path: `${at}/reset/as`, message });
  }
  if (remaining !== undefined && reset === undefined)
    found.push({
      code: "MISSING_KEY",
      path: `${at}/reset`,
      message: "is missing: when the window whose rest is read starts anew",
    });
  return found;
}
