import { type Kysely, sql } from "kysely";
import { type AuditEvent, type ChainedEvent, genesis, linkHash } from "./audit-chain.ts";
import type { Tables } from "./tables.ts";

/**
 * Appends events to a tenant's chain, inside the caller's transaction: what is done and that it was done land together or not at all.
 * Whoever appends for the same tenant waits until that transaction ends, so append last. Returns the number of the last event.
 */
export async function appendAudit(
  trx: Kysely<Tables>,
  tenant: string,
  events: readonly AuditEvent[],
  nowMs: number,
): Promise<number> {
  const { rows } = await sql<{ seq: string; hash: string }>`
    insert into mortise.audit_heads as head (tenant, seq, hash) values (${tenant}, 0, ${genesis(tenant)})
    on conflict (tenant) do update set seq = head.seq returning seq, hash`.execute(trx);
  const head = rows[0];
  if (!head) throw new Error("The audit has no head.");
  let { hash } = head;
  const first = Number(head.seq) + 1;
  const at = new Date(nowMs).toISOString();
  const entries = events.map((event, index) => {
    const chained: ChainedEvent = { ...event, tenant, seq: first + index, at };
    hash = linkHash(hash, chained);
    return { seq: chained.seq, event: JSON.stringify(chained), hash };
  });
  const last = first + entries.length - 1;
  await sql`
    with entry as (
      insert into mortise.audit (tenant, seq, event, hash)
      select ${tenant}, seq, event, hash from unnest(
        ${entries.map(({ seq }) => seq)}::bigint[], ${entries.map(({ event }) => event)}::json[], ${entries.map((entry) => entry.hash)}::text[]
      ) as fresh (seq, event, hash))
    update mortise.audit_heads set seq = ${last}, hash = ${hash} where tenant = ${tenant}`.execute(trx);
  return last;
}
