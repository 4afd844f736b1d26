import type { ConnectionState, HealthReason, StoredSecret } from "@mortise/auth";
import type { Json } from "@mortise/contract";
import type { ProcessIdentity } from "@mortise/engine";
import type { Attribution, FeatureFlag, KillEntry } from "@mortise/runtime";
import type { Workflow } from "@mortise/workflow";
import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from "kysely";
import type { ProcessKind, ProcessStatus } from "../lifecycle/process-status.ts";
import type { ChainedEvent } from "./audit-chain.ts";
import type { AccountSubject } from "./connection-accounts.ts";
import type { PendingRequest, PendingResult, PendingStatus } from "./pending-authorizations.ts";

type Moment = ColumnType<Date, Date | undefined, Date>;

/** The tables of the schema `mortise`. Every row belongs to a tenant. */
export interface Tables {
  readonly workflows: {
    tenant: Generated<string>;
    id: string;
    revision: number;
    name: string;
    document: JSONColumnType<Workflow>;
    active: Generated<boolean>;
    /** The revision that the trigger runs while the workflow is active. */
    live_revision: number | null;
    /** Path of the webhook, unique in the tenant; null without one. Of the live revision while the workflow is active. */
    webhook: string | null;
    updated_at: Moment;
  };
  readonly workflow_revisions: {
    tenant: Generated<string>;
    workflow_id: string;
    revision: number;
    document: JSONColumnType<Workflow>;
    created_at: Moment;
  };
  readonly connections: {
    tenant: Generated<string>;
    name: string;
    connector: string;
    settings: JSONColumnType<{ readonly [key: string]: unknown }>;
    auth: string | null;
    health: JSONColumnType<ConnectionHealth> | null;
    updated_at: Moment;
  };
  readonly credentials: {
    tenant: Generated<string>;
    connection: string;
    field: Generated<string>;
    state: Generated<CredentialState>;
    /** Monotonic in a connection and field; `bigint`, which the driver gives as text. */
    version: ColumnType<string, number, number>;
    kek_id: string;
    region: Generated<string>;
    sealed: JSONColumnType<StoredSecret>;
    uses: ColumnType<string, number | undefined, number>;
    overlap_until: Date | null;
    created_at: Moment;
    updated_at: Moment;
  };
  readonly audit: {
    tenant: string;
    seq: ColumnType<string, number, never>;
    event: JSONColumnType<ChainedEvent>;
    hash: string;
    connection: GeneratedAlways<string | null>;
    living: GeneratedAlways<boolean>;
  };
  readonly audit_heads: { tenant: string; seq: ColumnType<string, number, number>; hash: string };
  readonly vault_rotations: {
    id: GeneratedAlways<string>;
    to_key: string;
    place: JSONColumnType<RotationPlace> | null;
    done: ColumnType<string, number | undefined, number>;
    total: ColumnType<string, number, number>;
    started_at: Moment;
    ended_at: Date | null;
  };
  readonly vault_approvals: { kek_id: string; approver: string; approved_at: Moment };
  readonly pending_authorizations: {
    tenant: Generated<string>;
    id: string;
    kind: "redirect" | "device";
    connection: string;
    /** Of the session that began it. */
    session_hash: string;
    /** Of the browser's own cookie; null until the browser is sent off. */
    browser_hash: string | null;
    /** Of `state`; null until the browser is sent off. */
    state_hash: string | null;
    status: PendingStatus;
    request: JSONColumnType<PendingRequest>;
    /** What only the server may know: proof key, device code, a credential that waits for a decision. */
    sealed: JSONColumnType<object> | null;
    result: JSONColumnType<PendingResult> | null;
    expires_at: Date;
    created_at: Moment;
  };
  readonly oauth_clients: {
    tenant: Generated<string>;
    connector: string;
    scheme: string;
    client_id: string;
    /** Names of the sealed fields. */
    fields: JSONColumnType<readonly string[]>;
    kek_id: string;
    sealed: JSONColumnType<object>;
    updated_at: Moment;
  };
  readonly delivery_addresses: {
    tenant: Generated<string>;
    id: string;
    connector: string;
    scheme: string;
  };
  readonly connection_accounts: {
    tenant: Generated<string>;
    connection: string;
    label: string | null;
    /** Digests of what says whose account it is, by where that was said. */
    subject: JSONColumnType<AccountSubject> | null;
    ends_at: Date | null;
    connected_at: Moment;
  };
  readonly token_renewals: {
    tenant: Generated<string>;
    connection: string;
    /** The version of the credential that is spent, or was when its process died. */
    version: ColumnType<string, number, number>;
    /** Who is at it; null: nobody any more, and how it ended is not known. */
    owner: JSONColumnType<ProcessIdentity> | null;
    since_at: Moment;
    sent_at: Moment;
  };
  readonly connection_health: {
    tenant: Generated<string>;
    connection: string;
    /** The version of the credential that it is about; null where there is none. */
    version: ColumnType<string | null, number | null, number | null>;
    state: ConnectionState;
    reason: JSONColumnType<HealthReason> | null;
    since_ms: number;
    last_success_ms: number | null;
    expires_at_ms: number | null;
    refresh_expires_at_ms: number | null;
    /** Null: not planned yet; `Infinity`: never. */
    next_refresh_ms: number | null;
    tested_at_ms: number | null;
    test_message: string | null;
    /** The version of the credential that the times are of. */
    planned_version: ColumnType<string | null, number | null, number | null>;
    /** What its owner was told of since it was last ok. */
    told: Generated<string[]>;
    told_at_ms: number | null;
    swept_until_ms: Generated<number>;
  };
  readonly connection_events: {
    tenant: Generated<string>;
    id: Generated<string>;
    connection: string;
    from_state: ConnectionState;
    to_state: ConnectionState;
    reason: JSONColumnType<HealthReason> | null;
    at: Moment;
    /** Null: nobody is to be notified outside. */
    notify_after: Date | null;
    notified_at: Date | null;
  };
  readonly runs: {
    tenant: Generated<string>;
    id: string;
    workflow_id: string | null;
    workflow_name: string;
    revision: number | null;
    document: JSONColumnType<Workflow>;
    trigger: string;
    status: string;
    /** The run that it repeats. */
    repeats: string | null;
    error: JSONColumnType<{ readonly code: string; readonly message: string }> | null;
    started_at: Moment;
    ended_at: Date | null;
  };
  readonly idempotent_requests: {
    tenant: string;
    principal: string;
    route: string;
    key_hash: string;
    /** Of method, address and body. */
    fingerprint: string;
    /** Whoever carries it out; another one after a takeover. */
    claim: string;
    lease_until: Date;
    /** Null: not answered yet. */
    status: number | null;
    headers: JSONColumnType<{ readonly [name: string]: string }> | null;
    body: string | null;
    created_at: Moment;
  };
  readonly code_values: {
    tenant: string;
    connector: string;
    /** `""` where the connector needs none. */
    connection: string;
    key: string;
    /** Null: taken away. */
    value: ColumnType<Json, string | null, string | null>;
    version: number;
    updated_at: Moment;
  };
  /** One row: how often what may run has changed. */
  readonly lifecycle_revision: { one: Generated<boolean>; revision: ColumnType<string, never, never> };
  readonly holds: {
    tenant: string;
    kind: "connector" | "connection";
    name: string;
    state: "paused" | "draining";
    reason: string;
    actor: string;
    /** Time that calls in progress have, of a drain. */
    drain_ms: number | null;
    since_at: Moment;
  };
  readonly kill_entries: { id: string; entry: JSONColumnType<KillEntry>; actor: string; since_at: Moment };
  readonly feature_flags: { name: string; flag: JSONColumnType<FeatureFlag>; actor: string; since_at: Moment };
  /** Servers and workers that were alive lately, and how they do. */
  readonly processes: {
    id: string;
    kind: ProcessKind;
    status: JSONColumnType<ProcessStatus>;
    started_at: Moment;
    seen_at: Moment;
  };
  /** Calls of a tenant that ended in a minute. */
  readonly call_rollups: {
    tenant: string;
    connector: string;
    minute: Date;
    attribution: Attribution;
    calls: ColumnType<string, number, number>;
  };
  readonly sessions: { tenant: Generated<string>; token_hash: string; name: string; expires_at: Date; used_at: Moment };
  readonly sign_in_tokens: { tenant: Generated<string>; token_hash: string; expires_at: Date };
}

/** Which of a credential's versions it is. */
export type CredentialState = "active" | "next" | "previous";

/** The last row that a rotation has dealt with. */
export interface RotationPlace {
  readonly tenant: string;
  readonly connection: string;
  readonly field: string;
  readonly state: string;
}

/** What the last test of a connection said. */
export interface ConnectionHealth {
  readonly status: "ok" | "failing" | "untested";
  readonly testedAtMs?: number;
  readonly message?: string;
}
