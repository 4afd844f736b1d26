import type { Diagnostic } from "../../diagnostic.ts";
import { parseDuration } from "../../duration.ts";
import { joinPointer } from "../../json-pointer.ts";
import { entriesOf, type Loose } from "../loose.ts";
import { problem } from "../problem.ts";

/** A budget limits something, and a rate says over which time. */
export function checkBudgets(contract: Loose): readonly Diagnostic[] {
  return entriesOf(contract.budgets).flatMap(([name, { rate, per, concurrency }]) => {
    const at = joinPointer("budgets", name);
    return [
      ...(rate === undefined && concurrency === undefined
        ? [problem("MISSING_KEY", at, "limits nothing: give it rate and per, or concurrency")]
        : []),
      ...(rate !== undefined && per === undefined
        ? [problem("MISSING_KEY", `${at}/per`, 'is required with rate, such as "1s" or "1m"')]
        : []),
      ...(per !== undefined && rate === undefined ? [problem("MISSING_KEY", `${at}/rate`, "is required with per")] : []),
      ...(typeof per === "string" && !((parseDuration(per) ?? 0) > 0)
        ? [problem("INVALID_VALUE", `${at}/per`, `expected a length of time such as "1s", "1m" or "PT1H", found "${per}"`)]
        : []),
    ];
  });
}
