import type { JsonObject } from "@mortise/contract";
import type { WaitView } from "@mortise/workflow";
import { mayDecide, type Person } from "./may-decide.ts";

/** A task as the API shows it to one person. */
export function taskView({ task, answers, ...wait }: WaitView, person: Person): JsonObject {
  const { title = "", people = [], needed = 1, veto = false, reasonNeeded = false, description, details, schema } = task ?? {};
  const open = wait.outcome === undefined;
  return {
    id: wait.id,
    kind: wait.kind,
    runId: wait.runId,
    path: wait.path,
    title,
    ...(description === undefined ? {} : { description }),
    ...(details === undefined ? {} : { details }),
    ...(schema === undefined ? {} : { schema }),
    people: [...people],
    ...(wait.kind === "approval" ? { needed, veto, reasonNeeded } : {}),
    openedAt: new Date(wait.openedAtMs).toISOString(),
    expiresAt: new Date(wait.expiresAtMs).toISOString(),
    ...(wait.outcome === undefined ? {} : { outcome: wait.outcome }),
    ...(wait.closedAtMs === undefined ? {} : { closedAt: new Date(wait.closedAtMs).toISOString() }),
    answers: answers.map(({ by, atMs, payload }) => ({ by: by ?? null, at: new Date(atMs).toISOString(), answer: payload })),
    mayDecide: open && mayDecide(people, person) && !answers.some(({ by }) => by === person.name),
  };
}
