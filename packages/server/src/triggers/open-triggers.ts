import { randomUUID } from "node:crypto";
import { Kysely, PostgresDialect } from "kysely";
import type { Host } from "../host/open-host.ts";
import { systemLoopClock } from "../lifecycle/loop-clock.ts";
import { OutgoingWebhooks } from "../outgoing/outgoing-webhooks.ts";
import { TENANT } from "../store/open-store.ts";
import type { StoredWorkflow } from "../store/workflow-store.ts";
import { Announcer } from "./announcer.ts";
import { endSubscription, type KeptSubscription } from "./sources/subscription-source.ts";
import { TriggerInbox } from "./store/trigger-inbox.ts";
import { TriggerSecrets } from "./store/trigger-secrets.ts";
import { TriggerSources } from "./store/trigger-sources.ts";
import type { TriggerTables } from "./store/trigger-tables.ts";
import { TriggerDesk } from "./trigger-desk.ts";

/** The triggers of a deployment at work, and the webhooks that it sends itself. */
export interface Triggers {
  readonly desk: TriggerDesk;
  readonly inbox: TriggerInbox;
  readonly sources: TriggerSources;
  readonly secrets: TriggerSecrets;
  readonly outgoing: OutgoingWebhooks;
  /** Ends what a workflow that is turned off has at other systems; what cannot be ended now is tried again. */
  leave(workflow: StoredWorkflow): Promise<void>;
  close(): Promise<void>;
}

/** Opens the triggers of all active workflows in this process. */
export async function openTriggers(host: Host, log: (line: string) => void): Promise<Triggers> {
  const db = new Kysely<TriggerTables>({ dialect: new PostgresDialect({ pool: host.pool }) }).withSchema("mortise");
  const inbox = new TriggerInbox(db, TENANT);
  const sources = new TriggerSources(db, TENANT, randomUUID());
  const secrets = new TriggerSecrets(db, TENANT, host.store.box, host.now);
  const outgoing = new OutgoingWebhooks({ db, tenant: TENANT, box: host.store.box, now: host.now, way: host.deployment, log });
  const announcer = new Announcer({ db, tenant: TENANT, host, log, publish: (run) => outgoing.publishRun(run) });

  const leave = async (workflowId: string): Promise<void> => {
    const lease = await sources.take(workflowId, 0);
    if (lease === undefined) return;
    const kept = lease.state as unknown as Partial<KeptSubscription> | null;
    try {
      if (kept?.subscription !== undefined) await endSubscription({ host, secrets }, kept as KeptSubscription, workflowId);
      await sources.remove(lease);
    } catch (error) {
      log(`A subscription of workflow ${workflowId} could not be ended: ${(error as Error).message}`);
      // Held by nobody for as long as a lease lasts, then tried again.
    }
  };

  const desk: TriggerDesk = new TriggerDesk({
    host,
    db,
    inbox,
    sources,
    secrets,
    clock: systemLoopClock,
    random: Math.random,
    publicUrl: host.deployment.publicUrl,
    log,
    alongside: async () => {
      await announcer.announce(desk);
      for (const workflowId of await sources.abandoned()) await leave(workflowId);
    },
  });
  await desk.start();
  outgoing.start();
  return {
    desk,
    inbox,
    sources,
    secrets,
    outgoing,
    leave: async (workflow) => {
      await desk.release(workflow.id);
      await leave(workflow.id);
    },
    close: async () => {
      await desk.close();
      await outgoing.close();
    },
  };
}
