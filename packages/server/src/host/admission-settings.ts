import { type Diagnostic, nearest } from "@mortise/contract";

const NAMES = ["maxInFlight", "maxPerHost", "maxPerTenant", "tenantQuota"] as const;
const QUOTA_NAMES = ["burst", "ratePerSecond"] as const;

/** What is wrong with the `admission` of a configuration. */
export function admissionFaults(value: unknown): readonly Diagnostic[] {
  return figures("/admission", value, NAMES, (path, key, given) =>
    key === "tenantQuota" ? quotaFaults(path, given) : isAtLeast(given, key === "maxPerHost" ? 2 : 1, path),
  );
}

function quotaFaults(path: string, value: unknown): readonly Diagnostic[] {
  const faults = figures(path, value, QUOTA_NAMES, (place, _, given) =>
    typeof given === "number" && given > 0 ? [] : [fault(place, "expected a number above 0")],
  );
  const isMissing = isObject(value) && !Object.hasOwn(value, "ratePerSecond");
  return isMissing ? [...faults, fault(path, 'expected "ratePerSecond", the calls a second that a tenant may make')] : faults;
}

function figures<Name extends string>(
  path: string,
  value: unknown,
  names: readonly Name[],
  check: (path: string, name: Name, given: unknown) => readonly Diagnostic[],
): readonly Diagnostic[] {
  if (!isObject(value)) return [fault(path, `expected an object with ${names.join(", ")}`)];
  return Object.entries(value).flatMap(([key, given]) => {
    const name = names.find((one) => one === key);
    if (name !== undefined) return check(`${path}/${key}`, name, given);
    const meant = nearest(key, names);
    return [fault(`${path}/${key}`, `"${key}" is not a key here${meant ? `; did you mean "${meant}"?` : ""}`)];
  });
}

function isAtLeast(given: unknown, least: number, path: string): readonly Diagnostic[] {
  const fits = typeof given === "number" && Number.isSafeInteger(given) && given >= least;
  return fits ? [] : [fault(path, `expected a whole number from ${least} up`)];
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);
const fault = (path: string, message: string): Diagnostic => ({ code: "INVALID_VALUE", severity: "error", path, message });
