import { type Diagnostic, nearest } from "@mortise/contract";

/** How many days runs are kept after they ended, by how they did; 0: for ever. */
export interface RetentionSettings {
  /** Absent: 14. */
  readonly succeededDays?: number;
  /** Absent: 30: they are what can be repeated. */
  readonly failedDays?: number;
  /** Absent: 30. */
  readonly cancelledDays?: number;
}

const NAMES = ["cancelledDays", "failedDays", "succeededDays"] as const;
/** Ten years. */
const MOST_DAYS = 3_650;

/** What is wrong with the `retention` of a configuration. */
export function retentionFaults(value: unknown): readonly Diagnostic[] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [fault("/retention", `expected an object with ${NAMES.join(", ")}`)];
  return Object.entries(value).flatMap(([key, days]) => {
    const path = `/retention/${key}`;
    if (!NAMES.some((name) => name === key)) {
      const meant = nearest(key, NAMES);
      return [fault(path, `"${key}" is not a key here${meant ? `; did you mean "${meant}"?` : ""}`)];
    }
    const fits = typeof days === "number" && Number.isFinite(days) && days >= 0 && days <= MOST_DAYS;
    return fits ? [] : [fault(path, `expected days, from 0 (for ever) to ${MOST_DAYS}`)];
  });
}

function fault(path: string, message: string): Diagnostic {
  return { code: "INVALID_VALUE", severity: "error", path, message };
}
