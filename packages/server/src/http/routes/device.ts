import type { FastifyReply, FastifyRequest } from "fastify";
import { callerHash, isSame } from "../../connect/browser-binding.ts";
import { statusAt } from "../../connect/consent-view.ts";
import { DeviceSignIns } from "../../connect/device-sign-ins.ts";
import { SignIns } from "../../connect/sign-ins.ts";
import type { PendingAuthorization } from "../../store/pending-authorizations.ts";
import { problem, sendProblem } from "../problem.ts";
import type { Routes } from "./routes.ts";

const scopesSchema = { type: "array", maxItems: 200, items: { type: "string", minLength: 1, maxLength: 500 } } as const;
const startBody = { type: "object", additionalProperties: false, properties: { scopes: scopesSchema } } as const;
const decideBody = {
  type: "object",
  required: ["replace"],
  additionalProperties: false,
  properties: { replace: { type: "boolean" } },
} as const;

interface ByName {
  readonly name: string;
}
interface ById extends ByName {
  readonly id: string;
}

/** Signing in with a code that a person enters at another system: ask for one, see how it stands. */
export const deviceRoutes: Routes = (app, { host, log }) => {
  const config = { access: "signed-in" } as const;
  const devices = new DeviceSignIns(host, log);
  const signIns = new SignIns(host);
  app.addHook("preClose", () => devices.close());

  const own = async (request: FastifyRequest<{ Params: ById }>): Promise<PendingAuthorization | undefined> => {
    const { name, id } = request.params;
    const pending = await devices.look(id);
    return pending?.connection === name && isSame(pending.sessionHash, callerHash(request)) ? pending : undefined;
  };

  app.post<{ Params: ByName; Body: { scopes?: string[] } | undefined }>(
    "/api/v1/connections/:name/device",
    { config, schema: { body: startBody } },
    async (request, reply) => {
      const {
        id,
        expiresAtMs,
        request: asked,
      } = await devices.begin(request.params.name, callerHash(request), request.body?.scopes ?? []);
      const { userCode, verificationUri, verificationUriComplete, intervalMs } = asked;
      const code = { id, userCode, verificationUri, expiresAtMs, intervalMs };
      return reply.code(201).send({ ...code, ...(verificationUriComplete === undefined ? {} : { verificationUriComplete }) });
    },
  );

  app.get<{ Params: ById }>("/api/v1/connections/:name/device/:id", { config }, async (request, reply) => {
    const pending = await own(request);
    return pending ? view(pending, host.now()) : notThere(reply);
  });

  app.post<{ Params: ById; Body: { replace: boolean } }>(
    "/api/v1/connections/:name/device/:id/decide",
    { config, schema: { body: decideBody } },
    async (request, reply) => {
      const pending = await own(request);
      if (!pending) return notThere(reply);
      await signIns.decide(pending, request.body.replace);
      return reply.code(204).send();
    },
  );

  app.delete<{ Params: ById }>("/api/v1/connections/:name/device/:id", { config }, async (request, reply) => {
    const pending = await own(request);
    if (!pending) return notThere(reply);
    await signIns.cancel(pending.id);
    return reply.code(204).send();
  });
};

/** How it stands, in words. */
function view(pending: PendingAuthorization, nowMs: number) {
  const { result } = pending;
  const more = {
    ...(result?.label === undefined ? {} : { label: result.label }),
    ...(result?.previousLabel === undefined ? {} : { previousLabel: result.previousLabel }),
  };
  const message = result?.message ?? "";
  switch (statusAt(pending, nowMs)) {
    case "done":
      return { status: "connected", message, ...more };
    case "other_account":
      return { status: "other_account", message, ...more };
    case "failed":
      return { status: result?.reason ?? "failed", message };
    case "cancelled":
      return { status: "failed", message };
    case "expired":
      return { status: "expired", message: "The code was not entered in time. Start again for a new one." };
    default:
      return { status: "pending", message: "The code was not entered yet." };
  }
}

function notThere(reply: FastifyReply): FastifyReply {
  return sendProblem(reply, { ...problem("INVALID_REQUEST", "No such sign-in is under way."), status: 404 });
}
