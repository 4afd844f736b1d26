import { createHash, randomBytes } from "node:crypto";
import type { Json } from "@mortise/contract";
import {
  type AnswerVerdict,
  EVENT_KEPT_MS,
  type EventDelivery,
  KEPT_OF_A_KEY,
  KEPT_OF_A_NAME,
  MOST_ANSWERS,
  type OpenedWait,
  type WaitAnswer,
  type WaitDesk,
  type WaitQuery,
  type WaitRequest,
  type WaitState,
  type WaitView,
} from "@mortise/workflow";
import type pg from "pg";
import { TENANT } from "../strand/idempotency-key.ts";
import { inTransaction } from "./in-transaction.ts";
import { type AnswerRow, answerOf, viewOf, type WaitRow } from "./wait-rows.ts";

/** Wakes a run that waits. Where it cannot be told, it is told again with the next answer or event, or wakes at its end. */
export type WakeRun = (runId: string, waitId: string, answer: string) => Promise<void>;

/**
 * What runs wait for, in `mortise_engine.waits`.
 *
 * Owns: waits, answers, events that came too early.
 * Does not own: the runs (`wake`), who may answer (whoever takes answers in).
 * Invariants:
 *   W1. A run and path have one wait, however often and in whichever process it is opened.
 *   W2. An answer counts once, and none counts after the wait is closed or, by the database's clock, its time is over.
 *   W3. An event reaches every wait that is open for it, or is kept for one that opens later; it is never both, nor neither. Whoever opens and
 *       whoever delivers for one name and key take turns.
 *   W4. Of a callback's token only the digest is kept.
 */
export class PostgresWaits implements WaitDesk {
  readonly #pool: pg.Pool;
  readonly #wake: WakeRun;

  constructor(pool: pg.Pool, wake: WakeRun) {
    this.#pool = pool;
    this.#wake = wake;
  }

  async open(request: WaitRequest): Promise<OpenedWait> {
    const { runId, path, kind, event, task, expiresInMs } = request;
    const token = kind === "callback" ? secret() : undefined;
    return await inTransaction(this.#pool, async (client) => {
      if (event) await takeTurns(client, event.name, event.key);
      // Whoever opens again died before it could note the token, so nobody has seen it.
      const { rows } = await client.query<{ id: string; opened: Date; expires: Date; fresh: boolean }>(
        `insert into mortise_engine.waits (tenant, id, run_id, path, kind, event_name, event_key, task, people, token_hash, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() + $11 * interval '1 ms')
         on conflict (run_id, path) do update set token_hash = excluded.token_hash
         returning id, opened_at as opened, expires_at as expires, id = $2 as fresh`,
        [
          ...[TENANT, secret(), runId, path, kind, event?.name ?? null, event?.key ?? null],
          ...[
            task === undefined ? null : JSON.stringify(task),
            [...(task?.people ?? [])],
            token === undefined ? null : digest(token),
          ],
          expiresInMs,
        ],
      );
      const row = rows[0];
      if (row === undefined) throw new Error("A wait was not kept.");
      if (row.fresh && event) await takeEarly(client, row.id, event);
      return {
        id: row.id,
        openedAtMs: row.opened.getTime(),
        expiresAtMs: row.expires.getTime(),
        ...(token !== undefined && { token }),
      };
    });
  }

  async read(id: string): Promise<WaitState> {
    const { rows } = await this.#pool.query<AnswerRow & { now_ms: string }>(
      `select a.answered_by, a.payload, a.answered_at, floor(extract(epoch from now()) * 1000)::text as now_ms
       from (select 1) one left join mortise_engine.wait_answers a on a.wait_id = $1 order by a.seq`,
      [id],
    );
    return { answers: rows.filter(({ payload }) => payload !== null).map(answerOf), nowMs: Number(rows[0]?.now_ms) };
  }

  async addPeople(id: string, people: readonly string[]): Promise<void> {
    await this.#pool.query(
      "update mortise_engine.waits set people = array(select distinct unnest(people || $2::text[])) where id = $1",
      [id, people],
    );
  }

  async close(id: string, outcome: string): Promise<void> {
    await this.#pool.query("update mortise_engine.waits set outcome = $2, closed_at = now() where id = $1 and outcome is null", [
      id,
      outcome,
    ]);
  }

  async find(id: string): Promise<WaitView | undefined> {
    const { rows } = await this.#pool.query<WaitRow>(`${VIEW} where w.tenant = $1 and w.id = $2`, [TENANT, id]);
    return rows[0] && viewOf(rows[0]);
  }

  async list({ kinds, runId, state = "open", limit = 100 }: WaitQuery = {}): Promise<readonly WaitView[]> {
    const { rows } = await this.#pool.query<WaitRow>(
      `${VIEW} where w.tenant = $1 and ($2::text[] is null or w.kind = any($2)) and ($3::text is null or w.run_id = $3)
       and (w.outcome is null) = $4 order by w.opened_at desc, w.id limit $5`,
      [TENANT, kinds === undefined ? null : [...kinds], runId ?? null, state === "open", limit],
    );
    return rows.map(viewOf);
  }

  async answer(
    id: string,
    { answerId, by, payload }: { readonly answerId: string; readonly by?: string; readonly payload: Json },
  ): Promise<AnswerVerdict> {
    const found = await inTransaction(this.#pool, async (client): Promise<{ verdict: AnswerVerdict; runId: string }> => {
      const { rows } = await client.query<{ run_id: string; open: boolean }>(
        `select run_id, outcome is null and expires_at > clock_timestamp() as open from mortise_engine.waits
         where tenant = $1 and id = $2 for update`,
        [TENANT, id],
      );
      const wait = rows[0];
      if (wait === undefined) return { verdict: "unknown", runId: "" };
      const runId = wait.run_id;
      const { rows: answers } = await client.query<{ answer_id: string; answered_by: string | null; many: string }>(
        `select answer_id, answered_by, (select count(*) from mortise_engine.wait_answers where wait_id = $1) as many
         from mortise_engine.wait_answers where wait_id = $1 and (answer_id = $2 or answered_by = $3)`,
        [id, answerId, by ?? null],
      );
      if (answers.some(({ answer_id }) => answer_id === answerId)) return { verdict: "repeated", runId };
      if (!wait.open || Number(answers[0]?.many ?? 0) >= MOST_ANSWERS) return { verdict: "closed", runId };
      if (answers.length > 0) return { verdict: "decided", runId };
      await addAnswer(client, id, { answerId, payload, ...(by === undefined ? {} : { by }) });
      return { verdict: "taken", runId };
    });
    if (found.verdict === "taken" || found.verdict === "repeated") await this.#wake(found.runId, id, answerId);
    return found.verdict;
  }

  async callBack(token: string, answer: { readonly answerId: string; readonly payload: Json }): Promise<AnswerVerdict> {
    const { rows } = await this.#pool.query<{ id: string }>("select id from mortise_engine.waits where token_hash = $1", [
      digest(token),
    ]);
    return rows[0] ? await this.answer(rows[0].id, answer) : "unknown";
  }

  async deliver({ name, key, payload, id }: EventDelivery): Promise<{ readonly delivered: number; readonly kept: boolean }> {
    const answerId = `event:${id ?? secret()}`;
    const waiting = await inTransaction(this.#pool, async (client) => {
      if (id !== undefined && !(await isNewEvent(client, name, id))) return undefined;
      await takeTurns(client, name, key);
      const { rows } = await client.query<{ id: string; run_id: string }>(
        `select id, run_id from mortise_engine.waits
         where tenant = $1 and event_name = $2 and event_key = $3 and outcome is null and expires_at > clock_timestamp()`,
        [TENANT, name, key],
      );
      for (const wait of rows) await addAnswer(client, wait.id, { answerId, payload });
      if (rows.length === 0) await keepEvent(client, name, key, payload);
      return rows;
    });
    for (const wait of waiting ?? []) await this.#wake(wait.run_id, wait.id, answerId);
    return { delivered: waiting?.length ?? 0, kept: waiting?.length === 0 };
  }
}

