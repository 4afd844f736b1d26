import { MortiseError } from "@mortise/contract";
import { HOOK_POINTS, type Hook, RUN_HOOK_POINTS } from "./hook.ts";

const LONGEST_MS = 30_000;
const POINTS: readonly string[] = [...HOOK_POINTS, ...RUN_HOOK_POINTS];

/** Hooks in the order in which they run. Throws `DUPLICATE_NAME`, `INVALID_VALUE`. */
export function orderedHooks(hooks: readonly Hook[]): readonly Hook[] {
  const names = new Set<string>();
  for (const hook of hooks) {
    check(hook);
    if (names.has(hook.name)) throw new MortiseError("DUPLICATE_NAME", `Two hooks have the name "${hook.name}".`);
    names.add(hook.name);
  }
  return [...hooks].sort((one, other) => (one.order ?? 0) - (other.order ?? 0));
}

function check({ name, point, timeoutMs = 1, order = 0, onFailure }: Hook): void {
  const wrong = (what: string): MortiseError => new MortiseError("INVALID_VALUE", `The hook "${name}": ${what}.`);
  if (name.trim() === "") throw wrong("it has no name");
  if (!POINTS.includes(point)) throw wrong(`its point is "${String(point)}"; expected ${POINTS.join(", ")}`);
  if (!(timeoutMs >= 1 && timeoutMs <= LONGEST_MS)) throw wrong(`timeoutMs is ${timeoutMs}; expected 1 to ${LONGEST_MS}`);
  if (!Number.isFinite(order)) throw wrong(`order is ${order}; expected a number`);
  if (onFailure !== "open" && onFailure !== "closed") throw wrong(`onFailure is "${String(onFailure)}"; expected open or closed`);
}
