import { type Kysely, sql } from "kysely";
import { type ChainedEvent, genesis, linkHash } from "./audit-chain.ts";
import type { Tables } from "./tables.ts";

const BATCH = 2_000;

/** Number and hash of an entry: what to note outside of the database, as nothing inside of it tells that its end was cut off. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}

/** What was found. */
export interface AuditReport {
  readonly ok: boolean;
  readonly tenants: readonly { readonly tenant: string; readonly entries: number; readonly head: AuditHead }[];
  /** The first entry of a tenant that is not as it was written. */
  readonly bad: readonly { readonly tenant: string; readonly seq: number; readonly reason: string }[];
}

/** Options of {@link verifyAudit}. */
export interface VerifyAuditOptions {
  /** One of all tenants; absent: all. */
  readonly tenant?: string;
  /** A head that was noted before, of `tenant` or of the only one: the chain must still hold it. */
  readonly head?: AuditHead;
}

/** Recomputes the chains from their beginning and compares their ends. */
export async function verifyAudit(db: Kysely<Tables>, options: VerifyAuditOptions = {}): Promise<AuditReport> {
  const { rows } = await sql<{ tenant: string }>`
    select tenant from mortise.audit_heads union select distinct tenant from mortise.audit order by tenant`.execute(db);
  const wanted = rows.map(({ tenant }) => tenant).filter((tenant) => options.tenant === undefined || tenant === options.tenant);
  const found = await Promise.all(
    wanted.map((tenant) => verifyTenant(db, tenant, wanted.length === 1 ? options.head : undefined)),
  );
  const bad = found.flatMap((each) => (each.bad ? [each.bad] : []));
  if (options.head && wanted.length !== 1)
    bad.push({ tenant: options.tenant ?? "", seq: options.head.seq, reason: "no chain to compare the head with" });
  return { ok: bad.length === 0, tenants: found.map(({ bad: _, ...tenant }) => tenant), bad };
}

async function verifyTenant(db: Kysely<Tables>, tenant: string, noted: AuditHead | undefined) {
  let hash = genesis(tenant);
  let seq = 0;
  const bad = (at: number, reason: string) => ({ tenant, entries: seq, head: { seq, hash }, bad: { tenant, seq: at, reason } });
  for (;;) {
    const entries = await sql<{ seq: string; event: ChainedEvent; hash: string }>`
      select seq, event, hash from mortise.audit where tenant = ${tenant} and seq > ${seq} order by seq limit ${BATCH}`.execute(
      db,
    );
    for (const entry of entries.rows) {
      if (Number(entry.seq) !== seq + 1) return bad(seq + 1, "the entry is missing");
      const { event } = entry;
      if (event?.seq !== seq + 1 || event.tenant !== tenant) return bad(seq + 1, "the entry is another one's");
      if (linkHash(hash, event) !== entry.hash) return bad(seq + 1, "the entry, or the hash before it, was changed");
      seq++;
      hash = entry.hash;
      if (noted?.seq === seq && noted.hash !== hash) return bad(seq, "the chain is not the one whose head was noted");
    }
    if (entries.rows.length < BATCH) break;
  }
  const { rows } = await sql<{ seq: string; hash: string }>`
    select seq, hash from mortise.audit_heads where tenant = ${tenant}`.execute(db);
  const head = rows[0];
  if (!head || Number(head.seq) > seq) return bad(seq + 1, "the entry is missing: the chain was cut off");
  if (Number(head.seq) < seq || head.hash !== hash) return bad(Number(head.seq) + 1, "the head names another end");
  if (noted && noted.seq > seq) return bad(seq + 1, `the chain ends before entry ${noted.seq}, whose hash was noted`);
  return { tenant, entries: seq, head: { seq, hash }, bad: undefined };
}
