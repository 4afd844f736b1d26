import type { SealedSecret } from "@mortise/auth";
import { type Kysely, sql } from "kysely";
import { appendAudit } from "../store/append-audit.ts";
import { FIELD, livingOf, snapshotOf } from "../store/living-versions.ts";
import type { Tables } from "../store/tables.ts";

/** Puts a record of the present format in the place of one of the first, and into the audit. Returns how many rows it changed. */
export async function resealFirstFormat(
  trx: Kysely<Tables>,
  row: { readonly tenant: string; readonly connection: string; readonly version: string },
  sealed: SealedSecret,
  { actor, now }: { readonly actor: string; readonly now: () => number },
): Promise<number> {
  const { tenant, connection, version } = row;
  const done = await trx
    .updateTable("credentials")
    .set({ sealed: JSON.stringify(sealed), kek_id: sealed.kek_id, updated_at: new Date() })
    .where("tenant", "=", tenant)
    .where("connection", "=", connection)
    .where("field", "=", FIELD)
    .where("version", "=", sql<never>`${version}::bigint`)
    .where(sql<boolean>`sealed->>'v' = '1'`)
    .executeTakeFirst();
  if (done.numUpdatedRows === 0n) return 0;
  const { rows, highest } = await snapshotOf(trx, tenant, connection);
  await appendAudit(
    trx,
    tenant,
    [{ action: "credential.resealed", actor, connection, field: FIELD, ...livingOf(rows, highest) }],
    now(),
  );
  return 1;
}
