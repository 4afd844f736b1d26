import { type Diagnostic, type Json, MortiseError } from "@mortise/contract";
import { checkWorkflow, parseWorkflow, type Workflow } from "@mortise/workflow";
import type { Host } from "../../host/open-host.ts";
import { simulatedRunId } from "../../simulation/simulated-run.ts";
import { simulationProblems, withoutConnections } from "../../simulation/simulation-problems.ts";
import type { StoredWorkflow } from "../../store/workflow-store.ts";
import { activate, deactivate, followEdit } from "../../triggers/activate.ts";
import { triggerAddresses } from "../../triggers/trigger-addresses.ts";
import { problem, sendProblem } from "../problem.ts";
import type { Routes } from "./routes.ts";

const documentBody = {
  type: "object",
  required: ["document"],
  additionalProperties: false,
  properties: { document: { type: "object" } },
} as const;
const inputBody = {
  type: ["object", "null"],
  additionalProperties: false,
  properties: { input: {}, simulate: { type: "boolean" } },
} as const;
interface DocumentBody {
  readonly document: Json;
}
interface ById {
  readonly id: string;
}

/** Workflows: list, edit with revisions, check, run, turn on and off. */
export const workflowRoutes: Routes = (app, { host, triggers }) => {
  const activation = { host, triggers };
  const config = { access: "signed-in" } as const;
  const { workflows, runs } = host.store;

  app.get("/api/v1/workflows", { config }, async () => {
    const [list, recent] = await Promise.all([workflows.list(), runs.list({ limit: 500 })]);
    return {
      workflows: list.map((workflow) => ({
        ...summary(workflow),
        lastRuns: recent
          .filter(({ workflowId }) => workflowId === workflow.id)
          .slice(0, 20)
          .map(({ runId, status, startedAtMs }) => ({ runId, status, startedAtMs })),
      })),
    };
  });

  const once = { ...config, idempotencyKey: "accepted" } as const;

  app.post<{ Body: DocumentBody }>(
    "/api/v1/workflows",
    { config: once, schema: { body: documentBody } },
    async (request, reply) => {
      const { workflow, diagnostics } = readable(request.body.document);
      if (!workflow) return sendProblem(reply, unreadable(diagnostics));
      const own = request.claim && `w-${request.claim.stableId}`;
      // Taken over from a process that died, it may have been made already.
      const id = (await workflows.create(workflow, own)) ?? own;
      return reply.code(201).header("location", `/api/v1/workflows/${id}`).send({ id, revision: 1 });
    },
  );

  app.post<{ Body: DocumentBody }>(
    "/api/v1/workflows/check",
    { config, schema: { body: documentBody } },
    async ({ body }) => await checkDocument(host, body.document),
  );

  app.get<{ Params: ById }>("/api/v1/workflows/:id", { config }, async ({ params }, reply) => {
    const found = await existing(host, params.id);
    reply.header("etag", `"${found.revision}"`);
    const addresses = await triggerAddresses(triggers, found);
    return {
      id: found.id,
      revision: found.revision,
      active: found.active,
      ...(found.liveRevision === null ? {} : { liveRevision: found.liveRevision }),
      document: found.document,
      ...addresses,
    };
  });

  app.put<{ Params: ById; Body: DocumentBody }>(
    "/api/v1/workflows/:id",
    { config, schema: { body: documentBody } },
    async ({ params, body, headers }, reply) => {
      const seen = Number(/^(?:W\/)?"(\d+)"$/.exec(headers["if-match"] ?? "")?.[1] ?? Number.NaN);
      if (Number.isNaN(seen))
        return sendProblem(reply, {
          ...problem("INVALID_REQUEST", 'Saving needs the header If-Match: "<revision>".'),
          status: 428,
        });
      const { workflow, diagnostics } = readable(body.document);
      if (!workflow) return sendProblem(reply, unreadable(diagnostics));
      const saved = await workflows.save(params.id, workflow, seen);
      if (!saved) throw notFound(params.id);
      if (!saved.ok) {
        const { revision, document } = saved.current;
        return reply
          .code(412)
          .type("application/problem+json")
          .send({ ...problem("REVISION_CONFLICT", `Somebody saved revision ${revision} meanwhile.`), revision, document });
      }
      const now = await existing(host, params.id);
      if (now.active) await followEdit(activation, now, hasErrors((await checkDocument(host, body.document)).diagnostics));
      return reply.header("etag", `"${saved.revision}"`).send({ revision: saved.revision });
    },
  );

  app.delete<{ Params: ById }>("/api/v1/workflows/:id", { config }, async ({ params }, reply) => {
    await deactivate(activation, await existing(host, params.id));
    await workflows.remove(params.id);
    return reply.code(204).send();
  });

  app.post<{ Params: ById }>("/api/v1/workflows/:id/activate", { config }, async ({ params }, reply) => {
    const workflow = await existing(host, params.id);
    const { diagnostics } = await checkDocument(host, workflow.document as unknown as Json);
    if (hasErrors(diagnostics))
      return sendProblem(reply, problem("INVALID_DOCUMENT", "The workflow has problems that would stop it.", { diagnostics }));
    await activate(activation, workflow);
    return { active: true };
  });

  app.post<{ Params: ById }>("/api/v1/workflows/:id/deactivate", { config }, async ({ params }) => {
    await deactivate(activation, await existing(host, params.id));
    return { active: false };
  });

  app.post<{ Body: DocumentBody }>(
    "/api/v1/workflows/simulation",
    { config, schema: { body: documentBody } },
    async ({ body }) => {
      const { workflow } = parseWorkflow(body.document as object);
      return { problems: workflow === undefined ? [] : simulationProblems(host, workflow) };
    },
  );

  app.post<{ Params: ById; Body: { readonly input?: Json; readonly simulate?: boolean } | null }>(
    "/api/v1/workflows/:id/runs",
    { config: once, schema: { body: inputBody } },
    async ({ params, body, claim, headers }, reply) => {
      const workflow = await existing(host, params.id);
      const simulate = body?.simulate === true;
      const checked = await checkDocument(host, workflow.document as unknown as Json);
      const diagnostics = simulate
        ? [...withoutConnections(checked.diagnostics), ...simulationProblems(host, workflow.document)]
        : checked.diagnostics;
      if (hasErrors(diagnostics))
        return sendProblem(reply, problem("INVALID_DOCUMENT", "The workflow has problems that would stop it.", { diagnostics }));
      const own = claim === undefined ? {} : { runId: `run-${claim.stableId}` };
      const named = simulate ? { runId: simulatedRunId(claim?.stableId) } : own;
      const { traceparent } = headers;
      const traced = typeof traceparent === "string" ? { traceparent } : {};
      const { runId } = await host.startRun({ workflow, trigger: "manual", input: body?.input ?? {}, ...traced, ...named });
      return reply.code(202).header("location", `/api/v1/runs/${runId}`).send({ runId, simulated: simulate });
    },
  );
};

