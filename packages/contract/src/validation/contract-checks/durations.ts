import type { Diagnostic } from "../../diagnostic.ts";
import { parseDuration } from "../../duration.ts";
import { joinPointer } from "../../json-pointer.ts";
import { entriesOf, type Loose, own } from "../loose.ts";
import { problem } from "../problem.ts";
import { partsOf } from "./auth-parts.ts";

const OPERATION_SPANS: readonly (readonly string[])[] = Object.freeze([
  ["retry", "initial"],
  ["retry", "max"],
  ["wait", "every"],
  ["wait", "max"],
  ["wait", "timeout"],
  ["incremental", "window"],
  ["probe", "after"],
]);
const AUTH_SPANS: readonly (readonly string[])[] = Object.freeze([
  ["margin"],
  ["grace"],
  ["ttl"],
  ["expiry", "ttl"],
  ["expiry", "refreshTtl"],
  ["expiry", "idle"],
  ["assertion", "lifetime"],
  ["clientAssertion", "lifetime"],
  ["samlAssertion", "lifetime"],
  ["assumeRole", "lifetime"],
]);
const TRIGGER_SPANS: readonly (readonly string[])[] = Object.freeze([["every"], ["renew", "ttl"], ["signature", "tolerance"]]);

/** Lengths of time are written so that they can be read, and what tells a point in time says from where. */
export function checkDurations(contract: Loose): readonly Diagnostic[] {
  return [
    ...entriesOf(contract.operations).flatMap(([name, operation]) => {
      const at = joinPointer("operations", name);
      const lookback = own(operation.incremental, "lookback");
      return [
        ...spanFaults(operation, OPERATION_SPANS, at),
        ...(typeof lookback === "string" ? oneFault(lookback, `${at}/incremental/lookback`) : []),
        ...windowFaults(operation.incremental, `${at}/incremental`),
      ];
    }),
    ...entriesOf(contract.auth).flatMap(([id, scheme]) =>
      partsOf(scheme, joinPointer("auth", id)).flatMap(([part, at]) => spanFaults(part, AUTH_SPANS, at)),
    ),
    ...entriesOf(contract.triggers).flatMap(([name, trigger]) =>
      spanFaults(trigger, TRIGGER_SPANS, joinPointer("triggers", name)),
    ),
    ...entriesOf(contract.budgets).flatMap(([name, { reset }]) => sourceFaults(reset, joinPointer("budgets", name, "reset"))),
    ...entriesOf(contract.operations).flatMap(([name, { outcomes }]) =>
      (Array.isArray(outcomes) ? outcomes : []).flatMap((rule, index) =>
        sourceFaults(own(rule, "retryAfter"), joinPointer("operations", name, "outcomes", index, "retryAfter")),
      ),
    ),
  ];
}

function spanFaults(holder: unknown, places: readonly (readonly string[])[], at: string): readonly Diagnostic[] {
  return places.flatMap((place) => {
    const found = place.reduce<unknown>((part, key) => own(part, key), holder);
    return typeof found === "string" ? oneFault(found, at + joinPointer(...place)) : [];
  });
}

function oneFault(text: string, path: string): readonly Diagnostic[] {
  return (parseDuration(text) ?? 0) > 0
    ? []
    : [problem("INVALID_VALUE", path, `expected a length of time such as "1s", "5m" or "PT1H", found "${text}"`)];
}

function windowFaults(incremental: unknown, at: string): readonly Diagnostic[] {
  if (own(incremental, "window") === undefined) return [];
  return ["param", "until", "start"].flatMap((key) =>
    own(incremental, key) === undefined ? [problem("MISSING_KEY", `${at}/${key}`, "is required with window")] : [],
  );
}

function sourceFaults(source: unknown, at: string): readonly Diagnostic[] {
  if (source === undefined) return [];
  const given = ["header", "body"].filter((key) => own(source, key) !== undefined);
  return given.length === 1
    ? []
    : [problem("INVALID_VALUE", at, `expected exactly one of header and body, found ${given.length === 0 ? "neither" : "both"}`)];
}
