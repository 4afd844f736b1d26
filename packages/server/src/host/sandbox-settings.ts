import { type Diagnostic, nearest } from "@mortise/contract";

/** How much code of connectors may run in a process of this deployment. */
export interface SandboxSettings {
  /** Calls at once. Absent: four a processor, 8 at most. */
  readonly atOnce?: number;
  /** Of these, for one tenant. Absent: 4. */
  readonly atOnceForTenant?: number;
  /** Processor time of one tenant a minute, in ms. Absent: 30,000. */
  readonly tenantCpuMsPerMinute?: number;
}

const MOST = Object.freeze({ atOnce: 64, atOnceForTenant: 64, tenantCpuMsPerMinute: 6_000_000 } as const);
const NAMES = Object.keys(MOST) as readonly (keyof SandboxSettings)[];

/** What is wrong with the `sandbox` of a configuration. */
export function sandboxFaults(value: unknown): readonly Diagnostic[] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [fault("/sandbox", `expected an object with ${NAMES.join(", ")}`)];
  return Object.entries(value).flatMap(([key, given]) => {
    const name = NAMES.find((one) => one === key);
    if (name === undefined) {
      const meant = nearest(key, NAMES);
      return [fault(`/sandbox/${key}`, `"${key}" is not a key of the sandbox${meant ? `; did you mean "${meant}"?` : ""}`)];
    }
    const fits = typeof given === "number" && Number.isSafeInteger(given) && given >= 1 && given <= MOST[name];
    return fits ? [] : [fault(`/sandbox/${key}`, `expected a whole number from 1 to ${MOST[name]}`)];
  });
}

const fault = (path: string, message: string): Diagnostic => ({ code: "INVALID_VALUE", severity: "error", path, message });
