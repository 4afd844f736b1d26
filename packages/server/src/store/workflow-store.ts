import { randomUUID } from "node:crypto";
import { MortiseError } from "@mortise/contract";
import type { Workflow } from "@mortise/workflow";
import { type Kysely, sql, type Transaction } from "kysely";
import type { Tables } from "./tables.ts";

/** A stored workflow at its latest revision. */
export interface StoredWorkflow {
  readonly id: string;
  readonly revision: number;
  readonly active: boolean;
  /** The revision that its trigger runs; null while it is not active. */
  readonly liveRevision: number | null;
  readonly document: Workflow;
  readonly updatedAtMs: number;
}

/** What saving came to: the new revision, or the one that somebody else saved meanwhile. */
export type Saved = { readonly ok: true; readonly revision: number } | { readonly ok: false; readonly current: StoredWorkflow };

/**
 * Workflows and their immutable revisions.
 *
 * Owns: the rows of `workflows` and `workflow_revisions`.
 * Does not own: whether a revision is fit to go live, the engine's schedules.
 * Invariants:
 *   W1. What a trigger runs changes only by `goLive` and `stop`, never by a save.
 */
export class WorkflowStore {
  readonly #db: Kysely<Tables>;
  readonly #tenant: string;

  constructor(db: Kysely<Tables>, tenant: string) {
    this.#db = db;
    this.#tenant = tenant;
  }

  async list(): Promise<readonly StoredWorkflow[]> {
    const rows = await this.#db.selectFrom("workflows").selectAll().where("tenant", "=", this.#tenant).orderBy("name").execute();
    return rows.map(stored);
  }

  async find(id: string): Promise<StoredWorkflow | undefined> {
    const row = await this.#db
      .selectFrom("workflows")
      .selectAll()
      .where("tenant", "=", this.#tenant)
      .where("id", "=", id)
      .executeTakeFirst();
    return row && stored(row);
  }

  /** The document that `name@revision` or `id@revision` means. Throws `WORKFLOW_NOT_FOUND` where several workflows have the name. */
  async findRevision(reference: string): Promise<Workflow | undefined> {
    const at = reference.lastIndexOf("@");
    const revision = Number(reference.slice(at + 1));
    const name = reference.slice(0, at);
    if (at < 1 || !Number.isSafeInteger(revision)) return undefined;
    const rows = await this.#db
      .selectFrom("workflows")
      .innerJoin("workflow_revisions as saved", (on) =>
        on.onRef("saved.tenant", "=", "workflows.tenant").onRef("saved.workflow_id", "=", "workflows.id"),
      )
      .select(["workflows.id", "saved.document"])
      .where("workflows.tenant", "=", this.#tenant)
      .where("saved.revision", "=", revision)
      .where((each) => each.or([each("workflows.id", "=", name), each("workflows.name", "=", name)]))
      .execute();
    const found = rows.find(({ id }) => id === name) ?? rows[0];
    if (rows.length > 1 && found?.id !== name)
      throw new MortiseError(
        "WORKFLOW_NOT_FOUND",
        `${rows.length} workflows are called "${name}", so the name says too little.`,
        {
          remedy: "Name it by its id.",
        },
      );
    return found?.document;
  }

  /** The live revision of the active workflow that answers here. */
  async findByWebhook(path: string): Promise<StoredWorkflow | undefined> {
    const row = await this.#live().where("workflows.webhook", "=", path).executeTakeFirst();
    return row && stored(row);
  }

  /** The live revision of a workflow, or undefined while it is not active. */
  async findLive(id: string): Promise<StoredWorkflow | undefined> {
    const row = await this.#live().where("workflows.id", "=", id).executeTakeFirst();
    return row && stored(row);
  }

  /** The live revisions of all active workflows. */
  async listLive(): Promise<readonly StoredWorkflow[]> {
    return (await this.#live().execute()).map(stored);
  }

  /** Which workflows are active, and at which revision. */
  async liveRevisions(): Promise<readonly { readonly id: string; readonly revision: number }[]> {
    const rows = await this.#db
      .selectFrom("workflows")
      .select(["id", "live_revision"])
      .where("tenant", "=", this.#tenant)
      .where("active", "=", true)
      .execute();
    return rows.flatMap(({ id, live_revision }) => (live_revision === null ? [] : [{ id, revision: live_revision }]));
  }

  /** Creates a workflow; with an id, only where that is free. Returns undefined when it is taken. Throws `DUPLICATE_NAME` for a webhook path in use. */
  async create(document: Workflow, id: string = randomUUID()): Promise<string | undefined> {
    return await this.#guarded(async (transaction) => {
      const made = await transaction
        .insertInto("workflows")
        .values({
          tenant: this.#tenant,
          id,
          revision: 1,
          name: document.name,
          document: JSON.stringify(document),
          webhook: webhookPath(document, id),
        })
        .onConflict((conflict) => conflict.columns(["tenant", "id"]).doNothing())
        .returning("id")
        .executeTakeFirst();
      if (made) await this.#keepRevision(transaction, id, 1, document);
      return made?.id;
    });
  }

  /** Saves over the revision that the writer has seen. */
  async save(id: string, document: Workflow, seen: number): Promise<Saved | undefined> {
    return await this.#guarded(async (transaction) => {
      const row = await transaction
        .updateTable("workflows")
        .set({
          document: JSON.stringify(document),
          name: document.name,
          revision: seen + 1,
          webhook: sql<string | null>`case when active then webhook else ${webhookPath(document, id)} end`,
          updated_at: new Date(),
        })
        .where("tenant", "=", this.#tenant)
        .where("id", "=", id)
        .where("revision", "=", seen)
        .returning("revision")
        .executeTakeFirst();
      if (row) {
        await this.#keepRevision(transaction, id, row.revision, document);
        return { ok: true, revision: row.revision };
      }
      const current = await this.find(id);
      return current && { ok: false, current };
    });
  }

  /** From now on the trigger runs this revision. Throws `DUPLICATE_NAME` for a webhook path in use. */
  async goLive({ id, revision, document }: Pick<StoredWorkflow, "id" | "revision" | "document">): Promise<void> {
    await this.#guarded(async (transaction) => {
      await transaction
        .updateTable("workflows")
        .set({ active: true, live_revision: revision, webhook: webhookPath(document, id) })
        .where("tenant", "=", this.#tenant)
        .where("id", "=", id)
        .execute();
    });
  }

