import { unboundHosts } from "@mortise/auth";
import { type Contract, MortiseError } from "@mortise/contract";
import type { FastifyRequest } from "fastify";
import { type ClientField, clientFields, clientIdField, mayOwnClient, registrationOf } from "../../connect/client-fields.ts";
import { deliveryUrl } from "../../connect/deliveries.ts";
import { type PersonScheme, personScheme } from "../../connect/person-scheme.ts";
import type { Host } from "../../host/open-host.ts";
import { publicOrigin } from "../public-origin.ts";
import { redirectUri } from "./connect.ts";
import type { Routes } from "./routes.ts";

interface OfScheme {
  readonly connector: string;
  readonly scheme: string;
}

const SESSION = { purpose: "connect", actor: "session" } as const;

/** Which fields there are is for the scheme to say. */
const clientBody = {
  type: "object",
  minProperties: 1,
  maxProperties: 50,
  additionalProperties: { type: "string", minLength: 1, maxLength: 100_000 },
} as const;

/** The apps that the deployment is registered with at other systems. Secrets are written and never read. */
export const oauthClientRoutes: Routes = (app, { host }) => {
  const config = { access: "signed-in" } as const;
  const path = "/api/v1/oauth-clients/:connector/:scheme";

  app.get<{ Params: OfScheme }>(path, { config }, async (request) => await view(host, request));

  app.put<{ Params: OfScheme; Body: { readonly [field: string]: string } }>(
    path,
    { config, schema: { body: clientBody } },
    async (request) => {
      const { contract, person } = target(host, request.params);
      refuseUnbound(contract, person);
      const fields = clientFields(person.scheme);
      const before = await host.store.clients.find(contract.name, person.id);
      // A secret that is left out stays, as long as it is the same app's.
      const id = request.body[clientIdField(person.scheme) ?? ""] ?? "";
      const kept = before?.clientId === id ? await host.store.clients.fields(contract.name, person.id, SESSION) : {};
      const next = { ...kept, ...request.body };
      refuseUnfit(contract, fields, next);
      await host.store.clients.put(contract.name, person.id, next, id);
      return await view(host, request);
    },
  );

  app.delete<{ Params: OfScheme }>(path, { config }, async ({ params }, reply) => {
    const { contract, person } = target(host, params);
    await host.store.clients.remove(contract.name, person.id);
    return reply.code(204).send();
  });
};

async function view(host: Host, request: FastifyRequest<{ Params: OfScheme }>) {
  const { contract, person } = target(host, request.params);
  const client = await host.store.clients.find(contract.name, person.id);
  const address = { connector: contract.name, scheme: person.id };
  const delivery = await deliveryUrl(host, publicOrigin(host.deployment, request), address);
  return {
    connector: contract.name,
    scheme: person.id,
    isConfigured: client !== undefined,
    ...(client ? { clientId: client.clientId, has: client.fields, updatedAtMs: client.updatedAtMs } : {}),
    fields: clientFields(person.scheme),
    /** Whether a connection may bring an app of its own, and whether one is needed at all. */
    ownClient: mayOwnClient(person.scheme),
    registration: registrationOf(person.scheme),
    redirectUri: redirectUri(host, request, contract.name),
    ...(delivery === undefined ? {} : { deliveryUrl: delivery }),
  };
}

function target(host: Host, { connector, scheme }: OfScheme): { readonly contract: Contract; readonly person: PersonScheme } {
  const contract = host.contract(connector);
  if (!contract) throw new MortiseError("CONNECTOR_NOT_FOUND", `No connector "${connector}" is installed.`);
  const person = Object.hasOwn(contract.auth, scheme) ? personScheme(contract, scheme) : undefined;
  if (person) return { contract, person };
  throw new MortiseError("UNKNOWN_REFERENCE", `${contract.title} has no way to sign in called "${scheme}" that takes an app.`);
}

/** Whoever makes a connection would have the app's secret sent to them. */
function refuseUnbound(contract: Contract, { scheme }: PersonScheme): void {
  const unbound = unboundHosts(contract, scheme);
  if (unbound.length === 0) return;
  const message = `An app of ${contract.title} cannot be shared: each connection says by itself (${unbound.join(", ")}) where its secret goes.`;
  throw new MortiseError("NOT_ALLOWED", message, { remedy: "Enter the app with the connection that uses it." });
}

function refuseUnfit({ title }: Contract, fields: readonly ClientField[], given: { readonly [field: string]: string }): void {
  const unknown = Object.keys(given).find((name) => !fields.some((field) => field.name === name));
  if (unknown !== undefined)
    throw new MortiseError("INVALID_VALUE", `An app of ${title} has no ${unknown}.`, { path: `/${unknown}` });
  const missing = fields.find(({ name, required }) => required && given[name] === undefined);
  if (missing) throw new MortiseError("INVALID_VALUE", `An app of ${title} needs ${missing.name}.`, { path: `/${missing.name}` });
}
