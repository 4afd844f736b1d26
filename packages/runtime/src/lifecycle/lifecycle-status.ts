import type { Quarantined } from "./crash-budget.ts";
import type { Held, Hold } from "./holds.ts";

/** Whether a list of the deployment is known. `absent`: the runtime has none; `unread`: no call was made yet, or it could not be read so far. */
export type ListState = "absent" | "unread" | "read" | "stale";

/** What is held back in a runtime, and why. */
export interface LifecycleStatus {
  readonly killList: { readonly state: ListState; readonly entries: number };
  readonly flags: { readonly state: ListState };
  readonly held: readonly (Held & Hold)[];
  readonly quarantined: readonly Quarantined[];
}

/** Something that a person may have to know about. */
export type LifecycleChange =
  | { readonly kind: "killed"; readonly entries: number }
  /** A list cannot be read, so the last one holds; without `problem`: it can be read again. */
  | { readonly kind: "list"; readonly list: "killList" | "flags"; readonly problem?: string }
  | ({ readonly kind: "held" } & Held & Hold)
  | ({ readonly kind: "resumed" } & Held)
  | ({ readonly kind: "quarantined" } & Quarantined)
  | { readonly kind: "released"; readonly use: string; readonly tenant: string; readonly by: "probe" | "person" };
