import type { Pool } from "pg";
import { TRIGGER_TABLES } from "../triggers/store/trigger-tables.ts";

/**
 * Steps of the schema `mortise`, in order; a step that has landed is never changed. Documents are `json`, not `jsonb`, which sorts
 * keys: the cases of a branch are tried in the order in which they stand.
 */
const MIGRATIONS: readonly string[] = [
  `create table mortise.workflows (
     tenant text not null default 'default', id text not null, revision integer not null, name text not null, document json not null,
     active boolean not null default false, webhook text, updated_at timestamptz not null default now(),
     primary key (tenant, id), unique (tenant, webhook));
   create table mortise.workflow_revisions (
     tenant text not null default 'default', workflow_id text not null, revision integer not null, document json not null,
     created_at timestamptz not null default now(), primary key (tenant, workflow_id, revision));
   create table mortise.connections (
     tenant text not null default 'default', name text not null, connector text not null, settings jsonb not null default '{}', auth text,
     credential jsonb, health jsonb, updated_at timestamptz not null default now(), primary key (tenant, name));
   create table mortise.runs (
     tenant text not null default 'default', id text not null, workflow_id text, workflow_name text not null, revision integer, document json not null,
     trigger text not null, status text not null, error jsonb, started_at timestamptz not null default now(), ended_at timestamptz,
     primary key (tenant, id));
   create index runs_by_workflow on mortise.runs (tenant, workflow_id, started_at desc);
   create index runs_by_time on mortise.runs (tenant, started_at desc);
   create index runs_open on mortise.runs (status) where status = 'running';
   create table mortise.sessions (
     tenant text not null default 'default', token_hash text not null, name text not null, expires_at timestamptz not null,
     used_at timestamptz not null default now(), primary key (token_hash));
   create table mortise.sign_in_tokens (
     tenant text not null default 'default', token_hash text not null, expires_at timestamptz not null, primary key (token_hash));`,
  `create table mortise.demo_seeds (
     tenant text not null default 'default', key text not null, place jsonb not null default '{}', primary key (tenant, key));`,
  `alter table mortise.workflows add column live_revision integer;
   update mortise.workflows set live_revision = revision where active;`,
  `create table mortise.credentials (
     tenant text not null default 'default', connection text not null, field text not null default 'credential',
     state text not null default 'active' check (state in ('active', 'next', 'previous')), version bigint not null, kek_id text not null,
     region text not null default '', sealed jsonb not null, uses bigint not null default 0, overlap_until timestamptz,
     created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
     primary key (tenant, connection, field, state), unique (tenant, connection, field, version),
     foreign key (tenant, connection) references mortise.connections (tenant, name) on delete cascade);
   create index credentials_by_key on mortise.credentials (kek_id, tenant, connection, field, state);
   insert into mortise.credentials (tenant, connection, version, kek_id, sealed)
     select tenant, name, 1, credential->>'kekId', credential from mortise.connections where credential is not null;
   alter table mortise.connections drop column credential;`,
  `create table mortise.audit (
     tenant text not null, seq bigint not null, event json not null, hash text not null,
     connection text generated always as (event->>'connection') stored,
     living boolean generated always as ((event->'living') is not null) stored,
     primary key (tenant, seq));
   create index audit_living on mortise.audit (tenant, connection, seq desc) where living;
   create table mortise.audit_heads (tenant text primary key, seq bigint not null, hash text not null);`,
  `create table mortise.pending_authorizations (
     tenant text not null default 'default', id text not null, kind text not null check (kind in ('redirect', 'device')),
     connection text not null, session_hash text not null, browser_hash text, state_hash text, status text not null,
     request json not null, sealed jsonb, result json, expires_at timestamptz not null, created_at timestamptz not null default now(),
     primary key (tenant, id), unique (tenant, state_hash),
     foreign key (tenant, connection) references mortise.connections (tenant, name) on delete cascade);
   create index pending_authorizations_by_end on mortise.pending_authorizations (expires_at);
   create table mortise.oauth_clients (
     tenant text not null default 'default', connector text not null, scheme text not null, client_id text not null, fields json not null,
     kek_id text not null, sealed jsonb not null, updated_at timestamptz not null default now(), primary key (tenant, connector, scheme));
   create table mortise.connection_accounts (
     tenant text not null default 'default', connection text not null, label text, ends_at timestamptz,
     connected_at timestamptz not null default now(), primary key (tenant, connection),
     foreign key (tenant, connection) references mortise.connections (tenant, name) on delete cascade);`,
  `create table mortise.token_renewals (
     tenant text not null default 'default', connection text not null, version bigint not null, owner json,
     since_at timestamptz not null default now(), sent_at timestamptz not null default now(), primary key (tenant, connection),
     foreign key (tenant, connection) references mortise.connections (tenant, name) on delete cascade);
   create table mortise.connection_health (
     tenant text not null default 'default', connection text not null, version bigint, state text not null, reason json,
     since_ms double precision not null, last_success_ms double precision, expires_at_ms double precision,
     refresh_expires_at_ms double precision, next_refresh_ms double precision, planned_version bigint,
     tested_at_ms double precision, test_message text,
     told text[] not null default '{}', told_at_ms double precision, swept_until_ms double precision not null default 0, primary key (tenant, connection),
     foreign key (tenant, connection) references mortise.connections (tenant, name) on delete cascade);
   create index connection_health_by_refresh on mortise.connection_health (next_refresh_ms);
   create table mortise.connection_events (
     tenant text not null default 'default', id bigint generated always as identity, connection text not null, from_state text not null,
     to_state text not null, reason json, at timestamptz not null default now(), notify_after timestamptz, notified_at timestamptz,
     primary key (tenant, id));
   create index connection_events_untold on mortise.connection_events (notify_after) where notified_at is null;`,
  `create table mortise.vault_rotations (
     id bigint generated always as identity primary key, to_key text not null, place json, done bigint not null default 0, total bigint not null,
     started_at timestamptz not null default now(), ended_at timestamptz);
   create unique index vault_rotations_open on mortise.vault_rotations ((true)) where ended_at is null;
   create table mortise.vault_approvals (
     kek_id text not null, approver text not null, approved_at timestamptz not null default now(), primary key (kek_id, approver));`,
  `create table mortise.delivery_addresses (
     tenant text not null default 'default', id text not null, connector text not null, scheme text not null,
     primary key (tenant, id), unique (tenant, connector, scheme));
   alter table mortise.connection_accounts add column subject json;`,
  `create table mortise.idempotent_requests (
     tenant text not null, principal text not null, route text not null, key_hash text not null, fingerprint text not null,
     claim uuid not null, lease_until timestamptz not null, status integer, headers json, body text,
     created_at timestamptz not null default now(), primary key (tenant, principal, route, key_hash));
   create index idempotent_requests_by_age on mortise.idempotent_requests (created_at);`,
  `create table mortise.code_values (
     tenant text not null, connector text not null, connection text not null, key text not null, value json, version integer not null,
     updated_at timestamptz not null default now(), primary key (tenant, connector, connection, key));
   create index code_values_by_connection on mortise.code_values (tenant, connection);`,
  `create table mortise.lifecycle_revision (one boolean primary key default true check (one), revision bigint not null default 0);
   insert into mortise.lifecycle_revision default values;
   create table mortise.holds (
     tenant text not null default 'default', kind text not null check (kind in ('connector', 'connection')), name text not null,
     state text not null check (state in ('paused', 'draining')), reason text not null, actor text not null, drain_ms integer,
     since_at timestamptz not null default now(), primary key (tenant, kind, name));
   create table mortise.kill_entries (
     id text primary key, entry json not null, actor text not null, since_at timestamptz not null default now());
   create table mortise.feature_flags (
     name text primary key, flag json not null, actor text not null, since_at timestamptz not null default now());
   create table mortise.processes (
     id text primary key, kind text not null, status json not null, started_at timestamptz not null default now(),
     seen_at timestamptz not null default now());
   create table mortise.call_rollups (
     tenant text not null, connector text not null, minute timestamptz not null, attribution text not null, calls bigint not null,
     primary key (tenant, connector, minute, attribution));
   create index call_rollups_by_minute on mortise.call_rollups (minute);`,
  TRIGGER_TABLES,
  `alter table mortise.runs add column repeats text;
   create index runs_by_end on mortise.runs (tenant, status, ended_at);
   create index runs_by_repeated on mortise.runs (tenant, repeats) where repeats is not null;`,
];

/** Any number that our processes agree on. */
const LOCK = 6_837_464;

/** Brings the schema up to date; processes that start together take turns. */
export async function migrate(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [LOCK]);
    await client.query("create schema if not exists mortise");
    await client.query(
      "create table if not exists mortise.migrations (step integer primary key, landed_at timestamptz not null default now())",
    );
    const { rows } = await client.query<{ done: number }>("select coalesce(max(step), 0)::int as done from mortise.migrations");
    const done = rows[0]?.done ?? 0;
    for (const [index, sql] of MIGRATIONS.entries()) {
      if (index < done) continue;
      await client.query(sql);
      await client.query("insert into mortise.migrations (step) values ($1)", [index + 1]);
    }
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}
