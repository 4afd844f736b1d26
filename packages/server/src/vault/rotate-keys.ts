import { setTimeout as delay } from "node:timers/promises";
import { checkOf, type SealedSecret, type StoredSecret, type Vault } from "@mortise/auth";
import { isMortiseError, MortiseError } from "@mortise/contract";
import { type Kysely, sql } from "kysely";
import type { Pool, PoolClient } from "pg";
import { boxPlace } from "../connect/secret-box.ts";
import { appendAudit } from "../store/append-audit.ts";
import type { RotationPlace, Tables } from "../store/tables.ts";
import { resealFirstFormat } from "./reseal-first-format.ts";

const BATCH = 1_000;
/** Requests to a remote provider at once. */
const AT_ONCE = 16;
/** Any number that our processes agree on. */
const LOCK = 6_837_466;
const TURN_MS = 5_000;
const LOOK_AGAIN_MS = 100;
const BEGIN: RotationPlace = { tenant: "", connection: "", field: "", state: "" };

/** How far a rotation is. */
export interface RotationProgress {
  readonly done: number;
  readonly total: number;
}

/** A rotation that ended. */
export interface RotationReport extends RotationProgress {
  readonly toKey: string;
  /** Whether it went on where another process had stopped. */
  readonly resumed: boolean;
  /** Secrets that stay with their key, because they do not open. */
  readonly refused: readonly { readonly connection: string; readonly code: string }[];
  /** Keys that nothing refers to any more. */
  readonly unused: readonly string[];
}

/** Options of {@link rotateKeys}. */
export interface RotateKeysOptions {
  readonly db: Kysely<Tables>;
  readonly pool: Pool;
  readonly vault: Vault;
  /** Whose audit tells of it. */
  readonly tenant: string;
  readonly actor: string;
  /** Epoch ms. */
  readonly now: () => number;
  /** False: no new key is made; what is under older keys is wrapped with the active one. Absent: true, where the provider can. */
  readonly newKey?: boolean;
  /** How long to wait for another process that rotates, ms; absent: 5,000. */
  readonly waitMs?: number;
  readonly onProgress?: (progress: RotationProgress) => void;
}

interface Row extends RotationPlace {
  readonly version: string;
  readonly region: string;
  readonly kek_id: string;
  readonly sealed: StoredSecret;
}

/**
 * Makes a new key active and wraps the data keys of all secrets with it. Secrets themselves are not encrypted anew, readers accept both
 * keys all the while, and a rotation that was killed goes on where it stopped. Throws `CONFLICT` where another process rotates,
 * `VAULT_UNAVAILABLE`.
 */
export async function rotateKeys(options: RotateKeysOptions): Promise<RotationReport> {
  const turn = await options.pool.connect();
  try {
    await takeTurn(turn, options.waitMs ?? TURN_MS);
    const report = await rotate(options);
    await turn.query("select pg_advisory_unlock($1)", [LOCK]);
    return report;
  } finally {
    // Closing the connection gives the lock back whatever happened.
    turn.release(true);
  }
}

/** The lock of a process that was killed is there until the database has noticed. */
async function takeTurn(turn: PoolClient, waitMs: number): Promise<void> {
  for (let waited = 0; ; waited += LOOK_AGAIN_MS) {
    const { rows } = await turn.query<{ mine: boolean }>("select pg_try_advisory_lock($1) as mine", [LOCK]);
    if (rows[0]?.mine === true) return;
    if (waited >= waitMs) break;
    await delay(LOOK_AGAIN_MS);
  }
  throw new MortiseError("CONFLICT", "Another process is rotating the keys.", { remedy: "Wait for it: mortise vault status." });
}

async function rotate(options: RotateKeysOptions): Promise<RotationReport> {
  const { db, onProgress } = options;
  const { id, toKey, resumed, ...start } = await openRotation(options);
  let { place, done } = start;
  let total = Math.max(start.total, done);
  const refused = new Map<string, { connection: string; code: string }>();
  onProgress?.({ done, total });
  for (let moved = 0; ; ) {
    const rows = await rowsAfter(db, place, toKey);
    const last = rows.at(-1);
    if (last === undefined) {
      // Writers that had the old key in hand while the new one was made are found by another pass.
      if (moved === 0) break;
      moved = 0;
      place = BEGIN;
      continue;
    }
    const wrapped = await wrapAll(options, rows, refused);
    place = { tenant: last.tenant, connection: last.connection, field: last.field, state: last.state };
    const landed = await land(options, wrapped, { id, place, toKey });
    moved += landed;
    done += landed;
    total = Math.max(total, done);
    onProgress?.({ done, total });
  }
  done += await rotateClients(options, toKey, refused);
  done += await rotateBoxes(options, toKey, refused);
  return await finish(options, { id, toKey, resumed, done, total: Math.max(total, done), refused: [...refused.values()] });
}

