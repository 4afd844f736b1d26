import { type ConnectionHealth, type ConnectionState, needsOwner } from "@mortise/auth";
import type { ConnectionHealth as LastTest } from "../store/tables.ts";

/** How a connection does, as people are shown it. */
export interface HealthView {
  readonly state: ConnectionState;
  /** Why; absent where there is nothing to say. */
  readonly message?: string;
  /** When it came into this state. Epoch ms; absent: nothing was heard of it. */
  readonly sinceMs?: number;
  /** When it was last tested or used. Epoch ms. */
  readonly checkedAtMs?: number;
  /** When it ends unless a person does something. Epoch ms; absent: nobody knows, or it is renewed. */
  readonly endsAtMs?: number;
  /** Whether it works again only after its owner did something. */
  readonly needsOwner: boolean;
}

/** The health of a stored connection; undefined: nothing was heard of it. `test` is what its last test said. */
export function healthView(health: ConnectionHealth | undefined, test: LastTest): HealthView {
  const state = health?.state ?? "unknown";
  const message = health?.reason?.message ?? (state === "unknown" && test.status === "failing" ? test.message : undefined);
  const checkedAtMs = Math.max(test.testedAtMs ?? 0, health?.lastSuccessMs ?? 0);
  const endsAtMs = health?.refreshExpiresAtMs ?? (health?.nextRefreshMs === undefined ? health?.expiresAtMs : undefined);
  return {
    state,
    ...(message === undefined ? {} : { message }),
    ...(health === undefined ? {} : { sinceMs: health.sinceMs }),
    ...(checkedAtMs === 0 ? {} : { checkedAtMs }),
    ...(endsAtMs === undefined ? {} : { endsAtMs }),
    needsOwner: needsOwner(state),
  };
}
