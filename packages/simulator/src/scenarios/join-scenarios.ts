import type { Scenario } from "./scenario.ts";

/** Several scenarios at once: their rules one after the other; of anything else the last one holds. */
export function joinScenarios(scenarios: readonly Scenario[]): Scenario {
  const joined = Object.assign({}, ...scenarios) as Partial<Scenario>;
  return Object.freeze({ ...joined, format: "mortise.scenario/1", rules: scenarios.flatMap(({ rules = [] }) => rules) });
}
