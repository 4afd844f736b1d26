/** Tables of what runs wait for and what nodes remember. Every statement may run again. */
export const WAITING_SCHEMA = `
create table if not exists mortise_engine.node_state (
  tenant text not null default 'default',
  space text not null,
  key text not null,
  value text not null,
  version integer not null,
  ends_at timestamptz not null,
  primary key (tenant, space, key)
);
create index if not exists node_state_by_end on mortise_engine.node_state (tenant, space, ends_at);
create table if not exists mortise_engine.waits (
  tenant text not null default 'default',
  id text primary key,
  run_id text not null,
  path text not null,
  kind text not null,
  event_name text,
  event_key text,
  task text,
  people text[] not null default '{}',
  token_hash text unique,
  opened_at timestamptz not null default now(),
  expires_at timestamptz not null,
  outcome text,
  closed_at timestamptz,
  unique (run_id, path)
);
create index if not exists waits_by_event on mortise_engine.waits (tenant, event_name, event_key) where outcome is null and event_name is not null;
create index if not exists waits_by_time on mortise_engine.waits (tenant, opened_at desc);
create table if not exists mortise_engine.wait_answers (
  wait_id text not null references mortise_engine.waits (id) on delete cascade,
  seq bigint generated always as identity,
  answer_id text not null,
  answered_by text,
  payload text not null,
  answered_at timestamptz not null default now(),
  primary key (wait_id, answer_id)
);
create unique index if not exists wait_answers_by_person on mortise_engine.wait_answers (wait_id, answered_by) where answered_by is not null;
create table if not exists mortise_engine.early_events (
  tenant text not null default 'default',
  seq bigint generated always as identity primary key,
  name text not null,
  key text not null,
  payload text not null,
  came_at timestamptz not null default now()
);
create index if not exists early_events_by_key on mortise_engine.early_events (tenant, name, key, seq);
create table if not exists mortise_engine.event_ids (
  tenant text not null default 'default',
  name text not null,
  id text not null,
  came_at timestamptz not null default now(),
  primary key (tenant, name, id)
);
create index if not exists event_ids_by_age on mortise_engine.event_ids (came_at);
create table if not exists mortise_engine.saga_steps (
  tenant text not null default 'default',
  run_id text not null,
  saga text not null,
  step text not null,
  seq bigint generated always as identity,
  about text not null,
  state text not null,
  output text not null default 'null',
  primary key (run_id, saga, step)
);
create table if not exists mortise_engine.dead_letters (
  tenant text not null default 'default',
  id text primary key,
  run_id text not null,
  path text not null,
  workflow text not null,
  letter text not null,
  at timestamptz not null default now(),
  unique (run_id, path)
);
create index if not exists dead_letters_by_time on mortise_engine.dead_letters (tenant, at desc);
`;
