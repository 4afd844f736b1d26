import { withDbRetry } from "@dbos-inc/dbos-sdk/internal/system_database";
import type { ErrorData, Json } from "@mortise/contract";
import type pg from "pg";
import { type Message, segmentId } from "./message.ts";
import type { StoredValue, StoredValues } from "./stored-value.ts";

/** What the journal keeps of one step. */
export type Journaled = { readonly value: StoredValue } | { readonly error: ErrorData };

/** Reads the journals of other runs, for those that repeat them. */
export class JournalReader {
  readonly #pool: pg.Pool;
  readonly #values: StoredValues;

  constructor(pool: pg.Pool, values: StoredValues) {
    this.#pool = pool;
    this.#values = values;
  }

  /** The result of the last attempt of a step (`key#<n>`) at the same place of the repeated run; undefined where there is none. */
  async recall({ repeats, strand }: Message, key: string): Promise<{ readonly value: Json } | undefined> {
    if (repeats === undefined) return undefined;
    const root = segmentId(repeats.runId, repeats.segment);
    const { rows } = await withDbRetry(() =>
      this.#pool.query<{ output: string | null }>(
        `select output from dbos.operation_outputs
         where workflow_uuid = $1 and left(function_name, length($2) + 1) = $2 || '#'
           and substr(function_name, length($2) + 2) ~ '^[0-9]+$'
         order by function_id desc limit 1`,
        [strand === "" ? root : `${root}/${strand}`, key],
      ),
    );
    const journaled = JSON.parse(rows[0]?.output ?? "null") as Journaled | null;
    if (journaled === null || "error" in journaled) return undefined;
    return { value: await this.#values.load(repeats.runId, journaled.value) };
  }

  /** What the segments of a run began with. */
  async segments(runId: string): Promise<readonly Json[]> {
    const { rows } = await this.#pool.query<{ inputs: string }>(
      `with recursive chain as (
         select r.workflow_uuid, 0 as n from dbos.workflow_status r where r.workflow_uuid = $1
         union all
         select s.workflow_uuid, chain.n + 1
         from chain join dbos.workflow_status s on s.parent_workflow_id = chain.workflow_uuid and s.name = 'mortise.segment'
       )
       select coalesce(wi.inputs, w.inputs) as inputs
       from chain join dbos.workflow_status w using (workflow_uuid) left join dbos.workflow_input wi using (workflow_uuid) order by n`,
      [runId],
    );
    const messages = rows.map(({ inputs }) => messageOf(inputs));
    return await Promise.all(messages.map(({ input }) => this.#values.load(runId, input)));
  }
}

/** DBOS keeps the arguments of the workflow function. */
function messageOf(inputs: string): Message {
  const read = JSON.parse(inputs) as Message | readonly Message[] | { readonly positionalArgs: readonly Message[] };
  const args = "positionalArgs" in read ? read.positionalArgs : read;
  return (Array.isArray(args) ? args[0] : args) as Message;
}
