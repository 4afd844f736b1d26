import type { Routes } from "./routes.ts";

/** Metrics for Prometheus. They carry connector, operation and outcome, and no data. */
export const metricsRoutes: Routes = (app, { metricsText }) => {
  app.get("/metrics", { config: { access: "public" } }, async (_, reply) =>
    reply.type("text/plain; version=0.0.4; charset=utf-8").send(await metricsText()),
  );
};
