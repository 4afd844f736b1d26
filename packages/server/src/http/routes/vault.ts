import { credentialProblems, wrapCredential } from "@mortise/auth";
import { MortiseError, parseDuration } from "@mortise/contract";
import type { FastifyRequest } from "fastify";
import { trialConnection } from "../../connect/trial-connection.ts";
import type { Host } from "../../host/open-host.ts";
import type { StoredConnection } from "../../store/connection-store.ts";
import { problem, sendProblem } from "../problem.ts";
import type { Routes } from "./routes.ts";

const OVERLAP = "24h";
const LONGEST_MS = 30 * 86_400_000;

interface Rotation {
  readonly credential: { readonly [field: string]: string };
  readonly overlap?: string;
}

const rotationSchema = {
  type: "object",
  required: ["credential"],
  additionalProperties: false,
  properties: {
    credential: { type: "object", additionalProperties: { type: "string", maxLength: 100_000 } },
    overlap: { type: "string", maxLength: 40 },
  },
} as const;

const params = {
  type: "object",
  properties: { name: { type: "string", pattern: "^[A-Za-z][A-Za-z0-9_-]{0,63}$" } },
} as const;

/** Credentials in the vault: replaced with an overlap, and revoked. What they hold never comes back. */
export const vaultRoutes: Routes = (app, { host }) => {
  const config = { access: "signed-in" } as const;
  const { connections, rotations } = host.store;

  app.post<{ Params: { name: string }; Body: Rotation }>(
    "/api/v1/connections/:name/rotate",
    { config, schema: { params, body: rotationSchema } },
    async (request, reply) => {
      const connection = await found(host, request.params.name);
      const { credential, overlap = OVERLAP } = request.body;
      const overlapMs = parseDuration(overlap);
      if (overlapMs === undefined || overlapMs > LONGEST_MS)
        throw new MortiseError("INVALID_VALUE", `"${overlap}" is no duration of at most 30 days.`, { path: "/overlap" });
      const diagnostics = unfit(host, connection, credential);
      if (diagnostics.length > 0)
        return sendProblem(reply, problem("INVALID_VALUE", "The credential does not fit the way to sign in.", { diagnostics }));
      const verify = (fresh: Rotation["credential"]) => verified(host, connection, fresh);
      return await rotations.rotate(connection.name, { credential, overlapMs, actor: actorOf(request), verify });
    },
  );

  app.post<{ Params: { name: string } }>(
    "/api/v1/connections/:name/rotate/finish",
    { config, schema: { params } },
    async (request) => {
      const { name } = await found(host, request.params.name);
      const retired = await rotations.finish(name, actorOf(request));
      if (retired) return retired;
      throw new MortiseError("INVALID_REQUEST", `The connection "${name}" has no earlier credential.`);
    },
  );

  app.delete<{ Params: { name: string } }>(
    "/api/v1/connections/:name/credential",
    { config, schema: { params } },
    async (request, reply) => {
      const { name } = await found(host, request.params.name);
      await connections.revokeCredential(name, actorOf(request));
      return reply.code(204).send();
    },
  );
};

function actorOf({ session }: FastifyRequest): string {
  return session?.name ?? "owner";
}

async function found(host: Host, name: string): Promise<StoredConnection> {
  const connection = await host.store.connections.find(name);
  if (connection) return connection;
  throw new MortiseError("CONNECTION_NOT_FOUND", `No connection "${name}" exists.`);
}

function unfit(host: Host, { connector, auth }: StoredConnection, credential: Rotation["credential"]) {
  const schemes = host.registry.get(connector)?.contract.auth ?? {};
  const ids = Object.keys(schemes);
  const id = auth ?? (ids.length === 1 ? ids[0] : undefined);
  const scheme = id === undefined ? undefined : schemes[id];
  if (scheme === undefined) return [];
  return credentialProblems(scheme, wrapCredential(credential)).filter(({ severity }) => severity === "error");
}

/** The connection's own test, with the new credential alone: nothing that is kept for the one in use takes part in it or hears of it. Throws what it failed with. */
async function verified(host: Host, stored: StoredConnection, credential: Rotation["credential"]): Promise<void> {
  const result = await host.runtime.testConnection(trialConnection(stored, credential, `rotation/${stored.name}`));
  if (result.outcome === "success") return;
  throw new MortiseError("AUTH_FAILED", `The new credential does not work, the one before stays: ${result.error.message}`);
}