async function openRotation({ db, vault, tenant, actor, now, newKey = true }: RotateKeysOptions) {
  const open = await db
    .selectFrom("vault_rotations")
    .select(["id", "to_key", "place", "done", "total"])
    .where("ended_at", "is", null)
    .executeTakeFirst();
  const current = await vault.keys.current();
  if (open && open.to_key === current) {
    const place = (open.place as RotationPlace | null) ?? BEGIN;
    return { id: open.id, toKey: current, place, done: Number(open.done), total: Number(open.total), resumed: true };
  }
  const toKey = newKey && !open && vault.keys.rotate ? await vault.keys.rotate() : current;
  return await db.transaction().execute(async (trx) => {
    if (open)
      await trx
        .updateTable("vault_rotations")
        .set({ ended_at: new Date(now()) })
        .where("id", "=", open.id)
        .execute();
    const { rows } = await sql<{ total: string }>`
      select (select count(*) from mortise.credentials where kek_id <> ${toKey} or sealed->>'v' = '1')
        + (select count(*) from mortise.oauth_clients where kek_id <> ${toKey})
        + (select count(*) from mortise.trigger_secrets where kek_id <> ${toKey})
        + (select count(*) from mortise.webhook_endpoints where kek_id <> ${toKey}) as total`.execute(trx);
    const total = Number(rows[0]?.total ?? 0);
    const made = await trx
      .insertInto("vault_rotations")
      .values({ to_key: toKey, place: null, total, ended_at: null })
      .returning("id")
      .executeTakeFirstOrThrow();
    await appendAudit(trx, tenant, [{ action: "key.created", actor, key: toKey }], now());
    return { id: made.id, toKey, place: BEGIN, done: 0, total, resumed: false };
  });
}

