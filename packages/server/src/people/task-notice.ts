import type { JsonObject } from "@mortise/contract";
import type { PersonNotice } from "@mortise/workflow";

/** A task as whoever is notified is told of it. */
export function taskNotice({ kind, task, runId, title, people }: PersonNotice, publicUrl: string | undefined): JsonObject {
  return { type: `task.${kind}`, task, run: runId, title, people: [...people], url: `${publicUrl ?? ""}/tasks/${task}` };
}
