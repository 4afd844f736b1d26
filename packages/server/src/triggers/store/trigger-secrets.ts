import { createHash, randomBytes } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { SecretBox } from "../../connect/secret-box.ts";
import type { TriggerTables } from "./trigger-tables.ts";

/** How long the secret before counts after a rotation, unless somebody says otherwise. */
export const OVERLAP_MS = 86_400_000;

/** The secrets of a webhook, newest first. */
export interface HookSecrets {
  readonly secrets: readonly string[];
  readonly createdAtMs: number | undefined;
}

/**
 * What webhooks are signed with, and secret addresses.
 *
 * Owns: the rows of `trigger_secrets`.
 * Invariants:
 *   H1. A secret is stored sealed, bound to its workflow; it is shown once, when it is made.
 *   H2. After a rotation the one before counts until its time is over, and no longer.
 */
export class TriggerSecrets {
  readonly #db: Kysely<TriggerTables>;
  readonly #tenant: string;
  readonly #box: SecretBox;
  readonly #now: () => number;

  constructor(db: Kysely<TriggerTables>, tenant: string, box: SecretBox, now: () => number) {
    this.#db = db;
    this.#tenant = tenant;
    this.#box = box;
    this.#now = now;
  }

  /** Makes a secret (Standard Webhooks: `whsec_` and 32 bytes), or keeps the sender's; the one before counts for `overlapMs` more. */
  async rotate(workflowId: string, given: string | undefined, overlapMs: number): Promise<string> {
    const secret = given ?? `whsec_${randomBytes(32).toString("base64")}`;
    const sealed = await this.#sealed(workflowId, "hook", secret);
    await this.#db.transaction().execute(async (transaction) => {
      const at = (slot: "current" | "previous") => ({ tenant: this.#tenant, workflow_id: workflowId, slot });
      const before = await transaction
        .selectFrom("trigger_secrets")
        .selectAll()
        .where("tenant", "=", this.#tenant)
        .where("workflow_id", "=", workflowId)
        .where("slot", "=", "current")
        .forUpdate()
        .executeTakeFirst();
      if (before !== undefined && overlapMs > 0) {
        const kept = {
          kek_id: before.kek_id,
          sealed: JSON.stringify(before.sealed),
          ends_at: new Date(this.#now() + overlapMs),
          digest: null,
        };
        await transaction
          .insertInto("trigger_secrets")
          .values({ ...at("previous"), ...kept })
          .onConflict((conflict) => conflict.columns(["tenant", "workflow_id", "slot"]).doUpdateSet(kept))
          .execute();
      } else {
        await transaction
          .deleteFrom("trigger_secrets")
          .where("tenant", "=", this.#tenant)
          .where("workflow_id", "=", workflowId)
          .where("slot", "=", "previous")
          .execute();
      }
      const fresh = { ...sealed, digest: null, ends_at: null, created_at: new Date(this.#now()) };
      await transaction
        .insertInto("trigger_secrets")
        .values({ ...at("current"), ...fresh })
        .onConflict((conflict) => conflict.columns(["tenant", "workflow_id", "slot"]).doUpdateSet(fresh))
        .execute();
    });
    return secret;
  }

  /** The secrets that count now. */
  async read(workflowId: string): Promise<HookSecrets> {
    const rows = await this.#db
      .selectFrom("trigger_secrets")
      .selectAll()
      .where("tenant", "=", this.#tenant)
      .where("workflow_id", "=", workflowId)
      .where("slot", "in", ["current", "previous"])
      .where((where) => where.or([where("ends_at", "is", null), where("ends_at", ">", new Date(this.#now()))]))
      .orderBy("slot")
      .execute();
    const secrets: string[] = [];
    for (const row of rows) secrets.push(await this.#box.open(row.sealed, place(workflowId, "hook")));
    return { secrets, createdAtMs: rows.find(({ slot }) => slot === "current")?.created_at.getTime() };
  }

  /** The secret address of a workflow, made where there is none; `fresh`: the one before ends. */
  async path(workflowId: string, fresh = false): Promise<string> {
    const at = { tenant: this.#tenant, workflow_id: workflowId, slot: "path" as const };
    const made = randomBytes(24).toString("base64url");
    const values = { ...(await this.#sealed(workflowId, "path", made)), digest: digestOf(made), ends_at: null };
    const insert = this.#db.insertInto("trigger_secrets").values({ ...at, ...values });
    await insert
      .onConflict((conflict) => {
        const taken = conflict.columns(["tenant", "workflow_id", "slot"]);
        return fresh ? taken.doUpdateSet(values) : taken.doNothing();
      })
      .execute();
    const row = await this.#db
      .selectFrom("trigger_secrets")
      .select("sealed")
      .where("tenant", "=", this.#tenant)
      .where("workflow_id", "=", workflowId)
      .where("slot", "=", "path")
      .executeTakeFirstOrThrow();
    return await this.#box.open(row.sealed, place(workflowId, "path"));
  }

  /** The workflow that a secret address belongs to. */
  async findByPath(path: string): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom("trigger_secrets")
      .select("workflow_id")
      .where("tenant", "=", this.#tenant)
      .where("slot", "=", "path")
      .where("digest", "=", digestOf(path))
      .executeTakeFirst();
    return row?.workflow_id;
  }

  /** Forgets the secrets of workflows that are gone. */
  async purge(): Promise<void> {
    await sql`delete from mortise.trigger_secrets s where tenant = ${this.#tenant} and not exists (
      select 1 from mortise.workflows w where w.tenant = s.tenant and w.id = s.workflow_id)`.execute(this.#db);
  }

  async #sealed(workflowId: string, kind: "hook" | "path", plain: string) {
    const { kekId, sealed } = await this.#box.seal(plain, place(workflowId, kind));
    return { kek_id: kekId, sealed: JSON.stringify(sealed) };
  }
}

const place = (workflowId: string, kind: "hook" | "path"): string => `trigger-${kind}/${workflowId}`;
const digestOf = (path: string): string => createHash("sha256").update(path).digest("hex");
