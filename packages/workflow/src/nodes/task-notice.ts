import type { ErrorData, JsonSchemaObject } from "@mortise/contract";
import type { PersonNotice } from "../ports/person-notice.ts";
import type { OpenedWait } from "../ports/wait-store.ts";
import type { NodeTools } from "./node-tools.ts";

/** The parameter that names who is asked. */
export const PEOPLE: JsonSchemaObject = Object.freeze({
  type: "array",
  title: "People",
  description: "user:<name>, role:<name> or a name. Absent or empty: anybody who is signed in.",
  items: { type: "string", pattern: "^((user|role):)?[^:\\s][^:]{0,99}$" },
  uniqueItems: true,
  maxItems: 100,
  "x-order": 5,
} as const satisfies JsonSchemaObject);

/** What steps see that tell people of a task. */
export const TASK_SCOPE: JsonSchemaObject = Object.freeze({
  type: "object",
  properties: {
    id: { type: "string" },
    url: { type: "string" },
    title: { type: "string" },
    reason: { type: "string", enum: ["opened", "reminder", "escalation"] },
    people: { type: "array", items: { type: "string" } },
    expiresAt: { type: "string", format: "date-time" },
  },
  required: ["id", "url", "title", "reason", "people", "expiresAt"],
  additionalProperties: false,
} as const satisfies JsonSchemaObject);

/** Tells people of a task: by the node's own steps where it has some, else by the deployment. Returns what made the steps fail. */
export async function tellPeople(
  tools: NodeTools,
  wait: OpenedWait,
  { kind, title, people }: Pick<PersonNotice, "kind" | "title" | "people">,
  round: number,
): Promise<ErrorData | undefined> {
  if (!tools.hasBody("notify")) {
    await tools.notify({ kind, task: wait.id, runId: tools.place.runId, title, people });
    return undefined;
  }
  const expiresAt = new Date(wait.expiresAtMs).toISOString();
  const task = { id: wait.id, url: tools.addressOf(`/tasks/${wait.id}`), title, reason: kind, people: [...people], expiresAt };
  return (await tools.body("notify", { task }, round)).error;
}
