import {
  type ConnectionHealth,
  type ConnectionState,
  type HealthChange,
  type HealthReason,
  needsOwner,
  stateAt,
  type TokenLife,
  unknownHealth,
} from "@mortise/auth";
import { type RawBuilder, sql } from "kysely";

/** A connection has come into a state that needs its owner. */
export interface ConnectionEvent extends HealthChange {
  /** Grows; of one tenant. */
  readonly id: number;
  readonly atMs: number;
}

/** A stored health with what the last test said. */
export interface StoredHealth extends ConnectionHealth {
  readonly testedAtMs?: number;
  readonly testMessage?: string;
}

/** A row of `connection_health`, and what is true of its connection now. */
export interface HealthRow {
  readonly connection: string;
  readonly version: string | null;
  readonly current_version: string | null;
  /** When its owner last changed the connection. */
  readonly changed_at: Date;
  readonly state: ConnectionState;
  readonly reason: HealthReason | null;
  readonly since_ms: number;
  readonly last_success_ms: number | null;
  readonly expires_at_ms: number | null;
  readonly refresh_expires_at_ms: number | null;
  readonly next_refresh_ms: number | null;
  readonly tested_at_ms: number | null;
  readonly test_message: string | null;
  readonly told: readonly string[];
  readonly told_at_ms: number | null;
}

/** A connection that is looked after. */
export interface DueConnection {
  readonly connection: string;
  /** False: it is not known yet when it is. */
  readonly isDue: boolean;
  /** The end of the token that is due. Epoch ms; absent: nobody knows. */
  readonly expiresAtMs?: number;
}

/** A row of `connection_health` that was claimed. */
export interface DueRow {
  readonly connection: string;
  readonly expires_at_ms: number | null;
  readonly next_refresh_ms: number | null;
  readonly planned_version: string | null;
  readonly current_version: string | null;
}

/** A row of `connection_events`. */
export interface EventRow {
  readonly id: string;
  readonly connection: string;
  readonly from_state: ConnectionState;
  readonly to_state: ConnectionState;
  readonly reason: HealthReason | null;
  readonly at: Date;
}

/** The version of the credential that a connection has now. */
export function currentVersion(tenant: string, connection: string) {
  return sql`(select version from mortise.credentials where tenant = ${tenant} and connection = ${connection} and state = 'active')`;
}

/** When tokens of this version end and are due. `Infinity`: looked at, and there is nothing to renew ahead of need. */
export function lifeColumns({ expiresAtMs, refreshExpiresAtMs, nextRefreshMs }: TokenLife, version: RawBuilder<unknown>) {
  const nextMs = nextRefreshMs ?? expiresAtMs ?? Number.POSITIVE_INFINITY;
  return sql`expires_at_ms = ${expiresAtMs ?? null}, refresh_expires_at_ms = ${refreshExpiresAtMs ?? null},
    next_refresh_ms = ${nextMs}, planned_version = ${version}`;
}

/** Its owner has changed the connection since, or entered another credential. */
export function isOutdated({
  state,
  version,
  current_version: current,
  since_ms: sinceMs,
  changed_at: changedAt,
}: HealthRow): boolean {
  return needsOwner(state) && (version !== current || changedAt.getTime() > sinceMs);
}

/** The health in a row, as it was written. */
export function healthOf(row: HealthRow): ConnectionHealth {
  const { expires_at_ms: expiresAtMs, refresh_expires_at_ms: refreshExpiresAtMs, next_refresh_ms: nextRefreshMs } = row;
  const isPlanned = nextRefreshMs !== null && Number.isFinite(nextRefreshMs) && nextRefreshMs !== expiresAtMs;
  return {
    state: row.state,
    sinceMs: row.since_ms,
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.last_success_ms === null ? {} : { lastSuccessMs: row.last_success_ms }),
    ...(expiresAtMs === null ? {} : { expiresAtMs }),
    ...(refreshExpiresAtMs === null ? {} : { refreshExpiresAtMs }),
    ...(isPlanned ? { nextRefreshMs } : {}),
  };
}

/** A renewal that takes longer has died. */
const RENEWING_MS = 60_000;

/** The health in a row, as it is at a moment. */
export function shown(row: HealthRow, renewingSinceMs: number | null, nowMs: number): StoredHealth {
  const health = isOutdated(row) ? unknownHealth(row.since_ms) : healthOf(row);
  const isRenewing = renewingSinceMs !== null && nowMs - renewingSinceMs < RENEWING_MS && !needsOwner(health.state);
  return {
    ...health,
    state: isRenewing ? "refreshing" : stateAt(health, nowMs),
    ...(row.tested_at_ms === null ? {} : { testedAtMs: row.tested_at_ms }),
    ...(row.test_message === null ? {} : { testMessage: row.test_message }),
  };
}

/** The event in a row. */
export function eventOf(
  { id, connection, from_state: from, to_state: to, reason, at }: EventRow,
  tenant: string,
): ConnectionEvent {
  return { id: Number(id), tenant, connection, from, to, ...(reason === null ? {} : { reason }), atMs: at.getTime() };
}