const VIEW = `
select w.*, coalesce((select json_agg(json_build_object('answered_by', a.answered_by, 'payload', a.payload, 'answered_at', a.answered_at)
  order by a.seq) from mortise_engine.wait_answers a where a.wait_id = w.id), '[]') as answers
from mortise_engine.waits w`;

function secret(): string {
  return randomBytes(24).toString("base64url");
}

function digest(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

/** Until the end of the transaction nobody else opens or delivers for this name and key. */
async function takeTurns(client: pg.ClientBase, name: string, key: string): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtextextended($1, 7))", [JSON.stringify([TENANT, name, key])]);
}

async function addAnswer(
  client: pg.ClientBase,
  waitId: string,
  { answerId, by, payload }: Pick<WaitAnswer, "by" | "payload"> & { readonly answerId: string },
): Promise<void> {
  await client.query(
    `insert into mortise_engine.wait_answers (wait_id, answer_id, answered_by, payload) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [waitId, answerId, by ?? null, JSON.stringify(payload ?? null)],
  );
}

async function takeEarly(client: pg.ClientBase, waitId: string, { name, key }: { name: string; key: string }): Promise<void> {
  const { rows } = await client.query<{ seq: string; payload: string }>(
    `delete from mortise_engine.early_events where seq = (
       select seq from mortise_engine.early_events
       where tenant = $1 and name = $2 and key = $3 and came_at > now() - $4 * interval '1 ms' order by seq limit 1)
     returning seq, payload`,
    [TENANT, name, key, EVENT_KEPT_MS],
  );
  const early = rows[0];
  if (early) await addAnswer(client, waitId, { answerId: `early:${early.seq}`, payload: JSON.parse(early.payload) as Json });
}

async function isNewEvent(client: pg.ClientBase, name: string, id: string): Promise<boolean> {
  await client.query("delete from mortise_engine.event_ids where came_at < now() - $1 * interval '1 ms'", [EVENT_KEPT_MS]);
  const { rowCount } = await client.query(
    "insert into mortise_engine.event_ids (tenant, name, id) values ($1, $2, $3) on conflict do nothing",
    [TENANT, name, id],
  );
  return rowCount === 1;
}

async function keepEvent(client: pg.ClientBase, name: string, key: string, payload: Json): Promise<void> {
  await client.query("insert into mortise_engine.early_events (tenant, name, key, payload) values ($1, $2, $3, $4)", [
    ...[TENANT, name, key, JSON.stringify(payload ?? null)],
  ]);
  await client.query(
    `delete from mortise_engine.early_events where tenant = $1 and name = $2 and (
       came_at < now() - $6 * interval '1 ms'
       or seq in (select seq from mortise_engine.early_events where tenant = $1 and name = $2 and key = $3 order by seq desc offset $4)
       or seq in (select seq from mortise_engine.early_events where tenant = $1 and name = $2 order by seq desc offset $5))`,
    [TENANT, name, key, KEPT_OF_A_KEY, KEPT_OF_A_NAME, EVENT_KEPT_MS],
  );
}
