import {
  type ConnectionHealth,
  type ConnectionState,
  type HealthFinding,
  type HealthReason,
  needsOwner,
} from "./connection-health.ts";

/** Before anything is known. */
export function unknownHealth(nowMs: number): ConnectionHealth {
  return Object.freeze({ state: "unknown", sinceMs: nowMs });
}

/**
 * What a finding makes of a connection's health. What a token's life brought about is cleared by a token alone, and what calls brought about
 * by a call alone: a token that works until its end does not bring back the refresh token that was refused, nor a fresh token a right that
 * the vendor denies. A state that needs the owner is only left for `ok` or `unknown`, or for what a token's life says of it.
 */
export function nextHealth(before: ConnectionHealth, finding: HealthFinding, nowMs: number): ConnectionHealth {
  switch (finding.kind) {
    case "replaced":
      return unknownHealth(nowMs);
    case "token_renewing":
      return needsOwner(before.state) ? before : moved(before, "refreshing", before.reason, nowMs);
    case "token_ok": {
      const alive = { ...without(before), ...finding.life, lastSuccessMs: nowMs };
      return before.reason?.from === "call" ? back(alive, before, nowMs) : moved(alive, "ok", undefined, nowMs);
    }
    case "call_ok":
      if (before.reason?.from === "token") return { ...before, lastSuccessMs: nowMs };
      return before.state === "refreshing"
        ? { ...before, lastSuccessMs: nowMs }
        : moved({ ...before, lastSuccessMs: nowMs }, "ok", undefined, nowMs);
    case "token_delayed":
    case "call_delayed":
      return needsOwner(before.state) ? before : moved(before, "degraded", finding.reason, nowMs);
    case "token_refused":
      return moved(before, finding.state, finding.reason, nowMs);
    case "call_refused":
      return needsOwner(before.state) ? before : moved(before, finding.state, finding.reason, nowMs);
  }
}

/** The state as it shows at a moment: time alone makes `ok` an `expiring`. */
export function stateAt(health: ConnectionHealth, nowMs: number): ConnectionState {
  if (health.state !== "ok") return health.state;
  const { expiresAtMs, refreshExpiresAtMs, nextRefreshMs, lastSuccessMs = health.sinceMs } = health;
  const ending = [...(nextRefreshMs === undefined ? [expiresAtMs] : []), refreshExpiresAtMs];
  const isLate = (endsAtMs: number) => nowMs >= lastSuccessMs + (endsAtMs - lastSuccessMs) * SOON;
  return ending.some((endsAtMs) => endsAtMs !== undefined && isLate(endsAtMs)) ? "expiring" : "ok";
}

/** The part of a life after which its end is near. */
const SOON = 0.8;

function moved(
  health: ConnectionHealth,
  state: ConnectionState,
  reason: HealthReason | undefined,
  nowMs: number,
): ConnectionHealth {
  const { reason: _, ...rest } = health;
  return Object.freeze({
    ...rest,
    state,
    sinceMs: health.state === state ? health.sinceMs : nowMs,
    ...(reason === undefined ? {} : { reason }),
  });
}

/** A renewal is over, and what calls have found out still holds. */
function back(alive: ConnectionHealth, before: ConnectionHealth, nowMs: number): ConnectionHealth {
  return moved(alive, before.state === "refreshing" ? "degraded" : before.state, before.reason, nowMs);
}

/** Without the life of the token that was replaced. */
function without({ expiresAtMs: _, refreshExpiresAtMs: __, nextRefreshMs: ___, ...rest }: ConnectionHealth): ConnectionHealth {
  return rest;
}
