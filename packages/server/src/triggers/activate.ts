import { MortiseError } from "@mortise/contract";
import type { Host } from "../host/open-host.ts";
import type { StoredWorkflow } from "../store/workflow-store.ts";
import type { Triggers } from "./open-triggers.ts";

/** What turning triggers on and off works with. */
export interface Activation {
  readonly host: Host;
  readonly triggers: Triggers;
}

/** Turns a workflow's trigger on: a schedule ticks, a webhook answers, a source is read. Throws `USAGE` for a manual one. */
export async function activate({ host, triggers }: Activation, workflow: StoredWorkflow): Promise<void> {
  const { trigger } = workflow.document;
  if (trigger.use === "manual")
    throw new MortiseError("USAGE", "A workflow with a manual trigger has nothing to activate.", {
      remedy: "Choose another trigger, such as a schedule or a webhook.",
    });
  await host.store.workflows.goLive(workflow);
  await triggers.desk.sync();
}

/** Turns a workflow's trigger off, also at the other system. Runs that are under way go on. */
export async function deactivate({ host, triggers }: Activation, workflow: StoredWorkflow): Promise<void> {
  await host.store.workflows.stop(workflow);
  await triggers.leave(workflow);
}

/**
 * After a save: a trigger that is on goes over to the new revision where that has no error, and stays with the one before otherwise.
 * A trigger that became manual is off.
 */
export async function followEdit(activation: Activation, saved: StoredWorkflow, hasErrors: boolean): Promise<void> {
  if (!saved.active || hasErrors) return;
  if (saved.document.trigger.use === "manual") await deactivate(activation, saved);
  else await activate(activation, saved);
}

/** Takes schedules of earlier versions out of the engine: their times are kept by the triggers now. */
export async function dropEngineSchedules(host: Host): Promise<void> {
  const { rows } = await host.pool.query<{ name: string }>(
    "select s.name from mortise_engine.schedules s join mortise.workflows w on w.id = s.name",
  );
  for (const { name } of rows) await host.runner.schedule(name, null);
}
