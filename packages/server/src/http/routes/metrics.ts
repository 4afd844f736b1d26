import type { Routes } from "./routes.ts";

/**
 * Metrics for Prometheus. They carry names of connectors and operations and no data, and are public on a server that is reached on its own
 * machine alone; one with a `publicUrl` keeps them for those who are signed in, unless the deployment says otherwise.
 */
export const metricsRoutes: Routes = (app, { host, metrics }) => {
  const { publicUrl, telemetry } = host.deployment;
  const access = telemetry?.metrics ?? (publicUrl === undefined ? "public" : "signed-in");
  app.get("/metrics", { config: { access } }, async (request, reply) => {
    const { contentType, text } = await metrics(request.headers.accept);
    return reply.type(contentType).send(text);
  });
};
