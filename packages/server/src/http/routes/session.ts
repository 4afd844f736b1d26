import { SESSION_COOKIE } from "../access.ts";
import { problem, sendProblem } from "../problem.ts";
import { isOverTls } from "../public-origin.ts";
import type { Routes } from "./routes.ts";

const signInQuery = { type: "object", properties: { token: { type: "string", maxLength: 200 } } } as const;

/** Sign-in by one-time link, and who is signed in. */
export const sessionRoutes: Routes = (app, { host, demo, version }) => {
  app.get<{ Querystring: { token?: string } }>(
    "/signin",
    { schema: { querystring: signInQuery }, config: { access: "public", rateLimit: { max: 10, timeWindow: "1 minute" } } },
    async (request, reply) => {
      const session = await host.store.sessions.signIn(request.query.token ?? "", "You");
      if (session) {
        // The link is followed from a terminal, so the first request is cross-site: `lax` lets the redirect carry the cookie.
        const secure = isOverTls(host.deployment, request);
        reply.setCookie(SESSION_COOKIE, session, { path: "/", httpOnly: true, sameSite: "lax", secure, maxAge: 12 * 3_600 });
        return reply.redirect("/");
      }
      const known = request.cookies[SESSION_COOKIE];
      if (known && (await host.store.sessions.find(known))) return reply.redirect("/");
      return reply.redirect("/signed-out");
    },
  );

  app.get("/api/v1/session", { config: { access: "signed-in" } }, async (request) => ({
    user: { name: request.session?.name ?? "" },
    demo: demo !== undefined,
    version,
  }));

  app.delete("/api/v1/session", { config: { access: "signed-in" } }, async (request, reply) => {
    const known = request.cookies[SESSION_COOKIE];
    if (known) await host.store.sessions.end(known);
    return reply.clearCookie(SESSION_COOKIE, { path: "/" }).code(204).send();
  });

  /** Every server and worker that is alive, and how it does. */
  app.get("/api/v1/processes", { config: { access: "signed-in" } }, async () => ({
    processes: await host.lifecycle.processes(),
  }));

  /** How fast error budgets burn, by connector: 99.9 % of the platform's calls, 99.5 % of a connector's, in 30 days. */
  app.get("/api/v1/error-budgets", { config: { access: "signed-in" } }, async () => ({ budgets: await host.lifecycle.burn() }));

  /** What this process is doing: calls in progress, open circuits, limits that were found, calls that were turned away. */
  app.get("/api/v1/runtime", { config: { access: "signed-in" } }, async () => host.runtime.status());

  app.get("/api/v1/health", { config: { access: "public" } }, async (_, reply) => {
    try {
      await host.pool.query("select 1");
      const sandbox = await host.sandbox.level().catch(() => undefined);
      const detail = sandbox?.detail ?? "code of connectors cannot run at the moment";
      const isolation = `native code of trusted publishers in process; ${detail}`;
      const { budgets, circuits } = host.runtime.status();
      const { mode, workers } = budgets;
      return {
        status: "ok",
        version,
        isolation,
        budgets: { mode, workers },
        openCircuits: circuits.length,
        sandbox: { operations: sandbox !== undefined, level: sandbox?.level ?? null },
      };
    } catch {
      return sendProblem(reply, problem("DATABASE_UNAVAILABLE", "The database does not answer."));
    }
  });
};
