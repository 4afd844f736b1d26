import { MortiseError } from "@mortise/contract";
import type { Drained, Drains } from "./drains.ts";
import type { Held, HoldState } from "./holds.ts";
import type { Lifecycle } from "./lifecycle.ts";

/** Takes something out of use and back. Nothing is started before its first call, so there is nothing to start. */
export interface LifecycleHandle {
  /** `running`, or how it is held. */
  state(): "running" | HoldState;
  /** New calls are refused with the reason; calls in progress go on. Throws `USAGE` without a reason. */
  pause(reason: string): void;
  /** New calls run again, after `pause` and after `drain`. Returns whether it was held. */
  resume(): boolean;
  /** New calls are refused with `DRAINING`; resolves when those in progress have ended, or were stopped at the limit. */
  drain(options?: DrainOptions): Promise<Drained>;
}

/** Of a connector. */
export interface ConnectorHandle extends LifecycleHandle {
  /** Puts code that is in quarantine back into use, for all tenants. Returns how many operations that were. */
  release(): number;
}

export interface DrainOptions {
  /** Time that calls in progress have to end, ms. 0: they are stopped at once. Absent: 30,000. */
  readonly drainMs?: number;
  /** Absent: it is being taken out of use. */
  readonly reason?: string;
}

const DRAIN_MS = 30_000;

/** The handle of a connector, a connection, or (neither) the runtime. */
export function lifecycleHandle(
  of: Held,
  { lifecycle, drains }: { readonly lifecycle: Lifecycle; readonly drains: Drains },
): LifecycleHandle {
  return Object.freeze({
    state: () => lifecycle.holdOf(of) ?? "running",
    pause: (reason: string) => {
      if (reason.trim() === "") throw new MortiseError("USAGE", "A pause needs a reason: whoever is refused is shown it.");
      lifecycle.hold(of, "paused", reason);
    },
    resume: () => lifecycle.resume(of),
    drain: async ({ drainMs = DRAIN_MS, reason = "it is being taken out of use." }: DrainOptions = {}) => {
      lifecycle.hold(of, "draining", reason);
      const drained = await drains.drain(of, drainMs);
      // Somebody may have taken it back into use, or paused it, meanwhile.
      if (lifecycle.holdOf(of) === "draining") lifecycle.hold(of, "drained", reason);
      return drained;
    },
  });
}
