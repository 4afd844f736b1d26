/** Something that people should hear of, because a run waits for them. */
export interface PersonNotice {
  readonly kind: "opened" | "reminder" | "escalation" | "expired";
  readonly task: string;
  readonly runId: string;
  readonly title: string;
  /** `user:<name>`, `role:<name>` or a plain name. Empty: anybody. */
  readonly people: readonly string[];
}

/** Tells people. A throw does not fail the run: whoever was not reached finds the task in the list. */
export type NotifyPeople = (notice: PersonNotice) => Promise<void>;
