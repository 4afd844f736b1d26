import { MortiseError } from "@mortise/contract";
import { EVENT_TYPES } from "../../outgoing/webhook-endpoints.ts";
import { problem, sendProblem } from "../problem.ts";
import type { Routes } from "./routes.ts";

const properties = {
  url: { type: "string", pattern: "^https?://", maxLength: 2_000 },
  events: { type: "array", items: { type: "string", enum: EVENT_TYPES }, uniqueItems: true },
  description: { type: "string", maxLength: 500 },
} as const;
const createBody = { type: "object", required: ["url"], additionalProperties: false, properties } as const;
const changeBody = {
  type: "object",
  additionalProperties: false,
  properties: { ...properties, enabled: { type: "boolean" } },
} as const;
const replayBody = {
  type: "object",
  additionalProperties: false,
  required: ["failedSinceMs"],
  properties: { failedSinceMs: { type: "number" } },
} as const;
const limitQuery = {
  type: "object",
  additionalProperties: false,
  properties: { limit: { type: "integer", minimum: 1, maximum: 200, default: 50 } },
} as const;

interface ById {
  readonly id: string;
}
interface EndpointBody {
  readonly url: string;
  readonly events?: readonly string[];
  readonly description?: string;
  readonly enabled?: boolean;
}

/** Outgoing webhooks: endpoints, their secrets, what was delivered, and delivering it again. */
export const webhookEndpointRoutes: Routes = (app, { triggers }) => {
  const config = { access: "signed-in" } as const;
  const { endpoints, deliveries } = triggers.outgoing;
  const found = async (id: string) => {
    const endpoint = await endpoints.find(id);
    if (endpoint === undefined) throw new MortiseError("INVALID_REQUEST", `No webhook endpoint "${id}" exists.`);
    return endpoint;
  };

  app.get("/api/v1/webhook-endpoints", { config }, async () => ({ endpoints: await endpoints.list(), events: EVENT_TYPES }));

  app.post<{ Body: EndpointBody }>(
    "/api/v1/webhook-endpoints",
    { config, schema: { body: createBody } },
    async ({ body }, reply) => {
      const { url, events = [], description = "" } = body;
      const made = await endpoints.create({ url, events, description });
      return reply.code(201).header("location", `/api/v1/webhook-endpoints/${made.id}`).send(made);
    },
  );

  app.get<{ Params: ById }>("/api/v1/webhook-endpoints/:id", { config }, async ({ params }) => await found(params.id));

  app.patch<{ Params: ById; Body: Partial<EndpointBody> }>(
    "/api/v1/webhook-endpoints/:id",
    { config, schema: { body: changeBody } },
    async ({ params, body }) => {
      await found(params.id);
      await endpoints.change(params.id, body);
      return await found(params.id);
    },
  );

  app.delete<{ Params: ById }>("/api/v1/webhook-endpoints/:id", { config }, async ({ params }, reply) => {
    await found(params.id);
    await endpoints.remove(params.id);
    return reply.code(204).send();
  });

  app.post<{ Params: ById }>("/api/v1/webhook-endpoints/:id/secret", { config }, async ({ params }) => {
    await found(params.id);
    return { secret: await endpoints.rotate(params.id) };
  });

  app.post<{ Params: ById }>("/api/v1/webhook-endpoints/:id/test", { config }, async ({ params }, reply) => {
    const { enabled } = await found(params.id);
    if (!enabled) return sendProblem(reply, { ...problem("INVALID_REQUEST", "The endpoint is off."), status: 409 });
    await triggers.outgoing.publish("endpoint.test", { endpoint: params.id }, undefined, params.id);
    return reply.code(202).send({ sent: true });
  });

  app.get<{ Params: ById; Querystring: { limit: number } }>(
    "/api/v1/webhook-endpoints/:id/deliveries",
    { config, schema: { querystring: limitQuery } },
    async ({ params, query }) => {
      await found(params.id);
      return { deliveries: await deliveries.list(params.id, query.limit) };
    },
  );

  app.post<{ Params: ById & { readonly delivery: string } }>(
    "/api/v1/webhook-endpoints/:id/deliveries/:delivery/replay",
    { config },
    async ({ params }, reply) => {
      await found(params.id);
      const count = /^\d{1,18}$/.test(params.delivery) ? await deliveries.replay(params.id, { id: params.delivery }) : 0;
      if (count === 0) return sendProblem(reply, { ...problem("INVALID_REQUEST", "No such delivery is over."), status: 409 });
      triggers.outgoing.look();
      return reply.code(202).send({ replayed: count });
    },
  );

  app.post<{ Params: ById; Body: { readonly failedSinceMs: number } }>(
    "/api/v1/webhook-endpoints/:id/replay",
    { config, schema: { body: replayBody } },
    async ({ params, body }, reply) => {
      await found(params.id);
      const count = await deliveries.replay(params.id, body);
      triggers.outgoing.look();
      return reply.code(202).send({ replayed: count });
    },
  );
};
