import { MortiseError } from "@mortise/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import { bindingCookie, bindingsOf, callerHash, isSame, personsSession, sessionHash } from "../../connect/browser-binding.ts";
import { connectionUses } from "../../connect/connection-uses.ts";
import { consentView, statusAt } from "../../connect/consent-view.ts";
import { returnPath } from "../../connect/return-path.ts";
import { SignIns } from "../../connect/sign-ins.ts";
import type { Host } from "../../host/open-host.ts";
import type { PendingAuthorization } from "../../store/pending-authorizations.ts";
import { SESSION_COOKIE } from "../access.ts";
import { problem, sendProblem } from "../problem.ts";
import { isOverTls, publicOrigin } from "../public-origin.ts";
import type { Routes } from "./routes.ts";

/** Where browsers come back to; each connector has an address of its own below it, so that no system's code is taken for another's (RFC 9700 §4.4.2). */
const CALLBACK = "/oauth/callback";
/** Where systems that register by a document read about this deployment (draft-ietf-oauth-client-id-metadata-document), one document a connector. */
const CLIENT_METADATA = "/oauth/client-metadata";
const BINDING_S = 600;

const scopesSchema = { type: "array", maxItems: 200, items: { type: "string", minLength: 1, maxLength: 500 } } as const;
const authorizeBody = {
  type: "object",
  required: ["mode"],
  additionalProperties: false,
  properties: { mode: { enum: ["popup", "redirect"] }, scopes: scopesSchema, returnTo: { type: "string", maxLength: 2_000 } },
} as const;
const continueBody = {
  type: "object",
  required: ["scopes"],
  additionalProperties: false,
  properties: { scopes: scopesSchema },
} as const;
const decideBody = {
  type: "object",
  required: ["replace"],
  additionalProperties: false,
  properties: { replace: { type: "boolean" } },
} as const;

interface ByName {
  readonly name: string;
}
interface ById {
  readonly id: string;
}

interface ByConnector {
  readonly connector: string;
}

/** Where the browser comes back to from a connector's system, as it is registered there. */
export function redirectUri(host: Host, request: FastifyRequest, connector: string): string {
  return `${publicOrigin(host.deployment, request)}${CALLBACK}/${encodeURIComponent(nameOf(connector))}`;
}

function clientMetadataUrl(host: Host, request: FastifyRequest, connector: string): string {
  return `${publicOrigin(host.deployment, request)}${CLIENT_METADATA}/${encodeURIComponent(nameOf(connector))}`;
}

/** A connector without its version. */
const nameOf = (connector: string): string => connector.split("@")[0] ?? "";