async function rowsAfter(db: Kysely<Tables>, after: RotationPlace, toKey: string): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    select tenant, connection, field, state, version, region, kek_id, sealed from mortise.credentials
    where (tenant, connection, field, state) > (${after.tenant}, ${after.connection}, ${after.field}, ${after.state}) and (kek_id <> ${toKey} or sealed->>'v' = '1')
    order by tenant, connection, field, state limit ${BATCH}`.execute(db);
  return rows;
}

type Wrapped = readonly { readonly row: Row; readonly sealed: SealedSecret }[];

async function wrapAll(
  { vault }: RotateKeysOptions,
  rows: readonly Row[],
  refused: Map<string, { connection: string; code: string }>,
): Promise<Wrapped> {
  const wrapped: { row: Row; sealed: SealedSecret }[] = [];
  const queue = rows.values();
  const work = async () => {
    for (const row of queue) {
      try {
        wrapped.push({ row, sealed: await vault.rewrap(row.sealed, { ...row, version: Number(row.version) }) });
      } catch (error) {
        note(refused, JSON.stringify([row.tenant, row.connection, row.field, row.state]), row.connection, error);
      }
    }
  };
  await Promise.all(Array.from({ length: vault.keys.remote ? AT_ONCE : 1 }, work));
  return wrapped;
}

/** A secret that does not open stays as it is; a provider that is away ends the rotation, which goes on another time. */
function note(refused: Map<string, { connection: string; code: string }>, key: string, connection: string, error: unknown): void {
  if (!isMortiseError(error) || (error.code !== "SECRET_TAMPERED" && error.code !== "VAULT_KEY_REFUSED")) throw error;
  refused.set(key, { connection, code: error.code });
}

/** Stores what was wrapped, where nobody has written meanwhile, with the place to go on from. */
async function land(
  options: RotateKeysOptions,
  wrapped: Wrapped,
  { id, place, toKey }: { readonly id: string; readonly place: RotationPlace; readonly toKey: string },
): Promise<number> {
  return await options.db.transaction().execute(async (trx) => {
    const plain = wrapped.filter(({ row }) => row.sealed.v !== 1);
    const { rows } = await sql<{ landed: string }>`
      with fresh as (
        update mortise.credentials c set sealed = x.sealed, kek_id = x.kek_id, updated_at = now()
        from unnest(
          ${plain.map(({ row }) => row.tenant)}::text[], ${plain.map(({ row }) => row.connection)}::text[],
          ${plain.map(({ row }) => row.field)}::text[], ${plain.map(({ row }) => row.state)}::text[],
          ${plain.map(({ row }) => Number(row.version))}::bigint[], ${plain.map(({ row }) => row.kek_id)}::text[],
          ${plain.map(({ sealed }) => sealed.kek_id)}::text[], ${plain.map(({ sealed }) => JSON.stringify(sealed))}::jsonb[]
        ) as x (tenant, connection, field, state, version, old_id, kek_id, sealed)
        where (c.tenant, c.connection, c.field, c.state) = (x.tenant, x.connection, x.field, x.state)
          and c.version = x.version and c.kek_id = x.old_id and c.sealed->>'check' = x.sealed->>'check'
        returning 1)
      select count(*) as landed from fresh`.execute(trx);
    let landed = Number(rows[0]?.landed ?? 0);
    for (const { row, sealed } of wrapped) if (row.sealed.v === 1) landed += await resealFirstFormat(trx, row, sealed, options);
    await sql`update mortise.vault_rotations set done = done + ${landed}, place = ${JSON.stringify(place)}::json, to_key = ${toKey}
      where id = ${id}`.execute(trx);
    return landed;
  });
}

/** Clients of the deployment: a handful. */
async function rotateClients(
  { db, vault }: RotateKeysOptions,
  toKey: string,
  refused: Map<string, { connection: string; code: string }>,
): Promise<number> {
  const rows = await db.selectFrom("oauth_clients").selectAll().where("kek_id", "<>", toKey).execute();
  let done = 0;
  for (const { tenant, connector, scheme, kek_id, sealed } of rows) {
    const name = `oauth-client/${connector}/${scheme}`;
    try {
      const fresh = await vault.rewrap(sealed as StoredSecret, boxPlace(tenant, name));
      const update = db.updateTable("oauth_clients").set({ kek_id: fresh.kek_id, sealed: JSON.stringify(fresh) });
      const at = update.where("tenant", "=", tenant).where("connector", "=", connector).where("scheme", "=", scheme);
      const same = sql<boolean>`coalesce(sealed->>'check', '') = ${checkOf(sealed as StoredSecret)}`;
      done += Number((await at.where("kek_id", "=", kek_id).where(same).executeTakeFirst()).numUpdatedRows);
    } catch (error) {
      note(refused, `${tenant} ${name}`, name, error);
    }
  }
  return done;
}

/** Secrets of webhooks, in both directions: some for each workflow and endpoint that signs. */
async function rotateBoxes(
  { db, vault }: RotateKeysOptions,
  toKey: string,
  refused: Map<string, { connection: string; code: string }>,
): Promise<number> {
  let done = 0;
  for (const table of ["trigger_secrets", "webhook_endpoints"] as const) {
    const name =
      table === "trigger_secrets"
        ? sql`case slot when 'path' then 'trigger-path/' else 'trigger-hook/' end || workflow_id`
        : sql`'webhook-endpoint/' || id`;
    const { rows } = await sql<{ tenant: string; place: string; kek_id: string; sealed: StoredSecret; at: string }>`
      select tenant, ${name} as place, kek_id, sealed, ctid::text as at from ${sql.table(`mortise.${table}`)} where kek_id <> ${toKey}`.execute(
      db,
    );
    for (const row of rows) {
      try {
        const fresh = await vault.rewrap(row.sealed, boxPlace(row.tenant, row.place));
        const landed =
          await sql`update ${sql.table(`mortise.${table}`)} set kek_id = ${fresh.kek_id}, sealed = ${JSON.stringify(fresh)}::jsonb
          where ctid = ${row.at}::tid and kek_id = ${row.kek_id} and coalesce(sealed->>'check', '') = ${checkOf(row.sealed)}`.execute(
            db,
          );
        done += Number(landed.numAffectedRows ?? 0n);
      } catch (error) {
        note(refused, `${row.tenant} ${row.place}`, row.place, error);
      }
    }
  }
  return done;
}

async function finish(
  { db, vault, tenant, actor, now }: RotateKeysOptions,
  report: Omit<RotationReport, "unused"> & { readonly id: string },
): Promise<RotationReport> {
  const { id, ...rest } = report;
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable("vault_rotations")
      .set({ ended_at: new Date(now()), done: rest.done })
      .where("id", "=", id)
      .execute();
    const event = { action: "key.rewrapped", actor, key: rest.toKey, secrets: rest.done, refused: rest.refused.length } as const;
    await appendAudit(trx, tenant, [event], now());
  });
  const used = await keyReferences(db);
  const unused = (await vault.keys.describe()).filter(
    ({ id: key, state }) => key !== rest.toKey && state !== "destroyed" && !used.has(key),
  );
  return { ...rest, unused: unused.map(({ id: key }) => key) };
}

/** How many sealed rows there are under each key. */
export async function keyReferences(db: Kysely<Tables>): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ kek_id: string; count: string }>`
    select kek_id, count(*) from (
      select kek_id from mortise.credentials union all select kek_id from mortise.oauth_clients
      union all select kek_id from mortise.trigger_secrets union all select kek_id from mortise.webhook_endpoints
      union all select coalesce(sealed->>'kek_id', sealed->>'kekId') from mortise.pending_authorizations where sealed is not null
    ) all_of_them group by kek_id`.execute(db);
  return new Map(rows.map(({ kek_id, count }) => [kek_id, Number(count)]));
}
