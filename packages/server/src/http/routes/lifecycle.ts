import { MortiseError, parseDuration } from "@mortise/contract";
import { type FeatureFlag, flagFault, type KillEntry, killFault } from "@mortise/runtime";
import type { FastifyRequest } from "fastify";
import type { Host } from "../../host/open-host.ts";
import type { HoldTarget } from "../../store/lifecycle-store.ts";
import type { Routes } from "./routes.ts";

const DRAIN = "30s";
const LONGEST_DRAIN_MS = 600_000;

const name = { type: "string", minLength: 1, maxLength: 214 } as const;
const params = { type: "object", properties: { name, id: name } } as const;
const reason = { type: "string", minLength: 1, maxLength: 500, pattern: "\\S" } as const;
const pauseSchema = { type: "object", required: ["reason"], additionalProperties: false, properties: { reason } } as const;
const drainSchema = {
  type: "object",
  required: ["reason"],
  additionalProperties: false,
  properties: { reason, drain: { type: "string", maxLength: 40 } },
} as const;
/** Its shape is checked by the list that it comes into. */
const entrySchema = { type: "object", required: ["reason"], properties: { reason } } as const;
const flagSchema = { type: "object", required: ["on"] } as const;

interface Named {
  Params: { readonly name: string };
}
interface Drain {
  readonly reason: string;
  readonly drain?: string;
}

/** What may run, in all processes of the deployment: pauses and drains, the kill list, flags. A change holds here at once, elsewhere within seconds. */
export const lifecycleRoutes: Routes = (app, { host }) => {
  const config = { access: "signed-in" } as const;
  const { lifecycle: store } = host.store;
  const { feed } = host.lifecycle;

  app.get("/api/v1/lifecycle", { config }, async () => {
    await feed.look();
    const { revision, holds, killed, flags } = feed.known;
    return { revision, holds, killed, flags };
  });

  for (const kind of ["connector", "connection"] as const) {
    const path = `/api/v1/${kind}s/:name`;

    app.post<Named & { Body: { readonly reason: string } }>(
      `${path}/pause`,
      { config, schema: { params, body: pauseSchema } },
      async (request, reply) => {
        const target = await found(host, kind, request.params.name);
        await store.hold(target, { reason: request.body.reason.trim(), actor: actorOf(request) });
        await feed.look();
        return reply.code(204).send();
      },
    );

    app.post<Named & { Body: Drain }>(
      `${path}/drain`,
      { config, schema: { params, body: drainSchema } },
      async (request, reply) => {
        const target = await found(host, kind, request.params.name);
        const { reason: why, drain = DRAIN } = request.body;
        const drainMs = parseDuration(drain);
        if (drainMs === undefined || drainMs > LONGEST_DRAIN_MS)
          throw new MortiseError("INVALID_VALUE", `"${drain}" is no duration of at most 10 minutes.`, { path: "/drain" });
        await store.hold(target, { reason: why.trim(), actor: actorOf(request), drainMs });
        await feed.look();
        return reply.code(204).send();
      },
    );

    app.post<Named>(`${path}/resume`, { config, schema: { params } }, async (request, reply) => {
      const target = { kind, name: request.params.name };
      if ((await store.lift(target, actorOf(request))) === undefined)
        throw new MortiseError("INVALID_REQUEST", `The ${kind} "${target.name}" is neither paused nor drained.`);
      await feed.look();
      return reply.code(204).send();
    });
  }

  app.post<Named>("/api/v1/connectors/:name/release", { config, schema: { params } }, async (request) => ({
    released: host.runtime.connector(request.params.name).release(),
  }));

  app.post<{ Body: KillEntry }>("/api/v1/kill-list", { config, schema: { body: entrySchema } }, async (request, reply) => {
    refuse(killFault(request.body));
    const id = await store.kill(request.body, actorOf(request));
    await feed.look();
    return reply.code(201).send({ id });
  });

  app.delete<{ Params: { readonly id: string } }>(
    "/api/v1/kill-list/:id",
    { config, schema: { params } },
    async (request, reply) => {
      if ((await store.unkill(request.params.id, actorOf(request))) === undefined)
        throw new MortiseError("INVALID_REQUEST", `The kill list has no entry "${request.params.id}".`);
      await feed.look();
      return reply.code(204).send();
    },
  );

  app.put<Named & { Body: FeatureFlag }>(
    "/api/v1/flags/:name",
    { config, schema: { params, body: flagSchema } },
    async (request, reply) => {
      refuse(flagFault(request.body));
      await store.setFlag(request.params.name, request.body, actorOf(request));
      await feed.look();
      return reply.code(204).send();
    },
  );

  app.delete<Named>("/api/v1/flags/:name", { config, schema: { params } }, async (request, reply) => {
    if ((await store.removeFlag(request.params.name, actorOf(request))) === undefined)
      throw new MortiseError("INVALID_REQUEST", `There is no flag "${request.params.name}" here.`);
    await feed.look();
    return reply.code(204).send();
  });
};

const actorOf = ({ session }: FastifyRequest): string => session?.name ?? "owner";

function refuse(fault: MortiseError | undefined): void {
  if (fault !== undefined) throw fault;
}

async function found(host: Host, kind: HoldTarget["kind"], asked: string): Promise<HoldTarget> {
  const isThere =
    kind === "connector"
      ? host.registry.get(asked)?.contract.name === asked
      : (await host.store.connections.find(asked)) !== undefined;
  if (isThere) return { kind, name: asked };
  if (kind === "connector") throw new MortiseError("CONNECTOR_NOT_FOUND", `No connector "${asked}" is installed.`);
  throw new MortiseError("CONNECTION_NOT_FOUND", `No connection "${asked}" exists.`);
}
