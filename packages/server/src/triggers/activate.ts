import { MortiseError } from "@mortise/contract";
import type { Host } from "../host/open-host.ts";
import type { StoredWorkflow } from "../store/workflow-store.ts";

/** Turns a workflow's trigger on: a schedule ticks, a webhook answers. Throws `USAGE` for a manual one, `INVALID_SCHEDULE`. */
export async function activate(host: Host, workflow: StoredWorkflow): Promise<void> {
  const { trigger } = workflow.document;
  if (trigger.use === "manual")
    throw new MortiseError("USAGE", "A workflow with a manual trigger has nothing to activate.", {
      remedy: "Choose a schedule or a webhook as its trigger.",
    });
  await syncSchedule(host, { ...workflow, active: true });
  await host.store.workflows.goLive(workflow);
}

/** Turns a workflow's trigger off. Runs that are under way go on. */
export async function deactivate(host: Host, workflow: StoredWorkflow): Promise<void> {
  await host.runner.schedule(workflow.id, null);
  await host.store.workflows.stop(workflow);
}

/**
 * After a save: a trigger that is on goes over to the new revision where that has no error, and stays with the one before otherwise.
 * A trigger that became manual is off.
 */
export async function followEdit(host: Host, saved: StoredWorkflow, hasErrors: boolean): Promise<void> {
  if (!saved.active || hasErrors) return;
  if (saved.document.trigger.use === "manual") await deactivate(host, saved);
  else await activate(host, saved);
}

/** Brings the engine's schedule in line with the document and whether it is active. */
async function syncSchedule(host: Host, workflow: StoredWorkflow): Promise<void> {
  const { trigger } = workflow.document;
  const cron = trigger.with?.cron;
  if (!workflow.active || trigger.use !== "schedule" || typeof cron !== "string") {
    await host.runner.schedule(workflow.id, null);
    return;
  }
  const timeZone = trigger.with?.timeZone;
  await host.runner.schedule(workflow.id, {
    workflow: workflow.document,
    cron,
    ...(typeof timeZone === "string" ? { timeZone } : {}),
  });
}

/** Brings all schedules in line, at start. One that cannot be read is said and left out. */
export async function syncAllSchedules(host: Host, log: (line: string) => void): Promise<void> {
  for (const workflow of await host.store.workflows.listLive()) {
    await syncSchedule(host, workflow).catch((error: Error) =>
      log(`The schedule of "${workflow.document.name}" is not on: ${error.message}`),
    );
  }
}
