import type { Json } from "@mortise/contract";
import type { KeptSagaStep, KeptSagas, SagaContext, SagaStep, SagaStore } from "../ports/saga-store.ts";

interface Kept {
  readonly contexts: Map<string, SagaContext>;
  readonly steps: Map<string, KeptSagaStep>;
}

/** What sagas of this process did. */
export class MemorySagas implements SagaStore {
  readonly #runs = new Map<string, Kept>();

  async open(runId: string, saga: string, context: SagaContext): Promise<void> {
    const { contexts } = this.#run(runId);
    if (!contexts.has(saga)) contexts.set(saga, context);
  }

  async begin(runId: string, saga: string, step: SagaStep): Promise<void> {
    const { steps } = this.#run(runId);
    const key = keyOf(saga, step.step);
    if (!steps.has(key)) steps.set(key, { ...step, saga, state: "begun", output: null });
  }

  async done(runId: string, saga: string, step: string, output: Json): Promise<void> {
    const { steps } = this.#run(runId);
    const key = keyOf(saga, step);
    const kept = steps.get(key);
    if (kept?.state !== "begun") return;
    // Steps stand in the order in which they took effect.
    steps.delete(key);
    steps.set(key, { ...kept, state: "done", output });
  }

  async drop(runId: string, saga: string, step: string): Promise<void> {
    this.#runs.get(runId)?.steps.delete(keyOf(saga, step));
  }

  async undone(runId: string, saga: string, step: string): Promise<void> {
    const steps = this.#runs.get(runId)?.steps;
    const kept = steps?.get(keyOf(saga, step));
    if (kept) steps?.set(keyOf(saga, step), { ...kept, state: "undone" });
  }

  async list(runId: string, saga?: string): Promise<KeptSagas> {
    const { steps, contexts } = this.#runs.get(runId) ?? { steps: new Map(), contexts: new Map() };
    return {
      steps: [...steps.values()].filter((step) => isInside(step.saga, saga)),
      contexts: Object.fromEntries([...contexts].filter(([name]) => isInside(name, saga))),
    };
  }

  async runs(runId: string): Promise<readonly { readonly runId: string; readonly workflowHash: string }[]> {
    return [...this.#runs].flatMap(([id, { contexts }]) => {
      const [context] = contexts.values();
      return context !== undefined && isInside(id, runId) ? [{ runId: id, workflowHash: context.workflowHash }] : [];
    });
  }

  async forget(runId: string, saga: string): Promise<void> {
    const run = this.#runs.get(runId);
    if (run === undefined) return;
    for (const [key, step] of run.steps) if (isInside(step.saga, saga)) run.steps.delete(key);
    for (const name of run.contexts.keys()) if (isInside(name, saga)) run.contexts.delete(name);
    if (run.contexts.size === 0) this.#runs.delete(runId);
  }

  #run(runId: string): Kept {
    const known = this.#runs.get(runId);
    if (known) return known;
    const run: Kept = { contexts: new Map(), steps: new Map() };
    this.#runs.set(runId, run);
    return run;
  }
}

function isInside(inner: string, saga: string | undefined): boolean {
  return saga === undefined || inner === saga || inner.startsWith(`${saga}/`);
}

function keyOf(saga: string, step: string): string {
  return `${saga}\n${step}`;
}
