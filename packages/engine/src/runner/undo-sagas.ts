import type { RunnerEngine } from "./open-runner.ts";

/** Starts the runs that undo what the sagas of a run did, its sub-workflows included, where it goes on or was cancelled. Returns their ids. */
export async function undoSagas(engine: RunnerEngine, root: string): Promise<readonly string[]> {
  const open = await engine.stores.sagas.runs(root);
  if (open.length === 0) return [];
  const view = await engine.status(root);
  if (view?.status === "succeeded" || view?.status === "failed") return [];
  const ids: string[] = [];
  for (const { runId, workflowHash } of open) {
    const id = `${runId}.undo`;
    await engine.start({ runId: id, input: { abi: 1, workflowHash, trigger: {}, undo: { runId, root } } });
    ids.push(id);
  }
  return ids;
}
