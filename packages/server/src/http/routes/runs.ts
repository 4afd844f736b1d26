import { MortiseError } from "@mortise/contract";
import type { Host } from "../../host/open-host.ts";
import { ShownRun } from "../../lifecycle/shown-run.ts";
import type { Routes } from "./routes.ts";

const listQuery = {
  type: "object",
  additionalProperties: false,
  properties: {
    workflow: { type: "string" },
    status: { type: "string" },
    limit: { type: "integer", minimum: 1, maximum: 200, default: 50 },
  },
} as const;

/** Runs: list, one with its steps, live events, cancel. */
export const runRoutes: Routes = (app, { host }) => {
  const config = { access: "signed-in" } as const;

  app.get<{ Querystring: { workflow?: string; status?: string; limit: number } }>(
    "/api/v1/runs",
    { config, schema: { querystring: listQuery } },
    async ({ query }) => ({ runs: await host.store.runs.list(query) }),
  );

  app.get<{ Params: { id: string } }>("/api/v1/runs/:id", { config }, async ({ params }) => {
    const { run, document } = await existing(host, params.id);
    const record = await host.runLog.readRun(params.id);
    const shown = new ShownRun(host.runHooks, { runId: run.runId, workflow: run.workflowName });
    const output = record?.ended?.output;
    return {
      run,
      document,
      input: await shown.value(record?.started?.input ?? null, { part: "input" }),
      ...(output === undefined ? {} : { output: await shown.value(output, { part: "output" }) }),
      ...(record?.ended?.error ? { error: record.ended.error } : {}),
      steps: await Promise.all((record?.steps ?? []).map((step) => shown.step(step))),
      progress: record?.progress ?? [],
      lastEventId: record?.lastSeq ?? 0,
    };
  });

  app.get<{ Params: { id: string }; Querystring: { after?: string } }>(
    "/api/v1/runs/:id/events",
    { config },
    async (request, reply) => {
      const { run } = await existing(host, request.params.id);
      const shown = new ShownRun(host.runHooks, { runId: run.runId, workflow: run.workflowName });
      const seq = Number(request.headers["last-event-id"] ?? request.query.after ?? 0);
      const gone = new AbortController();
      request.raw.once("close", () => gone.abort());
      reply.hijack();
      reply.raw.writeHead(200, {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "x-accel-buffering": "no",
      });
      reply.raw.write("retry: 1000\n\n");
      const beat = setInterval(() => reply.raw.write(": still here\n\n"), 15_000);
      try {
        for await (const stored of host.runner.events(request.params.id, {
          seq: Number.isFinite(seq) ? seq : 0,
          signal: gone.signal,
        })) {
          const event = await shown.event(stored.event);
          if (!reply.raw.write(`id: ${stored.seq}\nevent: ${stored.event.kind}\ndata: ${JSON.stringify(event)}\n\n`)) {
            await new Promise<void>((resolve) => {
              reply.raw.once("drain", resolve);
              reply.raw.once("close", resolve);
            });
          }
        }
      } catch (error) {
        request.log.error(error);
      } finally {
        clearInterval(beat);
        reply.raw.end();
      }
    },
  );

  app.post<{ Params: { id: string } }>("/api/v1/runs/:id/cancel", { config }, async ({ params }, reply) => {
    const { run, document } = await existing(host, params.id);
    const { undoneBy } = await host.runner.cancel(params.id);
    const { workflowId, revision, trigger } = run;
    if (workflowId !== undefined && revision !== undefined)
      for (const runId of undoneBy) await host.store.runs.note({ runId, workflowId, revision, trigger, document });
    return reply.code(202).send({ runId: params.id, ...(undoneBy.length > 0 && { undoneBy }) });
  });
};

async function existing(host: Host, id: string) {
  const found = await host.store.runs.find(id);
  if (!found) throw new MortiseError("RUN_NOT_FOUND", `No run "${id}" exists.`);
  return found;
}
