import { MortiseError } from "@mortise/contract";
import type { Routes } from "./routes.ts";

/** What the demo's other systems hold, so that people can see what a run did there. */
export const demoRoutes: Routes = (app, { demo }) => {
  if (!demo) return;
  const config = { access: "signed-in" } as const;
  app.get("/api/v1/demo/inbox", { config }, async () => ({ mails: demo.mails() }));
  app.get<{ Params: { table: string }; Querystring: { limit?: number } }>(
    "/api/v1/demo/tables/:table",
    {
      config,
      schema: {
        querystring: { type: "object", properties: { limit: { type: "integer", minimum: 1, maximum: 200, default: 50 } } },
      },
    },
    async ({ params, query }) => {
      if (!/^[a-z_]{1,63}$/.test(params.table)) throw new MortiseError("INVALID_REQUEST", "That is not the name of a table.");
      return await demo.table(params.table, query.limit ?? 50);
    },
  );
};
