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
  await host.store.workflows.setActive(workflow.id, true);
}

/** Turns a workflow's trigger off. Runs that are under way go on. */
export async function deactivate(host: Host, workflow: StoredWorkflow): Promise<void> {
  await host.runner.schedule(workflow.id, null);
  await host.store.workflows.setActive(workflow.id, false);
}

/** Brings the engine's schedule in line with the document and whether it is active. */
export async function syncSchedule(host: Host, workflow: StoredWorkflow): Promise<void> {
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

/** Brings all schedules in line, at start. */
export async function syncAllSchedules(host: Host): Promise<void> {
  for (const workflow of await host.store.workflows.list()) {
    if (workflow.active) await syncSchedule(host, workflow);
  }
}
