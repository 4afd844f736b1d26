import { MortiseError } from "@mortise/contract";
import type { RepeatRequest } from "@mortise/engine";
import type { Host } from "../../host/open-host.ts";
import { repeatFailed, repeatRun } from "../../host/repeat-run.ts";
import type { Routes } from "./routes.ts";

const repeatBody = {
  type: "object",
  additionalProperties: false,
  properties: {
    from: { type: "array", items: { type: "string", minLength: 1, maxLength: 500 }, maxItems: 100 },
    edits: { type: "object", maxProperties: 100 },
    newKeys: { type: "boolean" },
  },
} as const;

const bulkBody = {
  type: "object",
  additionalProperties: false,
  properties: {
    workflow: { type: "string" },
    sinceMs: { type: "integer", minimum: 0 },
    limit: { type: "integer", minimum: 1, maximum: 1_000, default: 100 },
    perMinute: { type: "number", exclusiveMinimum: 0, maximum: 60_000, default: 60 },
  },
} as const;

/** What people do with runs: pause, resume, repeat one or all that failed. */
export const runControlRoutes: Routes = (app, { host }) => {
  const config = { access: "signed-in" } as const;

  app.post<{ Params: { id: string } }>("/api/v1/runs/:id/pause", { config }, async ({ params }, reply) => {
    await existing(host, params.id);
    await host.runner.pause(params.id);
    await host.store.runs.turned(params.id, "paused");
    return reply.code(202).send({ runId: params.id });
  });

  app.post<{ Params: { id: string } }>("/api/v1/runs/:id/resume", { config }, async ({ params }, reply) => {
    await existing(host, params.id);
    await host.runner.resume(params.id);
    await host.store.runs.turned(params.id, "running");
    return reply.code(202).send({ runId: params.id });
  });

  app.post<{ Params: { id: string }; Body: Omit<RepeatRequest, "runId"> | undefined }>(
    "/api/v1/runs/:id/repeat",
    { config, schema: { body: repeatBody } },
    async ({ params, body }, reply) => reply.code(201).send(await repeatRun(host, params.id, body ?? {})),
  );

  app.post<{ Body: { workflow?: string; sinceMs?: number; limit: number; perMinute: number } }>(
    "/api/v1/runs/repeat-failed",
    { config, schema: { body: bulkBody } },
    async ({ body }, reply) => reply.code(202).send(await repeatFailed(host, body)),
  );
};

async function existing(host: Host, id: string): Promise<void> {
  if (!(await host.store.runs.find(id))) throw new MortiseError("RUN_NOT_FOUND", `No run "${id}" exists.`);
}
