import type { KekProvider, KeyDescription } from "@mortise/auth";
import { isMortiseError } from "@mortise/contract";
import { type Kysely, sql } from "kysely";
import type { Tables } from "../store/tables.ts";
import { keyReferences } from "./rotate-keys.ts";

/** A key and how many secrets are under it. */
export interface KeyStatus extends KeyDescription {
  readonly secrets: number;
}

/** What `mortise vault status` shows. */
export interface VaultStatus {
  readonly provider: { readonly kind: string; readonly place: string; readonly region: string };
  /** Why the provider cannot be asked; absent: it can. */
  readonly unavailable?: { readonly code: string; readonly message: string };
  readonly keys: readonly KeyStatus[];
  /** Keys that secrets are under and that the provider does not have. */
  readonly unknown: readonly { readonly id: string; readonly secrets: number }[];
  /** The rotation that is under way, or was killed. */
  readonly rotation?: { readonly toKey: string; readonly done: number; readonly total: number; readonly startedAt: string };
  /** Leases of secrets that have not ended, of all processes. */
  readonly leases: number;
}

/** Keys, their states and references, and what is going on. */
export async function vaultStatus(db: Kysely<Tables>, keys: KekProvider, tenant: string, nowMs: number): Promise<VaultStatus> {
  const references = await keyReferences(db);
  const described = await keys.describe().catch((error: unknown) => {
    if (isMortiseError(error)) return error;
    throw error;
  });
  const known = isMortiseError(described) ? [] : described;
  const open = await db.selectFrom("vault_rotations").selectAll().where("ended_at", "is", null).executeTakeFirst();
  const { kind, place, region } = keys;
  return {
    provider: { kind, place, region },
    ...(isMortiseError(described) ? { unavailable: { code: described.code, message: described.message } } : {}),
    keys: known.map((key) => ({ ...key, secrets: references.get(key.id) ?? 0 })),
    unknown: [...references].flatMap(([id, secrets]) => (known.some((key) => key.id === id) ? [] : [{ id, secrets }])),
    ...(open
      ? {
          rotation: {
            toKey: open.to_key,
            done: Number(open.done),
            total: Number(open.total),
            startedAt: open.started_at.toISOString(),
          },
        }
      : {}),
    leases: await liveLeases(db, tenant, nowMs),
  };
}

/** A lease that was granted in the last minute or two and has not ended. */
async function liveLeases(db: Kysely<Tables>, tenant: string, nowMs: number): Promise<number> {
  const { rows } = await sql<{ live: string }>`
    with recent as (select event from mortise.audit where tenant = ${tenant} order by tenant desc, seq desc limit 20000),
    lease as (
      select bool_or(event->>'action' = 'lease.ended') as ended, max(event->>'until') as until from recent
      where event->>'lease' is not null group by event->>'lease')
    select count(*) as live from lease where not ended and until > ${new Date(nowMs).toISOString()}`.execute(db);
  return Number(rows[0]?.live ?? 0);
}
