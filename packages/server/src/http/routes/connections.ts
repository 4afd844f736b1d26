import { credentialProblems, missingSettings, wrapCredential } from "@mortise/auth";
import { type AuthScheme, type Contract, type Diagnostic, type JsonObject, MortiseError } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import type { NodeSet } from "@mortise/workflow";
import type { Host } from "../../host/open-host.ts";
import type { StoredConnection } from "../../store/connection-store.ts";
import { problem, sendProblem } from "../problem.ts";
import type { Routes } from "./routes.ts";

interface Draft {
  readonly connector: string;
  readonly settings?: JsonObject;
  readonly auth?: string;
  readonly credential?: { readonly [field: string]: string };
}

const draftSchema = {
  type: "object",
  required: ["connector"],
  additionalProperties: false,
  properties: {
    connector: { type: "string", maxLength: 200 },
    settings: { type: "object" },
    auth: { type: "string", maxLength: 200 },
    credential: { type: "object", additionalProperties: { type: "string", maxLength: 100_000 } },
  },
} as const;

const nameSchema = {
  type: "object",
  properties: { name: { type: "string", pattern: "^[A-Za-z][A-Za-z0-9_-]{0,63}$" } },
} as const;

/** Connections: settings can be read, credentials only written. */
export const connectionRoutes: Routes = (app, { host }) => {
  const config = { access: "signed-in" } as const;
  const { connections } = host.store;

  app.get("/api/v1/connections", { config }, async () => {
    const [list, used] = await Promise.all([connections.list(), usedBy(host)]);
    return { connections: list.map((connection) => view(host, connection, used.get(connection.name) ?? [])) };
  });

  app.put<{ Params: { name: string }; Body: Draft }>(
    "/api/v1/connections/:name",
    { config, schema: { params: nameSchema, body: draftSchema } },
    async ({ params, body }, reply) => {
      const found = host.registry.get(body.connector);
      if (!found)
        throw new MortiseError("CONNECTOR_NOT_FOUND", `No connector "${body.connector}" is installed.`, { path: "/connector" });
      const settings = body.settings ?? {};
      const wrong = found.contract.settings ? compileSchema(found.contract.settings)(settings).diagnostics : [];
      if (wrong.length > 0) {
        const diagnostics = wrong.map((diagnostic) => ({ ...diagnostic, path: `/settings${diagnostic.path}` }));
        return sendProblem(reply, problem("INVALID_VALUE", "The settings do not fit the connector.", { diagnostics }));
      }
      if (body.auth !== undefined && !Object.hasOwn(found.contract.auth, body.auth)) {
        throw new MortiseError("UNKNOWN_REFERENCE", `${found.contract.title} has no way to sign in called "${body.auth}".`, {
          path: "/auth",
        });
      }
      const unfit = [...schemeFaults(found.contract, body, settings), ...credentialFaults(found.contract, body)];
      if (unfit.length > 0)
        return sendProblem(
          reply,
          problem("INVALID_VALUE", "The credential does not fit the way to sign in.", { diagnostics: unfit }),
        );
      await connections.put(params.name, {
        connector: body.connector,
        settings,
        ...(body.auth === undefined ? {} : { auth: body.auth }),
        ...(body.credential ? { credential: body.credential } : {}),
      });
      return reply.code(204).send();
    },
  );

  app.delete<{ Params: { name: string } }>("/api/v1/connections/:name", { config }, async ({ params }, reply) => {
    const users = (await usedBy(host)).get(params.name) ?? [];
    if (users.length > 0)
      throw new MortiseError("NOT_ALLOWED", `The connection is used by ${users.map(({ name }) => `"${name}"`).join(", ")}.`, {
        remedy: "Choose another connection there first.",
      });
    if (!(await connections.remove(params.name))) throw notFound(params.name);
    return reply.code(204).send();
  });

  app.post<{ Params: { name: string } }>("/api/v1/connections/:name/test", { config }, async ({ params }) => {
    if (!(await connections.find(params.name))) throw notFound(params.name);
    const result = await host.runtime.testConnection(params.name);
    const ok = result.outcome === "success";
    const message = ok ? "The connection works." : [result.error.message, result.error.remedy].filter(Boolean).join(" ");
    await connections.setHealth(params.name, { status: ok ? "ok" : "failing", testedAtMs: host.now(), message });
    return { outcome: result.outcome, message, durationMs: result.meta.durationMs };
  });
};

function schemeOf(contract: Contract, { auth }: Draft): AuthScheme | undefined {
  const ids = Object.keys(contract.auth);
  const id = auth ?? (ids.length === 1 ? ids[0] : undefined);
  return id === undefined ? undefined : contract.auth[id];
}

/** A way to sign in may need settings of its own. */
function schemeFaults(contract: Contract, draft: Draft, settings: JsonObject): readonly Diagnostic[] {
  const scheme = schemeOf(contract, draft);
  return scheme === undefined ? [] : missingSettings(scheme, settings);
}

function credentialFaults(contract: Contract, draft: Draft): readonly Diagnostic[] {
  const scheme = schemeOf(contract, draft);
  const { credential } = draft;
  if (!scheme || !credential) return [];
  return credentialProblems(scheme, wrapCredential(credential)).filter(({ severity }) => severity === "error");
}

function view(host: Host, connection: StoredConnection, users: readonly User[]) {
  return { ...connection, title: host.registry.get(connection.connector)?.contract.title ?? connection.connector, usedBy: users };
}

interface User {
  readonly id: string;
  readonly name: string;
}

async function usedBy(host: Host): Promise<ReadonlyMap<string, readonly User[]>> {
  const users = new Map<string, User[]>();
  for (const { id, document } of await host.store.workflows.list()) {
    for (const name of connectionsIn(document.nodes)) users.set(name, [...(users.get(name) ?? []), { id, name: document.name }]);
  }
  return users;
}

function connectionsIn(nodes: NodeSet): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of Object.values(nodes)) {
    if (node.connection) names.add(node.connection);
    for (const key of ["nodes", "catch", "finally"]) {
      const body = node.with?.[key];
      if (typeof body === "object" && body !== null && !Array.isArray(body))
        for (const name of connectionsIn(body as unknown as NodeSet)) names.add(name);
    }
  }
  return names;
}

function notFound(name: string): MortiseError {
  return new MortiseError("CONNECTION_NOT_FOUND", `No connection "${name}" exists.`);
}
