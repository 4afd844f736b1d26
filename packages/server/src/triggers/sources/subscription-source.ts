import { type Json, type JsonObject, MortiseError, type Trigger, type WebhookTrigger } from "@mortise/contract";
import type { StoredWorkflow } from "../../store/workflow-store.ts";
import type { DeskOptions } from "../trigger-desk.ts";
import { callFailure } from "./call-failure.ts";
import { leasedSource } from "./leased-source.ts";
import { identityOf } from "./poll-source.ts";
import type { Source, SourceContext } from "./source.ts";

/** What is kept of a subscription at another system. */
export interface KeptSubscription {
  readonly of: string;
  readonly use: string;
  readonly connection?: string;
  readonly input: JsonObject;
  readonly url: string;
  readonly subscription: Json;
  readonly renewAtMs?: number;
}

const LOOK_MS = 30_000;

/** Tells another system where to send its events while the workflow is active, and again before the subscription ends. */
export function subscriptionSource(context: SourceContext, contractTrigger: Trigger & WebhookTrigger): Source {
  const { live, host, sources, secrets, clock } = context;
  const { trigger } = live.document;
  const request = {
    input: (trigger.with ?? {}) as JsonObject,
    ...(trigger.connection === undefined ? {} : { connection: trigger.connection }),
  };
  return leasedSource(context, async (lease, signal) => {
    if (contractTrigger.subscribe === undefined) {
      // A person sets it up there; the address and the secret are on the workflow's page.
      await sources.keep(lease, null);
      await clock.sleep(2 ** 31 - 1, signal);
      return;
    }
    const url = await hookAddress(context, live);
    const secret = (await secrets.read(live.id)).secrets[0] ?? (await secrets.rotate(live.id, undefined, 0));
    const of = `${identityOf(trigger)} ${url}`;
    let kept = lease.state as unknown as KeptSubscription | null;
    if (kept !== null && kept.of !== of) {
      await endSubscription(context, kept, live.id);
      kept = null;
      await sources.keep(lease, null);
    }
    if (kept === null) {
      const made = await host.runtime.subscribe(trigger.use, { ...request, url, secret, signal });
      if (made.outcome !== "success") throw callFailure(made.error);
      kept = { of, use: trigger.use, ...request, url, ...made.output };
      await sources.keep(lease, kept as unknown as Json);
    }
    while (!signal.aborted) {
      const { renewAtMs } = kept;
      const dueMs = renewAtMs === undefined ? LOOK_MS : Math.max(0, renewAtMs - host.now());
      await clock.sleep(Math.min(dueMs, LOOK_MS), signal);
      if (signal.aborted || renewAtMs === undefined || host.now() < renewAtMs) continue;
      const renewed = await host.runtime.renew(trigger.use, { ...request, url, secret, subscription: kept.subscription, signal });
      if (renewed.outcome !== "success") {
        // One that is gone is made anew at the next attempt.
        if (renewed.error.code === "NOT_FOUND") await sources.keep(lease, null);
        throw callFailure(renewed.error);
      }
      kept = { ...kept, renewAtMs: undefined, ...renewed.output } as KeptSubscription;
      await sources.keep(lease, kept as unknown as Json);
    }
  });
}

/** Ends a subscription at the other system. Throws what its call came to. */
export async function endSubscription(
  { host, secrets }: Pick<DeskOptions, "host" | "secrets">,
  kept: KeptSubscription,
  workflowId: string,
): Promise<void> {
  const [secret = ""] = (await secrets.read(workflowId)).secrets;
  const { use, connection, input, url, subscription } = kept;
  const named = connection === undefined ? {} : { connection };
  const ended = await host.runtime.unsubscribe(use, { input, ...named, url, secret, subscription });
  if (ended.outcome !== "success") throw callFailure(ended.error);
}

/** Where events of a workflow are delivered. Throws `MISCONFIGURED` where other systems cannot reach this deployment. */
export async function hookAddress(
  { publicUrl, secrets }: Pick<DeskOptions, "publicUrl" | "secrets">,
  live: StoredWorkflow,
): Promise<string> {
  if (publicUrl === undefined)
    throw new MortiseError("MISCONFIGURED", "Other systems cannot reach this deployment: it has no public address.", {
      remedy: 'Set "publicUrl" in the deployment\'s configuration.',
    });
  return `${publicUrl}/hooks/${await secrets.path(live.id)}`;
}
