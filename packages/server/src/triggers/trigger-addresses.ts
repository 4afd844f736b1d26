import { type StoredWorkflow, webhookPath } from "../store/workflow-store.ts";
import type { Triggers } from "./open-triggers.ts";

/** Where a workflow is reached, as paths of this server: its webhook, or its form. */
export interface TriggerAddresses {
  readonly webhookUrl?: string;
  readonly formUrl?: string;
}

/** The addresses of a workflow. A secret one is made where there is none. */
export async function triggerAddresses(
  { secrets }: Pick<Triggers, "secrets">,
  { id, document }: Pick<StoredWorkflow, "id" | "document">,
): Promise<TriggerAddresses> {
  const { trigger } = document;
  if (trigger.use.includes("/") || (trigger.use === "webhook" && trigger.with?.secretPath === true))
    return { webhookUrl: `/hooks/${await secrets.path(id)}` };
  const path = webhookPath(document, id);
  if (path === null) return {};
  return path.startsWith("form:") ? { formUrl: `/forms/${path.slice("form:".length)}` } : { webhookUrl: `/hooks/${path}` };
}
