import { type ConnectionState, needsOwner } from "@mortise/auth";
import type { ConnectionHealth } from "../store/tables.ts";

/** How a connection does, as people are shown it. */
export interface HealthView {
  readonly state: ConnectionState;
  /** Why; absent where there is nothing to say. */
  readonly message?: string;
  /** When it was last tested or used. Epoch ms. */
  readonly checkedAtMs?: number;
  /** Whether it works again only after its owner did something. */
  readonly needsOwner: boolean;
}

/** The health of a stored connection. */
export function healthView({ status, testedAtMs, message }: ConnectionHealth, isPersonal: boolean): HealthView {
  const state = status === "ok" ? "ok" : status === "untested" ? "unknown" : isPersonal ? "needs_reauth" : "misconfigured";
  return {
    state,
    ...(message === undefined ? {} : { message }),
    ...(testedAtMs === undefined ? {} : { checkedAtMs: testedAtMs }),
    needsOwner: needsOwner(state),
  };
}