/** Signing in at another system in a browser: begin, say what it is about, leave, come back, answer what is asked. */
export const connectRoutes: Routes = (app, { host }) => {
  const config = { access: "signed-in" } as const;
  const signIns = new SignIns(host);

  app.post<{ Params: ByName; Body: { mode: "popup" | "redirect"; scopes?: string[]; returnTo?: string } }>(
    "/api/v1/connections/:name/authorize",
    { config, schema: { body: authorizeBody } },
    async (request, reply) => {
      const { mode, scopes, returnTo } = request.body;
      const path = returnTo === undefined ? undefined : returnPath(returnTo);
      if (returnTo !== undefined && path === undefined)
        throw new MortiseError("INVALID_REQUEST", "The way back leads to no page of this server.", { path: "/returnTo" });
      refuseOtherHome(host, request);
      const wish = { mode, ...(scopes ? { scopes } : {}), ...(path === undefined ? {} : { returnTo: path }) };
      const { id } = await signIns.begin(request.params.name, personsSession(request), wish);
      return reply.code(201).send({ id, url: `/connect/${id}` });
    },
  );

  app.get<{ Params: ById }>("/api/v1/connect/:id", { config }, async (request, reply) => {
    const pending = await own(host, request);
    const uses = pending && (await connectionUses(host)).get(pending.connection);
    const view = pending && (await consentView(host, pending, uses?.operations ?? new Set()));
    return view ? { ...view, usedBy: uses?.workflows ?? [] } : notThere(reply);
  });

  /** For whoever waits: how it stands, without a look at the connection. */
  app.get<{ Params: ById }>("/api/v1/connect/:id/status", { config }, async (request, reply) => {
    const pending = await own(host, request);
    if (!pending) return notThere(reply);
    return { status: statusAt(pending, host.now()), ...(pending.result ? { result: pending.result } : {}) };
  });

  app.post<{ Params: ById; Body: { scopes: string[] } }>(
    "/api/v1/connect/:id/continue",
    { config, schema: { body: continueBody } },
    async (request, reply) => {
      const pending = await own(host, request);
      const view = pending && (await consentView(host, pending, new Set()));
      if (!pending || !view) return notThere(reply);
      const unknown = request.body.scopes.find((scope) => !view.scopes.some(({ name }) => name === scope));
      if (unknown !== undefined)
        throw new MortiseError("INVALID_REQUEST", `${view.connector.title} has no permission "${unknown}".`, { path: "/scopes" });
      const chosen = view.scopes.filter(({ name, required }) => required || request.body.scopes.includes(name));
      const parts = {
        scopes: chosen.map(({ name }) => name),
        withoutScopes: view.scopes.filter((scope) => !chosen.includes(scope)).map(({ name }) => name),
        redirectUri: redirectUri(host, request, view.connector.name),
        clientMetadataUrl: clientMetadataUrl(host, request, view.connector.name),
      };
      const { authorizeUrl, binding } = await signIns.sendOff(pending, parts);
      reply.setCookie(bindingCookie(pending.id), binding, {
        path: CALLBACK,
        httpOnly: true,
        // The other system sends the browser back across sites; `strict` would keep the cookie from coming along.
        sameSite: "lax",
        secure: isOverTls(host.deployment, request),
        maxAge: BINDING_S,
      });
      return { authorizeUrl };
    },
  );

  app.post<{ Params: ById; Body: { replace: boolean } }>(
    "/api/v1/connect/:id/decide",
    { config, schema: { body: decideBody } },
    async (request, reply) => {
      const pending = await own(host, request);
      if (!pending) return notThere(reply);
      await signIns.decide(pending, request.body.replace);
      return reply.code(204).send();
    },
  );

  app.delete<{ Params: ById }>("/api/v1/connect/:id", { config }, async (request, reply) => {
    const pending = await own(host, request);
    if (!pending) return notThere(reply);
    await signIns.cancel(pending.id);
    return reply.code(204).send();
  });

  app.get<{ Params: ByConnector }>(`${CLIENT_METADATA}/:connector`, { config: { access: "public" } }, async (request) => {
    const contract = host.contract(request.params.connector);
    if (!contract) throw new MortiseError("CONNECTOR_NOT_FOUND", "No such connector is installed.");
    return {
      client_id: clientMetadataUrl(host, request, contract.name),
      client_name: "Mortise",
      redirect_uris: [redirectUri(host, request, contract.name)],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    };
  });

  // The guard would answer in JSON; a browser that comes back from elsewhere gets a page whatever it brings.
  const publicly = { config: { access: "public", rateLimit: { max: 60, timeWindow: "1 minute" } } } as const;
  app.get<{ Params: Partial<ByConnector> }>(`${CALLBACK}/:connector?`, publicly, async (request, reply) => {
    const session = await signedInSession(host, request);
    const { connector = "" } = request.params;
    const { search } = new URL(request.url, "http://own.invalid");
    const { id, turned } = await signIns.receive({
      connector,
      callbackUrl: `${redirectUri(host, request, connector)}${search}`,
      sessionHash: session,
      bindings: bindingsOf(request),
    });
    if (id !== undefined) reply.clearCookie(bindingCookie(id), { path: CALLBACK });
    const page =
      turned === undefined && id !== undefined ? `/connect/${id}/done` : `/connect/turned-away?why=${turned ?? "unknown"}`;
    return reply.header("referrer-policy", "no-referrer").redirect(page, 303);
  });
};

/** The other system sends the browser back to the public address, where another one's cookies are not there. */
function refuseOtherHome({ deployment }: Host, request: FastifyRequest): void {
  const home = publicOrigin(deployment, request);
  const { origin = home } = request.headers;
  if (deployment.publicUrl !== undefined && origin !== home)
    throw new MortiseError("NOT_ALLOWED", `Browsers come back to ${home}, and this page is at ${origin}.`, {
      remedy: `Open Mortise at ${home} and connect there.`,
    });
}

/** A sign-in of whoever asks; of others it is as if it were not there. */
async function own(host: Host, request: FastifyRequest<{ Params: ById }>): Promise<PendingAuthorization | undefined> {
  const pending = await host.store.pending.find(request.params.id);
  return pending?.kind === "redirect" && isSame(pending.sessionHash, callerHash(request)) ? pending : undefined;
}

async function signedInSession(host: Host, request: FastifyRequest): Promise<string | undefined> {
  const cookie = request.cookies[SESSION_COOKIE];
  return cookie !== undefined && (await host.store.sessions.find(cookie)) ? sessionHash(request) : undefined;
}

function notThere(reply: FastifyReply): FastifyReply {
  return sendProblem(reply, { ...problem("INVALID_REQUEST", "No such sign-in is under way."), status: 404 });
}
