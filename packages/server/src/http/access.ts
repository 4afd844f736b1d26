import { MortiseError } from "@mortise/contract";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Session } from "../store/session-store.ts";

declare module "fastify" {
  interface FastifyRequest {
    session: Session | undefined;
  }
  interface FastifyContextConfig {
    /** Who may call the route. `public`: anybody; `signed-in`: a session or an API token. */
    access?: Access;
  }
}

/** The rule of a route. A route without one stops the server at start. */
export type Access = "public" | "signed-in";

export const SESSION_COOKIE = "mortise_session";

/** Options of {@link guardRoutes}. */
export interface GuardOptions {
  /** Host names that a request may name, without port; others are refused (DNS rebinding). */
  readonly hosts: readonly string[];
  /** The origin that this server's pages have behind a proxy. Absent: the one that is asked. */
  readonly publicOrigin?: string | undefined;
  readonly findSession: (token: string) => Promise<Session | undefined>;
  readonly isApiToken: (token: string) => boolean;
}

/** Puts every route behind its rule: host, origin, session (OWASP ASVS 3.4, 3.5, 8.2). */
export function guardRoutes(app: FastifyInstance, options: GuardOptions): void {
  app.decorateRequest("session", undefined);
  app.addHook("onRoute", (route) => {
    if (route.config?.access === undefined)
      throw new MortiseError("INTERNAL", `The route ${route.method} ${route.url} has no access rule.`);
  });
  app.addHook("onRequest", async (request) => {
    if (!options.hosts.includes(request.hostname.replace(/:\d+$/, "").replace(/^\[|\]$/g, "")))
      throw refused(`The host "${request.hostname}" is not served here.`);
    const rule = request.routeOptions.config.access ?? (request.routeOptions.url === undefined ? "public" : "signed-in");
    if (rule === "public") return;
    const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
    if (bearer !== undefined && options.isApiToken(bearer)) {
      request.session = { name: "API token", tenant: "default" };
      return;
    }
    const cookie = request.cookies[SESSION_COOKIE];
    request.session = cookie === undefined ? undefined : await options.findSession(cookie);
    if (!request.session) throw new MortiseError("NOT_SIGNED_IN", "Nobody is signed in.");
    if (!["GET", "HEAD"].includes(request.method)) refuseForeignOrigin(request, options.publicOrigin);
  });
}

/** A page of another origin can neither set the header nor fake `Origin` and `Sec-Fetch-Site`. */
function refuseForeignOrigin(request: FastifyRequest, publicOrigin: string | undefined): void {
  const { origin } = request.headers;
  const site = request.headers["sec-fetch-site"];
  const asked = `${request.protocol}://${request.host}`;
  const own = origin === undefined || origin === asked || origin === publicOrigin;
  const sameSite = site === undefined || site === "same-origin" || site === "none";
  if (request.headers["x-mortise"] === "1" && own && sameSite) return;
  throw refused(
    "The request changes something and does not come from this server's own pages.",
    'Send the header "x-mortise: 1", or use an API token.',
  );
}

function refused(message: string, remedy?: string): MortiseError {
  return new MortiseError("NOT_ALLOWED", message, remedy ? { remedy } : {});
}
