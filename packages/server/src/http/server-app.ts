import { createHash, timingSafeEqual } from "node:crypto";
import cookie from "@fastify/cookie";
import rateLimit from "@fastify/rate-limit";
import { isMortiseError } from "@mortise/contract";
import fastify, { type FastifyInstance } from "fastify";
import type { Demo } from "../demo/start-demo.ts";
import type { Host } from "../host/open-host.ts";
import type { Telemetry } from "../telemetry/start-telemetry.ts";
import type { Triggers } from "../triggers/open-triggers.ts";
import { guardRoutes } from "./access.ts";
import { acceptIdempotencyKeys } from "./idempotency-key.ts";
import { readJsonBodies } from "./json-body.ts";
import { servePages } from "./pages.ts";
import { problemOf, sendProblem } from "./problem.ts";
import { catalogRoutes } from "./routes/catalog.ts";
import { connectRoutes } from "./routes/connect.ts";
import { connectionHealthRoutes } from "./routes/connection-health.ts";
import { connectionRoutes } from "./routes/connections.ts";
import { deliveryRoutes } from "./routes/deliveries.ts";
import { demoRoutes } from "./routes/demo.ts";
import { deviceRoutes } from "./routes/device.ts";
import { fieldRoutes } from "./routes/fields.ts";
import { formRoutes } from "./routes/forms.ts";
import { hookRoutes } from "./routes/hooks.ts";
import { lifecycleRoutes } from "./routes/lifecycle.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { oauthClientRoutes } from "./routes/oauth-clients.ts";
import type { Routes } from "./routes/routes.ts";
import { runControlRoutes } from "./routes/run-controls.ts";
import { runRoutes } from "./routes/runs.ts";
import { sessionRoutes } from "./routes/session.ts";
import { taskRoutes } from "./routes/tasks.ts";
import { triggerRoutes } from "./routes/triggers.ts";
import { vaultRoutes } from "./routes/vault.ts";
import { webhookEndpointRoutes } from "./routes/webhook-endpoints.ts";
import { workflowRoutes } from "./routes/workflows.ts";
import { securityHeaders } from "./security-headers.ts";
import { closeSlowReaders, SERVER_TIMES } from "./slow-clients.ts";

const ROUTES: readonly Routes[] = [
  sessionRoutes,
  catalogRoutes,
  fieldRoutes,
  connectionRoutes,
  vaultRoutes,
  connectionHealthRoutes,
  lifecycleRoutes,
  connectRoutes,
  deliveryRoutes,
  deviceRoutes,
  oauthClientRoutes,
  workflowRoutes,
  runControlRoutes,
  runRoutes,
  hookRoutes,
  formRoutes,
  taskRoutes,
  triggerRoutes,
  webhookEndpointRoutes,
  metricsRoutes,
  demoRoutes,
];

/** Options of {@link serverApp}. */
export interface ServerAppOptions {
  readonly host: Host;
  readonly triggers: Triggers;
  readonly demo: Demo | undefined;
  readonly version: string;
  /** All metrics, in the format that an `Accept` header asks for. */
  readonly metrics: Telemetry["metrics"];
  readonly apiToken: string;
  /** Folder of the built pages. */
  readonly pages: string;
  readonly log: (line: string) => void;
}

/** The HTTP application: guards, routes, pages. */
export async function serverApp(options: ServerAppOptions): Promise<FastifyInstance> {
  const { host, triggers, demo, version, log } = options;
  const app = fastify({
    bodyLimit: 1 << 20,
    requestTimeout: SERVER_TIMES.requestTimeout,
    keepAliveTimeout: SERVER_TIMES.keepAliveTimeout,
    http: SERVER_TIMES,
    routerOptions: { maxParamLength: 300 },
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: "array", allErrors: false } },
  });
  closeSlowReaders(app.server);
  app.setErrorHandler((error, request, reply) => {
    const found = problemOf(error);
    if (found.status >= 500 && !isMortiseError(error))
      log(
        `${request.method} ${request.url.split("?")[0]}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    return sendProblem(reply, found);
  });
  readJsonBodies(app);
  await app.register(cookie);
  await app.register(rateLimit, { global: false });
  securityHeaders(app);
  const home = host.deployment.publicUrl === undefined ? undefined : new URL(host.deployment.publicUrl);
  guardRoutes(app, {
    hosts: ["127.0.0.1", "localhost", "::1", ...(home ? [home.hostname.replace(/^\[|\]$/g, "")] : [])],
    publicOrigin: home?.origin,
    findSession: (token) => host.store.sessions.find(token),
    isApiToken: (token) => sameText(token, options.apiToken),
  });
  acceptIdempotencyKeys(app, { requests: host.store.idempotent, now: host.now, log });
  for (const add of ROUTES) add(app, { host, triggers, demo, version, metrics: options.metrics, log });
  await servePages(app, options.pages);
  return app;
}

/** Compares in constant time. */
function sameText(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