  /** From now on the trigger runs nothing. */
  async stop({ id, document }: Pick<StoredWorkflow, "id" | "document">): Promise<void> {
    await this.#guarded(async (transaction) => {
      await transaction
        .updateTable("workflows")
        .set({ active: false, live_revision: null, webhook: webhookPath(document, id) })
        .where("tenant", "=", this.#tenant)
        .where("id", "=", id)
        .execute();
    });
  }

  async remove(id: string): Promise<boolean> {
    const done = await this.#db
      .deleteFrom("workflows")
      .where("tenant", "=", this.#tenant)
      .where("id", "=", id)
      .executeTakeFirst();
    await this.#db.deleteFrom("workflow_revisions").where("tenant", "=", this.#tenant).where("workflow_id", "=", id).execute();
    return done.numDeletedRows > 0n;
  }

  #live() {
    return this.#db
      .selectFrom("workflows")
      .innerJoin("workflow_revisions", (join) =>
        join
          .onRef("workflow_revisions.tenant", "=", "workflows.tenant")
          .onRef("workflow_revisions.workflow_id", "=", "workflows.id")
          .onRef("workflow_revisions.revision", "=", "workflows.live_revision"),
      )
      .select(["workflows.id", "workflows.active", "workflows.updated_at", "workflows.live_revision"])
      .select(["workflow_revisions.revision", "workflow_revisions.document"])
      .where("workflows.tenant", "=", this.#tenant)
      .where("workflows.active", "=", true);
  }

  async #keepRevision(transaction: Transaction<Tables>, id: string, revision: number, document: Workflow): Promise<void> {
    const values = { tenant: this.#tenant, workflow_id: id, revision, document: JSON.stringify(document) };
    await transaction.insertInto("workflow_revisions").values(values).execute();
  }

  async #guarded<T>(work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
    try {
      return await this.#db.transaction().execute(work);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new MortiseError("DUPLICATE_NAME", "Another workflow already answers on this webhook path.", {
        path: "/trigger/with/path",
        cause: error,
      });
    }
  }
}

/** Where a workflow answers: a path below `/hooks/`, or `form:` and one below `/forms/`; the document's own, else the workflow's id. Null: nowhere. */
export function webhookPath({ trigger }: Workflow, id: string): string | null {
  if (trigger.use !== "webhook" && trigger.use !== "form") return null;
  if (trigger.use === "webhook" && trigger.with?.secretPath === true) return null;
  const path = trigger.with?.path;
  const own = typeof path === "string" && path !== "" ? path.replace(/^\/+/, "") : id;
  return trigger.use === "form" ? `form:${own}` : own;
}

interface WorkflowRow {
  readonly id: string;
  readonly revision: number;
  readonly active: boolean;
  readonly live_revision: number | null;
  readonly document: Workflow;
  readonly updated_at: Date;
}

function stored(row: WorkflowRow): StoredWorkflow {
  return {
    id: row.id,
    revision: row.revision,
    active: row.active,
    liveRevision: row.live_revision,
    document: row.document,
    updatedAtMs: row.updated_at.getTime(),
  };
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "23505";
}
