import { createHash } from "node:crypto";
import type { Json, JsonSchema } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { problem, sendProblem } from "../problem.ts";
import type { Routes } from "./routes.ts";

/** Headers that senders use to name one delivery; the first that is there counts. */
const DELIVERY_HEADERS = ["webhook-id", "idempotency-key", "x-github-delivery"] as const;
/** Headers that never reach a workflow. */
const PRIVATE = new Set(["cookie", "authorization", "proxy-authorization"]);

/** Webhooks: a payload that fits starts a run, one delivery starts one run. */
export const hookRoutes: Routes = (app, { host }) => {
  app.post<{ Params: { "*": string }; Body: Json }>("/hooks/*", { config: { access: "public" } }, async (request, reply) => {
    const workflow = await host.store.workflows.findByWebhook(request.params["*"]);
    if (!workflow) return sendProblem(reply, { ...problem("INVALID_REQUEST", "No active webhook answers here."), status: 404 });
    const schema = workflow.document.trigger.with?.schema;
    const wrong = schema === undefined ? [] : compileSchema(schema as JsonSchema)(request.body).diagnostics;
    if (wrong.length > 0)
      return sendProblem(
        reply,
        problem("INVALID_INPUT", "The payload does not fit the webhook's schema.", { diagnostics: wrong }),
      );
    const delivery = DELIVERY_HEADERS.map((name) => request.headers[name]).find(
      (value) => typeof value === "string" && value !== "",
    );
    const { runId, created } = await host.startRun({
      workflow,
      trigger: "webhook",
      input: request.body,
      headers: plain(request.headers),
      query: plain(request.query as Record<string, unknown>),
      ...(delivery === undefined
        ? {}
        : { runId: `hook-${createHash("sha256").update(`${workflow.id}\n${delivery}`).digest("hex").slice(0, 32)}` }),
    });
    return reply.code(202).send({ runId, created });
  });
};

function plain(source: Readonly<Record<string, unknown>>): { readonly [name: string]: string } {
  const pairs = Object.entries(source).filter(([name, value]) => typeof value === "string" && !PRIVATE.has(name));
  return Object.fromEntries(pairs as [string, string][]);
}
