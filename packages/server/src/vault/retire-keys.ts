import type { KekProvider } from "@mortise/auth";
import { MortiseError } from "@mortise/contract";
import type { Kysely } from "kysely";
import { appendAudit } from "../store/append-audit.ts";
import type { AuditAction } from "../store/audit-chain.ts";
import type { Tables } from "../store/tables.ts";
import { keyReferences } from "./rotate-keys.ts";

/** Approvers that the destruction of a key needs. */
const APPROVERS = 2;

/** What the end of a key's life stands on. */
export interface RetireKeyOptions {
  readonly db: Kysely<Tables>;
  readonly keys: KekProvider;
  /** Whose audit tells of it. */
  readonly tenant: string;
  readonly actor: string;
  /** Epoch ms. */
  readonly now: () => number;
}

/** What became of an approval. */
export interface Destruction {
  readonly destroyed: boolean;
  readonly approvers: readonly string[];
}

/** Takes a key out of use; it can be brought back. Secrets that are still under it do not open meanwhile. Returns how many they are. */
export async function disableKey(options: RetireKeyOptions, kekId: string): Promise<number> {
  await options.keys.disable(kekId);
  const secrets = (await keyReferences(options.db)).get(kekId) ?? 0;
  await tell(options, "key.disabled", kekId, { secrets });
  return secrets;
}

/** Brings a disabled key back for opening. */
export async function enableKey(options: RetireKeyOptions, kekId: string): Promise<void> {
  if (!options.keys.enable) {
    throw new MortiseError("NOT_ALLOWED", `The key ${kekId} can only be enabled in ${options.keys.place}.`);
  }
  await options.keys.enable(kekId);
  await options.db.deleteFrom("vault_approvals").where("kek_id", "=", kekId).execute();
  await tell(options, "key.enabled", kekId, {});
}

/**
 * Approves the destruction of a disabled key; the second approver's approval destroys it. Throws `NOT_ALLOWED` while anything refers to it,
 * or where it is not disabled.
 */
export async function destroyKey(options: RetireKeyOptions, kekId: string, approver: string): Promise<Destruction> {
  const { db, keys } = options;
  const found = (await keys.describe()).find(({ id }) => id === kekId);
  if (found === undefined) throw new MortiseError("VAULT_KEY_REFUSED", `No key ${kekId} is held here.`);
  if (found.state !== "disabled") {
    throw new MortiseError("NOT_ALLOWED", `The key ${kekId} is ${found.state}, not disabled.`, {
      remedy: `Run mortise vault disable ${kekId} first.`,
    });
  }
  const secrets = (await keyReferences(db)).get(kekId) ?? 0;
  if (secrets > 0) {
    throw new MortiseError("NOT_ALLOWED", `${secrets} secrets are still under the key ${kekId}.`, {
      remedy: `Run mortise vault enable ${kekId} and mortise vault rotate.`,
    });
  }
  await db
    .insertInto("vault_approvals")
    .values({ kek_id: kekId, approver })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await tell(options, "key.approved", kekId, { approver });
  const rows = await db
    .selectFrom("vault_approvals")
    .select("approver")
    .where("kek_id", "=", kekId)
    .orderBy("approver")
    .execute();
  const approvers = rows.map((row) => row.approver);
  if (approvers.length < APPROVERS) return { destroyed: false, approvers };
  if (!keys.destroy) throw new MortiseError("NOT_ALLOWED", `The key ${kekId} can only be destroyed in ${keys.place}.`);
  await keys.destroy(kekId);
  await tell(options, "key.destroyed", kekId, { approvers: [...approvers] });
  return { destroyed: true, approvers };
}

async function tell(
  { db, tenant, actor, now }: RetireKeyOptions,
  action: AuditAction,
  key: string,
  facts: { readonly [fact: string]: string | number | string[] },
): Promise<void> {
  await db.transaction().execute((trx) => appendAudit(trx, tenant, [{ action, actor, key, ...facts }], now()));
}
