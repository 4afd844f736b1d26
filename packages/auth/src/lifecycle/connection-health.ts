/**
 * How a connection does.
 *
 * `ok`: it worked last time. `expiring`: it works, and what it lives on ends soon. `refreshing`: a token is being renewed. `degraded`: a
 * renewal or a test failed in passing, and is tried again. `needs_reauth`: its owner must connect again. `revoked`: the grant was taken back
 * or has ended. `misconfigured`: the client or a setting is wrong. `unknown`: nobody has tried it since it was last changed.
 */
export type ConnectionState =
  | "ok"
  | "expiring"
  | "refreshing"
  | "degraded"
  | "needs_reauth"
  | "revoked"
  | "misconfigured"
  | "unknown";

/** Why a connection is in its state. Never holds a secret. */
export interface HealthReason {
  /**
   * An error code of the catalogue, a word of the other side such as `invalid_grant`, `no_refresh_token`, or `ambiguous`: a refresh token was
   * sent, what came of it was lost, and it is refused now.
   */
  readonly code: string;
  readonly message: string;
  /** What found out: the life of a token, or a call. Only the same can clear it. */
  readonly from: "token" | "call";
}

/** When the tokens of a connection end. All epoch ms; absent: nobody knows, or never. */
export interface TokenLife {
  readonly expiresAtMs?: number;
  readonly refreshExpiresAtMs?: number;
  /** When a renewal ahead of need is due. Absent: there is nothing to renew with. */
  readonly nextRefreshMs?: number;
}

/** What is known of one connection's health. */
export interface ConnectionHealth extends TokenLife {
  readonly state: ConnectionState;
  readonly reason?: HealthReason;
  /** When it came into this state. Epoch ms. */
  readonly sinceMs: number;
  /** When a call or a renewal last worked. Epoch ms; absent: never. */
  readonly lastSuccessMs?: number;
}

/** What somebody found out about a connection. */
export type HealthFinding =
  | { readonly kind: "token_renewing" }
  /** `isTakenOver`: another process renewed it, and has reported that. */
  | { readonly kind: "token_ok"; readonly life: TokenLife; readonly isTakenOver?: boolean }
  | { readonly kind: "token_delayed" | "call_delayed"; readonly reason: HealthReason }
  | { readonly kind: "token_refused" | "call_refused"; readonly state: OwnerState; readonly reason: HealthReason }
  | { readonly kind: "call_ok" }
  /** Its owner has changed it. */
  | { readonly kind: "replaced" };

/** States that only a person can end. */
export type OwnerState = "needs_reauth" | "revoked" | "misconfigured";

/** A finding, and whose. */
export interface HealthReport {
  readonly tenant: string;
  readonly connection: string;
  readonly finding: HealthFinding;
  /** Version of the stored credential that it is about; absent: whichever there is. */
  readonly version?: number;
}

/** Takes in what is found out. Must not throw and not keep the caller waiting. */
export interface HealthReporter {
  report(report: HealthReport): void;
}

/** A connection has come into another state. */
export interface HealthChange {
  readonly tenant: string;
  readonly connection: string;
  readonly from: ConnectionState;
  readonly to: ConnectionState;
  readonly reason?: HealthReason;
}

/** Is told of every change of state. Must not throw. */
export interface HealthObserver {
  changed(change: HealthChange): void;
}

/** Whether a connection works again only after its owner did something. */
export function needsOwner(state: ConnectionState): state is OwnerState {
  return state === "needs_reauth" || state === "revoked" || state === "misconfigured";
}
