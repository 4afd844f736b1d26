import type { Json } from "@mortise/contract";
import type { TaskRequest, WaitAnswer, WaitKind, WaitView } from "@mortise/workflow";

/** An answer as the database has it. */
export interface AnswerRow {
  readonly answered_by: string | null;
  readonly payload: string;
  readonly answered_at: Date | string;
}

/** A wait as the database has it, with its answers. */
export interface WaitRow {
  readonly id: string;
  readonly run_id: string;
  readonly path: string;
  readonly kind: WaitKind;
  readonly event_name: string | null;
  readonly event_key: string | null;
  readonly task: string | null;
  readonly people: readonly string[];
  readonly opened_at: Date;
  readonly expires_at: Date;
  readonly outcome: string | null;
  readonly closed_at: Date | null;
  readonly answers: readonly AnswerRow[];
}

/** Reads an answer. */
export function answerOf({ answered_by, payload, answered_at }: AnswerRow): WaitAnswer {
  return {
    ...(answered_by === null ? {} : { by: answered_by }),
    atMs: new Date(answered_at).getTime(),
    payload: JSON.parse(payload) as Json,
  };
}

/** Reads a wait. */
export function viewOf(row: WaitRow): WaitView {
  const [openedAtMs, expiresAtMs] = [row.opened_at.getTime(), row.expires_at.getTime()];
  return {
    id: row.id,
    runId: row.run_id,
    path: row.path,
    kind: row.kind,
    openedAtMs,
    expiresAtMs,
    expiresInMs: expiresAtMs - openedAtMs,
    answers: row.answers.map(answerOf),
    ...(row.event_name === null ? {} : { event: { name: row.event_name, key: row.event_key ?? "" } }),
    ...(row.task === null ? {} : { task: { ...(JSON.parse(row.task) as TaskRequest), people: row.people } }),
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
    ...(row.closed_at === null ? {} : { closedAtMs: row.closed_at.getTime() }),
  };
}
