import type { ErrorData, Json } from "@mortise/contract";
import type { ColumnType, Generated, JSONColumnType } from "kysely";

type Moment = ColumnType<Date, Date | undefined, Date>;

/** The tables of triggers, in the schema `mortise`. Every row belongs to a tenant. */
export interface TriggerTables {
  /** What a repeat of an event is known by. */
  readonly trigger_marks: { tenant: Generated<string>; workflow_id: string; mark: string; run_id: string; seen_at: Moment };
  /** Events that were accepted and have not become runs, or whose runs hold others up. */
  readonly trigger_events: {
    tenant: Generated<string>;
    seq: ColumnType<string, never, never>;
    workflow_id: string;
    run_id: string;
    kind: string;
    payload: JSONColumnType<{ readonly [part: string]: Json }>;
    order_key: string | null;
    /** How many workflows in a row have started each other. */
    depth: Generated<number>;
    state: Generated<"waiting" | "starting" | "started">;
    hold_until: Date | null;
    tries: Generated<number>;
    received_at: Moment;
    started_at: Date | null;
  };
  /** What a source of events keeps, and which process reads it. */
  readonly trigger_sources: {
    tenant: Generated<string>;
    workflow_id: string;
    revision: number;
    state: JSONColumnType<Json & object> | null;
    epoch: ColumnType<string, number | undefined, number>;
    holder: string | null;
    lease_until: Date | null;
    due_at: Date | null;
    fault: JSONColumnType<Pick<ErrorData, "code" | "message"> & { readonly atMs: number }> | null;
    updated_at: Moment;
  };
  readonly trigger_secrets: {
    tenant: Generated<string>;
    workflow_id: string;
    slot: "current" | "previous" | "path";
    kek_id: string;
    sealed: JSONColumnType<object>;
    /** Of a secret path, to find it by. */
    digest: string | null;
    ends_at: Date | null;
    created_at: Moment;
  };
  readonly webhook_endpoints: {
    tenant: Generated<string>;
    id: string;
    url: string;
    events: JSONColumnType<readonly string[]>;
    enabled: Generated<boolean>;
    disabled_reason: string | null;
    description: string | null;
    kek_id: string;
    sealed: JSONColumnType<object>;
    created_at: Moment;
  };
  readonly webhook_messages: { tenant: Generated<string>; id: string; type: string; body: string; created_at: Moment };
  readonly webhook_deliveries: {
    tenant: Generated<string>;
    id: Generated<string>;
    endpoint_id: string;
    message_id: string;
    state: Generated<"waiting" | "delivered" | "failed">;
    attempts: Generated<number>;
    next_at_ms: number;
    claim: string | null;
    hold_until_ms: number | null;
    log: JSONColumnType<readonly Json[]>;
    created_at: Moment;
  };
  readonly runs: {
    tenant: Generated<string>;
    id: string;
    workflow_id: string | null;
    workflow_name: string;
    trigger: string;
    status: string;
    error: JSONColumnType<{ readonly code: string; readonly message: string }> | null;
    started_at: Moment;
    ended_at: Date | null;
    announced: Generated<boolean>;
  };
}

/** The step of the schema that makes them. */
export const TRIGGER_TABLES = `create table mortise.trigger_marks (
     tenant text not null default 'default', workflow_id text not null, mark text not null, run_id text not null,
     seen_at timestamptz not null default now(), primary key (tenant, workflow_id, mark));
   create index trigger_marks_by_age on mortise.trigger_marks (seen_at);
   create table mortise.trigger_events (
     tenant text not null default 'default', seq bigint generated always as identity, workflow_id text not null, run_id text not null,
     kind text not null, payload json not null, order_key text, depth integer not null default 0,
     state text not null default 'waiting' check (state in ('waiting', 'starting', 'started')), hold_until timestamptz,
     tries integer not null default 0, received_at timestamptz not null default now(), started_at timestamptz, primary key (tenant, seq));
   create index trigger_events_by_workflow on mortise.trigger_events (tenant, workflow_id, seq);
   create table mortise.trigger_sources (
     tenant text not null default 'default', workflow_id text not null, revision integer not null, state json, epoch bigint not null default 0,
     holder uuid, lease_until timestamptz, due_at timestamptz, fault json, updated_at timestamptz not null default now(),
     primary key (tenant, workflow_id));
   create table mortise.trigger_secrets (
     tenant text not null default 'default', workflow_id text not null, slot text not null check (slot in ('current', 'previous', 'path')),
     kek_id text not null, sealed jsonb not null, digest text, ends_at timestamptz, created_at timestamptz not null default now(),
     primary key (tenant, workflow_id, slot), unique (tenant, digest));
   create table mortise.webhook_endpoints (
     tenant text not null default 'default', id text not null, url text not null, events json not null, enabled boolean not null default true,
     disabled_reason text, description text, kek_id text not null, sealed jsonb not null, created_at timestamptz not null default now(),
     primary key (tenant, id));
   create table mortise.webhook_messages (
     tenant text not null default 'default', id text not null, type text not null, body text not null,
     created_at timestamptz not null default now(), primary key (tenant, id));
   create index webhook_messages_by_age on mortise.webhook_messages (created_at);
   create table mortise.webhook_deliveries (
     tenant text not null default 'default', id bigint generated always as identity, endpoint_id text not null, message_id text not null,
     state text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')), attempts integer not null default 0,
     next_at_ms double precision not null, claim uuid, hold_until_ms double precision, log json not null default '[]',
     created_at timestamptz not null default now(), primary key (tenant, id),
     foreign key (tenant, endpoint_id) references mortise.webhook_endpoints (tenant, id) on delete cascade,
     foreign key (tenant, message_id) references mortise.webhook_messages (tenant, id) on delete cascade);
   create index webhook_deliveries_due on mortise.webhook_deliveries (next_at_ms) where state = 'waiting';
   create index webhook_deliveries_by_endpoint on mortise.webhook_deliveries (tenant, endpoint_id, id desc);
   alter table mortise.runs add column announced boolean not null default true;
   alter table mortise.runs alter column announced set default false;
   create index runs_unannounced on mortise.runs (ended_at) where not announced;`;
