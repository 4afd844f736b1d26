import { createRedactor, isSecretHeader } from "@mortise/auth";
import type { Json, JsonObject } from "@mortise/contract";
import { type Kysely, sql } from "kysely";
import type { Tables } from "../store/tables.ts";
import { type DatabasePlace, openDatabase } from "../vault/open-database.ts";

/** What whoever helps needs to know of a deployment, and nothing that lets them in. */
export interface SupportBundle {
  readonly format: "mortise.support/1";
  readonly madeAt: string;
  /** Which steps of the database's schema have landed, and how many rows its tables have. */
  readonly database: { readonly steps: number; readonly version: string; readonly rows: { readonly [table: string]: number } };
  /** Connections without their credentials and without what their settings say: names of settings only. */
  readonly connections: readonly Json[];
  /** The latest changes of connections that their owners were told of, newest first. */
  readonly connectionEvents: readonly Json[];
  /** The latest runs, newest first; of failed ones the error. */
  readonly runs: readonly Json[];
  /** What was done with secrets and keys, how often, and the number of the latest entry. */
  readonly audit: readonly Json[];
}

const LATEST = 100;
/** Tables that are counted; of all others there is nothing that helps. */
const COUNTED = ["workflows", "connections", "credentials", "runs", "sessions", "audit", "connection_events"] as const;

/**
 * Gathers it from a deployment's database, beside a server that may run. It never reads a credential, and what was written down by others
 * passes the net for what looks like a secret once more. Throws `DATABASE_UNAVAILABLE`.
 */
export async function supportBundle(place: DatabasePlace, now: () => number = Date.now): Promise<SupportBundle> {
  const { db, close } = await openDatabase(place);
  try {
    return await gather(db, now());
  } finally {
    await close();
  }
}

async function gather(db: Kysely<Tables>, nowMs: number): Promise<SupportBundle> {
  const { json } = createRedactor([]);
  const masked = (rows: readonly object[]): readonly Json[] =>
    rows.map((row) => hideNamed(json(JSON.parse(JSON.stringify(row)) as Json)));
  const { rows: facts } = await sql<{ steps: number; version: string }>`
    select (select coalesce(max(step), 0)::int from mortise.migrations) as steps, current_setting('server_version') as version`.execute(
    db,
  );
  const counts = await Promise.all(
    COUNTED.map(async (table) => {
      const { rows } = await sql<{ n: string }>`select count(*) as n from mortise.${sql.raw(table)}`.execute(db);
      return [table, Number(rows[0]?.n ?? 0)] as const;
    }),
  );
  const connections = await sql<object>`
    select o.name, o.connector, o.auth as sign_in, h.state, h.reason, h.since_ms, h.last_success_ms, h.expires_at_ms, h.next_refresh_ms,
      (select coalesce(json_agg(key order by key), '[]') from jsonb_object_keys(o.settings) as key) as settings,
      exists(select 1 from mortise.credentials c where c.tenant = o.tenant and c.connection = o.name and c.state = 'active') as has_credential
    from mortise.connections o
      left join mortise.connection_health h on h.tenant = o.tenant and h.connection = o.name order by o.name`.execute(db);
  const events = await sql<object>`
    select connection, from_state, to_state, reason, at from mortise.connection_events order by id desc limit ${LATEST}`.execute(
    db,
  );
  const runs = await sql<object>`
    select id, workflow_name, revision, trigger, status, error, started_at, ended_at from mortise.runs
    order by started_at desc limit ${LATEST}`.execute(db);
  const audit = await sql<object>`
    select tenant, event->>'action' as action, event->>'purpose' as purpose, count(*)::int as entries, max(seq)::text as last
    from mortise.audit group by 1, 2, 3 order by 1, 2, 3`.execute(db);
  return {
    format: "mortise.support/1",
    madeAt: new Date(nowMs).toISOString(),
    database: { steps: facts[0]?.steps ?? 0, version: facts[0]?.version ?? "", rows: Object.fromEntries(counts) },
    connections: masked(connections.rows),
    connectionEvents: masked(events.rows),
    runs: masked(runs.rows),
    audit: masked(audit.rows),
  };
}

/** Hides what stands under a telling name, wherever it is. */
function hideNamed(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map(hideNamed);
  const shown = Object.entries(value as JsonObject).map(([name, each]) => [
    name,
    typeof each === "string" && isSecretHeader(name) ? "[redacted]" : hideNamed(each),
  ]);
  return Object.fromEntries(shown) as Json;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