function summary({ id, document, revision, active, updatedAtMs }: StoredWorkflow) {
  return {
    id,
    name: document.name,
    description: document.description ?? "",
    trigger: document.trigger.use,
    revision,
    active,
    updatedAtMs,
    nodeCount: Object.keys(document.nodes).length,
  };
}

/** Everything known about a document before it runs, and the types of its nodes. */
export async function checkDocument(host: Host, document: Json) {
  const { workflow, diagnostics } = parseWorkflow(document as object);
  if (!workflow) return { diagnostics, types: { nodes: {} } };
  const connections = (await host.store.connections.list()).map(({ name }) => name);
  const catalogue = {
    operation: (use: string) => host.registry.operation(use),
    nearest: (use: string) => host.registry.nearestOperation(use),
    removed: (use: string) => host.registry.removed(use),
    contract: (connector: string) => host.registry.get(connector)?.contract,
  };
  const checked = checkWorkflow(workflow, catalogue, { connections });
  return { diagnostics: [...diagnostics, ...checked.diagnostics], types: checked.types };
}

/** A draft may have problems, but what lists, triggers and runs look at must be there. */
function readable(document: Json): { readonly workflow?: Workflow; readonly diagnostics: readonly Diagnostic[] } {
  const { workflow, diagnostics } = parseWorkflow(document as object);
  const vital = diagnostics.filter(
    ({ severity, path }) => severity === "error" && /^(\/(format|name|trigger|nodes|trigger\/use))?$/.test(path),
  );
  return vital.length > 0 ? { diagnostics: vital } : { workflow, diagnostics };
}

function unreadable(diagnostics: readonly Diagnostic[]) {
  return problem("INVALID_DOCUMENT", "This is not a workflow document.", { diagnostics });
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

async function existing(host: Host, id: string): Promise<StoredWorkflow> {
  const found = await host.store.workflows.find(id);
  if (!found) throw notFound(id);
  return found;
}

function notFound(id: string): MortiseError {
  return new MortiseError("WORKFLOW_NOT_FOUND", `No workflow "${id}" exists.`);
}
