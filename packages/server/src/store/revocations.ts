import { type Kysely, sql } from "kysely";
import type { Revocations } from "../vault/secret-leases.ts";
import type { Tables } from "./tables.ts";

/** What a tenant's audit says was revoked or removed after entry `since`. */
export async function revocationsSince(db: Kysely<Tables>, tenant: string, since: number): Promise<Revocations> {
  const { rows } = await sql<{ seq: string; connection: string | null; action: string }>`
    select seq, connection, event->>'action' as action from mortise.audit
    where tenant = ${tenant} and seq > ${since} order by seq limit 10000`.execute(db);
  const revoked = rows.flatMap(({ seq, connection, action }) =>
    connection !== null && (action === "credential.revoked" || action === "credential.removed")
      ? [{ connection, seq: Number(seq) }]
      : [],
  );
  return { revoked, seq: Number(rows.at(-1)?.seq ?? since) };
}
