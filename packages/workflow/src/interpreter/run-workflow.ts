import { type ErrorData, isMortiseError, type Json } from "@mortise/contract";
import type { Execution } from "./execution.ts";
import { type Frame, scopeOf } from "./frame.ts";
import type { ProgramInput } from "./program-input.ts";
import { passEndHooks, passStartHooks } from "./run-hook-steps.ts";
import { runSet, type SetEnd } from "./run-set.ts";
import { type Control, errorOf, throwable } from "./settlement.ts";
import { StrandWaits } from "./waiting/memo-context.ts";

/** Ends of a run that the engine brings about and logs itself. */
const ENGINE_ENDS: readonly string[] = ["RUN_CANCELLED", "CALL_CANCELLED"];

/** Runs a workflow on the root strand, from its beginning or from where it was parked. Throws what fails it. */
export async function runWorkflow(exec: Execution, input: ProgramInput): Promise<Json> {
  const { log, plan, run } = exec;
  if (input.resume === undefined) log.runStarted(Date.parse(run.startedAt), run.trigger);
  const frame: Frame = {
    set: plan.root,
    prefix: "",
    vars: {},
    steps: {},
    quiet: false,
    ...(run.sub === undefined && { parkable: (snapshot) => snapshot }),
    ...(input.resume && { resume: input.resume }),
  };
  let end: SetEnd;
  try {
    if (input.resume === undefined) await passStartHooks(exec);
    end = await runSet(exec, frame);
  } catch (thrown) {
    const isEngines =
      exec.parking.asked || thrown instanceof StrandWaits || (isMortiseError(thrown) && ENGINE_ENDS.includes(thrown.code));
    // The engine logs the end of the run that it cancels, and knows nothing of one inside of it.
    const endsInside = run.sub !== undefined && isMortiseError(thrown) && thrown.code === "RUN_CANCELLED";
    if (!isEngines || endsInside) await endRun(exec, { error: errorOf(thrown) });
    throw thrown;
  }
  if (end.failure) return await failRun(exec, end.failure.error);
  let output: Json;
  try {
    if (end.control) output = endedBy(end.control);
    else output = plan.output === undefined ? {} : plan.output.evaluate(scopeOf(run, frame));
  } catch (thrown) {
    return await failRun(exec, errorOf(thrown));
  }
  const refused = await passEndHooks(exec, { output });
  if (refused) return await failRun(exec, refused, false);
  await endRun(exec, { output });
  return output;
}

/** What a run returns that a node ended. A break outside of loops, which the checker refuses, ends it too. */
function endedBy(control: Control): Json {
  return control.kind === "stop" ? control.output : {};
}

async function failRun(exec: Execution, error: ErrorData, isTold = true): Promise<never> {
  if (isTold) await passEndHooks(exec, { error });
  await endRun(exec, { error });
  throw throwable(error);
}

async function endRun(exec: Execution, end: { readonly output: Json } | { readonly error: ErrorData }): Promise<void> {
  exec.log.runEnded(end);
  await exec.log.flush();
}
