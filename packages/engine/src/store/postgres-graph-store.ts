import type { Workflow } from "@mortise/workflow";
import type pg from "pg";
import type { GraphStore } from "./graph-store.ts";

/** Workflow documents in `mortise_engine.graphs`. A run refers to its document for as long as it exists, so none is removed. */
export class PostgresGraphStore implements GraphStore {
  readonly #pool: pg.Pool;
  readonly #known = new Map<string, Workflow>();

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async put(hash: string, workflow: Workflow): Promise<void> {
    if (this.#known.has(hash)) return;
    await this.#pool.query("insert into mortise_engine.graphs (hash, workflow) values ($1, $2) on conflict (hash) do nothing", [
      hash,
      JSON.stringify(workflow),
    ]);
  }

  async get(hash: string): Promise<Workflow | undefined> {
    const known = this.#known.get(hash);
    if (known !== undefined) return known;
    const { rows } = await this.#pool.query<{ workflow: string }>("select workflow from mortise_engine.graphs where hash = $1", [
      hash,
    ]);
    if (rows[0] === undefined) return undefined;
    const workflow = JSON.parse(rows[0].workflow) as Workflow;
    this.#remember(hash, workflow);
    return workflow;
  }

  /** Strands of a run ask again and again; the last hundred documents answer without a query. */
  #remember(hash: string, workflow: Workflow): void {
    this.#known.set(hash, workflow);
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > 100 && oldest !== undefined) this.#known.delete(oldest);
  }
}
