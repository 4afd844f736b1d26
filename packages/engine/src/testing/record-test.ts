import type { Json, JsonObject } from "@mortise/contract";
import type { RunEvent, StepChanged } from "@mortise/workflow";
import type { Mock, WorkflowTest } from "./workflow-test.ts";

/** A test made of a run, and what of the run it could not take over. */
export interface RecordedTest {
  readonly test: WorkflowTest;
  /** In words, for the person who finishes the test. */
  readonly left: readonly string[];
}

/** Makes a test of the events of a run: its input, what each call came to, and how it ended. Secrets are masked as in the run's log. */
export function recordTest(events: readonly RunEvent[]): RecordedTest {
  const left: string[] = [];
  const steps = new Map<string, StepChanged>();
  let started: { readonly input: Json; readonly atMs: number } | undefined;
  let ended: Extract<RunEvent, { kind: "run-ended" }> | undefined;
  for (const event of events) {
    if (event.kind === "run-started") started = event;
    else if (event.kind === "run-ended") ended = event;
    else if (event.kind === "step") steps.set(event.path, { ...steps.get(event.path), ...event });
  }
  const mocks: { [place: string]: Mock } = {};
  const calls: { [place: string]: readonly Json[] } = {};
  const states: { [place: string]: "succeeded" | "failed" | "skipped" } = {};
  for (const [place, { use, status, input, output, error }] of steps) {
    if (status === "succeeded" || status === "failed" || status === "skipped") states[place] = status;
    if (use.startsWith("core/") || status === "skipped") continue;
    if (isCut(input) || isCut(output)) left.push(`The data of "${place}" is too large for the log: its mock has to be written.`);
    else if (isStream(output)) left.push(`"${place}" is a stream: give its rows as {"rows": [...]}.`);
    else if (error) mocks[place] = { error: { code: error.code as never, message: error.message } };
    else if (output !== undefined) mocks[place] = { output };
    if (input !== undefined && !isCut(input)) calls[place] = [input];
  }
  const { body = {}, scheduledAt: _, ...trigger } = (started?.input ?? {}) as JsonObject;
  const expect = {
    status: ended?.status ?? "failed",
    ...(ended?.output === undefined || isCut(ended.output) ? {} : { output: ended.output }),
    ...(ended?.error === undefined ? {} : { error: { code: ended.error.code } }),
    calls,
    steps: states,
  } as const;
  const startedAt = started === undefined ? {} : { startedAt: new Date(started.atMs).toISOString() };
  const beside = Object.keys(trigger).length === 0 ? {} : { trigger };
  return { test: { input: body, ...beside, ...startedAt, mocks, expect }, left };
}

/** The log keeps the beginning of what is large. */
function isCut(value: Json | undefined): boolean {
  return typeof value === "object" && value !== null && "$cut" in value;
}

function isStream(value: Json | undefined): boolean {
  return JSON.stringify(value ?? null).includes('"$stream"');
}
