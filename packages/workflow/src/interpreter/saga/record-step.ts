import type { CallResult, Json } from "@mortise/contract";
import type { GraphNode } from "../../graph/set-graph.ts";
import type { OperationFacts } from "../../ports/operation-port.ts";
import type { Execution } from "../execution.ts";
import type { Frame } from "../frame.ts";

/** Errors after which nobody knows whether the call took effect. */
const IN_DOUBT: readonly string[] = ["CALL_CANCELLED", "RUN_CANCELLED", "DEADLINE_EXCEEDED", "UNKNOWN_OUTCOME"];

/** Makes a call; inside of a saga a write is noted before it is made, and again when it took effect, so that it can be undone. */
export async function recorded(
  exec: Execution,
  frame: Frame,
  {
    graph,
    facts,
    path,
    input,
  }: { readonly graph: GraphNode; readonly facts: OperationFacts | undefined; readonly path: string; readonly input: Json },
  call: () => Promise<CallResult>,
): Promise<CallResult> {
  const { saga } = frame;
  const { sagas } = exec.ports;
  if (saga === undefined || sagas === undefined || facts?.effect === "read" || exec.run.dryRun) return await call();
  const { runId } = exec.run;
  const { use, connection } = graph.node;
  await sagas.begin(runId, saga, {
    step: path,
    node: graph.name,
    use,
    ...(connection === undefined ? {} : { connection }),
    input,
  });
  const result = await call();
  if (result.outcome === "success") await sagas.done(runId, saga, path, result.output ?? null);
  else if (!isInDoubt(result)) await sagas.drop(runId, saga, path);
  return result;
}

function isInDoubt(result: Exclude<CallResult, { readonly outcome: "success" }>): boolean {
  if (result.outcome === "unknown" || result.meta.inDoubtSinceMs !== undefined) return true;
  return result.meta.attempts > 0 && IN_DOUBT.includes(result.error.code);
}
