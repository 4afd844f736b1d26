import type { Routes } from "./routes.ts";

const MOST = 200;

const querySchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    after: { type: "integer", minimum: 0, default: 0 },
    limit: { type: "integer", minimum: 1, maximum: MOST, default: MOST },
  },
} as const;

/** What owners of connections have to know, oldest first; `next` is the `after` of the next question. */
export const connectionHealthRoutes: Routes = (app, { host }) => {
  app.get<{ Querystring: { after: number; limit: number } }>(
    "/api/v1/connections/events",
    { config: { access: "signed-in" }, schema: { querystring: querySchema } },
    async ({ query: { after, limit } }) => {
      const events = await host.care.health.events(after, limit);
      return { events: events.map(({ tenant: _, ...event }) => event), next: events.at(-1)?.id ?? after };
    },
  );
};
