import { type Contract, type Diagnostic, type Json, joinPointer, nearest, parseDuration } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { BUILT_IN_SCENARIOS } from "./built-in-scenarios.ts";
import type { Scenario } from "./scenario.ts";
import { SCENARIO_SCHEMA } from "./scenario-schema.ts";

/** What a text or a document came to. */
export type ParsedScenario =
  | { readonly scenario: Scenario; readonly diagnostics: readonly [] }
  | { readonly scenario?: never; readonly diagnostics: readonly Diagnostic[] };

/** Checks a scenario's document, for a contract where one is given: every fault, with the nearest name that was meant. Never throws. */
export function parseScenario(document: Json, contract?: Contract): ParsedScenario {
  const { ok, diagnostics } = compileSchema(SCENARIO_SCHEMA)(document);
  if (!ok) return { diagnostics };
  const scenario = document as unknown as Scenario;
  const faults = [...lengths(document, ""), ...(contract === undefined ? [] : names(scenario, contract))];
  return faults.length === 0 ? { scenario, diagnostics: [] } : { diagnostics: faults };
}

/** A built-in scenario; a diagnostic with the nearest name where there is none. */
export function namedScenario(name: string): ParsedScenario {
  const scenario = Object.hasOwn(BUILT_IN_SCENARIOS, name) ? BUILT_IN_SCENARIOS[name] : undefined;
  if (scenario !== undefined) return { scenario, diagnostics: [] };
  return { diagnostics: [unknown("", "scenario", name, Object.keys(BUILT_IN_SCENARIOS))] };
}

function names({ rules = [] }: Scenario, { operations, triggers = {} }: Contract): readonly Diagnostic[] {
  const webhooks = Object.keys(triggers).filter((name) => triggers[name]?.kind === "webhook");
  return rules.flatMap(({ on, do: { emit } }, index) => [
    ...(on?.operations ?? []).flatMap((name, at) =>
      Object.hasOwn(operations, name)
        ? []
        : [unknown(joinPointer("rules", index, "on", "operations", at), "operation", name, Object.keys(operations))],
    ),
    ...(emit === undefined || webhooks.includes(emit)
      ? []
      : [unknown(joinPointer("rules", index, "do", "emit"), "webhook trigger", emit, webhooks)]),
  ]);
}

/** Some texts have the form of a length and are none, such as `P`. */
function lengths(value: Json, path: string): readonly Diagnostic[] {
  if (typeof value === "string") {
    const isLength = /\/(?:fixed|uniform\/\d|mean|deviation|median|p99|after|every|from|for|skew|life|takes)$/.test(path);
    const isNone = isLength && parseDuration(value.replace(/^-/, "")) === undefined;
    const message = `${path.slice(1).replaceAll("/", ".")}: expected a length of time such as "30s", found ${JSON.stringify(value)}`;
    return isNone ? [{ code: "INVALID_VALUE", severity: "error", path, message }] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  if (/\/(?:answer\/body|answer\/headers)$/.test(path)) return [];
  return Object.entries(value).flatMap(([key, each]) => lengths(each as Json, path + joinPointer(key)));
}

function unknown(path: string, kind: string, name: string, known: readonly string[]): Diagnostic {
  const near = nearest(name, known);
  return {
    code: "UNKNOWN_REFERENCE",
    severity: "error",
    path,
    message: `There is no ${kind} "${name}".`,
    fix: {
      title:
        near === undefined ? `There ${known.length === 0 ? "is none" : `are: ${known.join(", ")}`}.` : `Did you mean "${near}"?`,
      ...(near === undefined || path === "" ? {} : { patch: [{ op: "replace", path, value: near }] }),
    },
  };
}
