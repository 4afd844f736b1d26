import type { Json } from "@mortise/contract";
import type { KeptSagaStep, SagaStep, SagaStepState, SagaStore } from "@mortise/workflow";
import type pg from "pg";

interface Row {
  readonly saga: string;
  readonly about: string;
  readonly state: SagaStepState;
  readonly output: string;
}

/** What sagas did, in `mortise_engine.saga_steps`: written before a step is sent, and again when it took effect. */
export class PostgresSagas implements SagaStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async begin(runId: string, saga: string, step: SagaStep): Promise<void> {
    await this.#pool.query(
      `insert into mortise_engine.saga_steps (run_id, saga, step, about, state) values ($1, $2, $3, $4, 'begun')
       on conflict (run_id, saga, step) do nothing`,
      [runId, saga, step.step, JSON.stringify(step)],
    );
  }

  /** Its number is drawn anew, so that steps stand in the order in which they took effect. */
  async done(runId: string, saga: string, step: string, output: Json): Promise<void> {
    await this.#pool.query(
      `with begun as (delete from mortise_engine.saga_steps where run_id = $1 and saga = $2 and step = $3 and state = 'begun' returning about)
       insert into mortise_engine.saga_steps (run_id, saga, step, about, state, output)
       select $1, $2, $3, about, 'done', $4 from begun
       on conflict (run_id, saga, step) do update set state = 'done', output = excluded.output`,
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

  async list(runId: string, saga?: string): Promise<readonly KeptSagaStep[]> {
    const { rows } = await this.#pool.query<Row>(
      `select saga, about, state, output from mortise_engine.saga_steps
       where run_id = $1 and ($2::text is null or saga = $2) order by seq`,
      [runId, saga ?? null],
    );
    return rows.map(({ saga: name, about, state, output }) => ({
      ...(JSON.parse(about) as SagaStep),
      saga: name,
      state,
      output: JSON.parse(output) as Json,
    }));
  }

  async forget(runId: string, saga: string): Promise<void> {
    await this.#pool.query("delete from mortise_engine.saga_steps where run_id = $1 and saga = $2", [runId, saga]);
  }
}
