import { MortiseError, parseDuration } from "@mortise/contract";
import { compileTrigger } from "../../triggers/compiled-trigger.ts";
import { OVERLAP_MS } from "../../triggers/store/trigger-secrets.ts";
import { triggerAddresses } from "../../triggers/trigger-addresses.ts";
import type { Routes } from "./routes.ts";

const secretBody = {
  type: ["object", "null"],
  additionalProperties: false,
  properties: { secret: { type: "string", minLength: 8, maxLength: 5_000 }, overlap: { type: "string", maxLength: 20 } },
} as const;

/** Triggers: how they do, secrets of webhooks, secret addresses. */
export const triggerRoutes: Routes = (app, { host, triggers }) => {
  const config = { access: "signed-in" } as const;
  const found = async (id: string) => {
    const workflow = await host.store.workflows.find(id);
    if (workflow === undefined) throw new MortiseError("WORKFLOW_NOT_FOUND", `No workflow "${id}" exists.`);
    return workflow;
  };

  app.get<{ Params: { id: string } }>("/api/v1/workflows/:id/trigger", { config }, async ({ params }) => {
    const workflow = await found(params.id);
    const live = (await host.store.workflows.findLive(params.id)) ?? workflow;
    const [source, { waiting }, { createdAtMs, secrets }] = await Promise.all([
      triggers.sources.status(params.id),
      triggers.inbox.backlog(params.id, compileTrigger(live).most),
      triggers.secrets.read(params.id),
    ]);
    return {
      active: workflow.active,
      waiting,
      secrets: secrets.length,
      ...(createdAtMs === undefined ? {} : { secretCreatedAtMs: createdAtMs }),
      ...(source === undefined ? {} : { source }),
      ...(await triggerAddresses(triggers, workflow)),
    };
  });

  app.post<{ Params: { id: string }; Body: { readonly secret?: string; readonly overlap?: string } | null }>(
    "/api/v1/workflows/:id/trigger/secret",
    { config, schema: { body: secretBody } },
    async ({ params, body }) => {
      await found(params.id);
      const overlapMs = body?.overlap === undefined ? OVERLAP_MS : parseDuration(body.overlap);
      if (overlapMs === undefined)
        throw new MortiseError("INVALID_REQUEST", `"${body?.overlap}" is no duration; expected e.g. "24h".`);
      return { secret: await triggers.secrets.rotate(params.id, body?.secret, overlapMs) };
    },
  );

  app.post<{ Params: { id: string } }>("/api/v1/workflows/:id/trigger/address", { config }, async ({ params }) => {
    const workflow = await found(params.id);
    await triggers.secrets.path(workflow.id, true);
    return await triggerAddresses(triggers, workflow);
  });
};
