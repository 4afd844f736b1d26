import type { Json } from "@mortise/contract";
import type { KeptSagas, SagaContext, SagaStep, SagaStepState, SagaStore } from "@mortise/workflow";
import type pg from "pg";

interface Row {
  readonly saga: string;
  readonly about: string;
  readonly state: SagaStepState | "open";
  readonly output: string;
}

/** A row without a step is the saga itself. */
const ITSELF = "";

/** What sagas did, in `mortise_engine.saga_steps`: written before a step is sent, and again when it took effect. */
export class PostgresSagas implements SagaStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async open(runId: string, saga: string, context: SagaContext): Promise<void> {
    await this.#pool.query(INSERT, [runId, saga, ITSELF, JSON.stringify(context), "open"]);
  }

  async begin(runId: string, saga: string, step: SagaStep): Promise<void> {
    await this.#pool.query(INSERT, [runId, saga, step.step, JSON.stringify(step), "begun"]);
  }

  /** Its number is drawn anew, so that steps stand in the order in which they took effect. */
  async done(runId: string, saga: string, step: string, output: Json): Promise<void> {
    await this.#pool.query(
      `update mortise_engine.saga_steps
       set state = 'done', output = $4, seq = nextval(pg_get_serial_sequence('mortise_engine.saga_steps', 'seq'))
       where run_id = $1 and saga = $2 and step = $3 and state = 'begun'`,
      [runId, saga, step, JSON.stringify(output ?? null)],
    );
  }

  async drop(runId: string, saga: string, step: string): Promise<void> {
    await this.#pool.query("delete from mortise_engine.saga_steps where run_id = $1 and saga = $2 and step = $3", [
      runId,
      saga,
      step,
    ]);
  }

  async undone(runId: string, saga: string, step: string): Promise<void> {
    await this.#pool.query(
      "update mortise_engine.saga_steps set state = 'undone' where run_id = $1 and saga = $2 and step = $3",
      [runId, saga, step],
    );
  }

  async list(runId: string, saga?: string): Promise<KeptSagas> {
    const { rows } = await this.#pool.query<Row>(
      `select saga, about, state, output from mortise_engine.saga_steps
       where run_id = $1 and ($2::text is null or saga = $2 or starts_with(saga, $2 || '/')) order by seq`,
      [runId, saga ?? null],
    );
    return {
      steps: rows.flatMap(({ saga: name, about, state, output }) =>
        state === "open" ? [] : [{ ...(JSON.parse(about) as SagaStep), saga: name, state, output: JSON.parse(output) as Json }],
      ),
      contexts: Object.fromEntries(
        rows.flatMap(({ saga: name, about, state }) => (state === "open" ? [[name, JSON.parse(about) as SagaContext]] : [])),
      ),
    };
  }

  async runs(runId: string): Promise<readonly { readonly runId: string; readonly workflowHash: string }[]> {
    const { rows } = await this.#pool.query<{ run_id: string; about: string }>(
      `select distinct on (run_id) run_id, about from mortise_engine.saga_steps
       where state = 'open' and (run_id = $1 or starts_with(run_id, $1 || '/')) order by run_id, seq`,
      [runId],
    );
    return rows.map(({ run_id, about }) => ({ runId: run_id, workflowHash: (JSON.parse(about) as SagaContext).workflowHash }));
  }

  async forget(runId: string, saga: string): Promise<void> {
    await this.#pool.query(
      "delete from mortise_engine.saga_steps where run_id = $1 and (saga = $2 or starts_with(saga, $2 || '/'))",
      [runId, saga],
    );
  }
}

const INSERT = `
insert into mortise_engine.saga_steps (run_id, saga, step, about, state) values ($1, $2, $3, $4, $5)
on conflict (run_id, saga, step) do nothing`;
