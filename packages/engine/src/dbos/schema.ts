import type pg from "pg";
import { WAITING_SCHEMA } from "./waiting-schema.ts";

/**
 * Our tables beside those of DBOS. Every statement may run again; callers hold the launch lock, because two processes that
 * create the same table at once collide in PostgreSQL's catalogue.
 */
const STATEMENTS = `
create schema if not exists mortise_engine;
create table if not exists mortise_engine.executors (
  id text primary key,
  host text not null,
  pid integer not null,
  process_started text not null,
  seen timestamptz not null default now()
);
alter table mortise_engine.executors add column if not exists version text not null default 'mortise-1';
create table if not exists mortise_engine.blobs (
  run_id text not null,
  sha256 text not null,
  json text not null,
  stored_at timestamptz not null default now(),
  primary key (run_id, sha256)
);
create table if not exists mortise_engine.intents (
  idempotency_key text primary key,
  run_id text,
  committed_at timestamptz not null default now()
);
create index if not exists intents_by_run on mortise_engine.intents (run_id);
create table if not exists mortise_engine.signals (
  run_id text not null,
  idempotency_key text not null,
  seq bigint generated always as identity,
  name text not null,
  payload text not null,
  taken_by text,
  sent_at timestamptz not null default now(),
  primary key (run_id, idempotency_key)
);
create table if not exists mortise_engine.schedules (
  name text primary key,
  spec text not null
);
create table if not exists mortise_engine.pauses (
  run_id text primary key,
  paused_at timestamptz not null default now()
);
create table if not exists mortise_engine.solo_starts (
  workflow_id text primary key,
  started_at timestamptz not null default now()
);
create table if not exists mortise_engine.repeats (
  run_id text primary key,
  repeated text not null
);
create index if not exists repeats_by_repeated on mortise_engine.repeats (repeated);
create table if not exists mortise_engine.graphs (
  hash text primary key,
  workflow text not null,
  stored_at timestamptz not null default now()
);
create table if not exists mortise_engine.run_events (
  run_id text not null,
  key text not null,
  seq bigint not null,
  first_seq bigint not null,
  event text not null,
  primary key (run_id, key)
);
create sequence if not exists mortise_engine.run_event_seq;
create index if not exists run_events_by_seq on mortise_engine.run_events (run_id, seq);
`;

/** Creates what is missing. */
export async function createSchema(client: pg.ClientBase): Promise<void> {
  await client.query(STATEMENTS + WAITING_SCHEMA);
}
